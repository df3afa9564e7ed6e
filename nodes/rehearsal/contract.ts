/**
 * What the form of a node and the runtime say to each other about a rehearsal: "what would these settings have done?"
 * Times are epoch milliseconds. Everything in an answer is bounded; what was left out is counted.
 */
import type { Place } from '../ecdm/observation';
import type { Expected } from '../ecdm/rule-test';
import type { Severity } from '../ecdm/status';

/** A node as the editor or the flow file holds it. Never with credentials. */
export interface SavedNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** Where the readings come from. */
export type History =
  /** What a source of the flow remembers on disk. */
  | { from: 'remembered'; source: string }
  /** A time range of the server that a `sensorthings-in` of the deployed flow reads, as that node chooses. */
  | { from: 'server'; source: string }
  /** A file that was sent before, piece by piece; rows by a mapping, guessed where it is left out. */
  | { from: 'file'; upload: string; mapping?: unknown }
  /** The simulated city, whose past is the same at each time. */
  | { from: 'demo'; speed?: number; seed?: number };

export interface RehearsalRequest {
  /** The node whose form it is, as it stands in the form. */
  node: SavedNode;
  /** Ids of the nodes that are wired into it in the editor. */
  sources: string[];
  /** Nodes before it (and the config nodes they use) that are not deployed; those that are count as they are deployed. */
  undeployed: SavedNode[];
  history: History;
  /** Only readings of this span; all where left out. */
  since?: number;
  until?: number;
  /** Language of sentences. */
  language: string;
  /** Tries many values of one setting beside the form's own. */
  curve?: { setting: CurveSetting; values: number[] };
}

/** What a curve runs over. `event`: index in the list of an ecdm-event node. Durations are in milliseconds. */
export type CurveSetting =
  { of: 'limit' | 'clear' | 'for'; event: number } | { of: 'within' | 'for'; event?: undefined };

export type JobState = 'reading' | 'running' | 'done' | 'failed' | 'cancelled';

export interface JobAnswer {
  job: string;
  state: JobState;
  /** Readings judged so far; `share` (0 to 1) where the whole is known. */
  readings: number;
  share?: number;
  result?: RehearsalResult;
  /** Why it failed, and what to do. */
  message?: string;
  hint?: string;
}

/** One time that an event held, a status was raised, or (of a point, a notice) happened. */
export interface Episode {
  /** Of the event in its list, of the status, or of the notice. */
  rule: string;
  name: string;
  key: string;
  keyName?: string;
  since: number;
  /** Left out while it is still so at the end of the data. */
  until?: number;
  severity?: Severity;
  place?: Place;
  zones?: string[];
  /** The sentence that says why. */
  reason?: string;
  /** Ids of the readings it rests on, the newest ones where there are many; they themselves are asked for by episode. */
  evidence?: string[];
  /** Highest and last value, where there is one. */
  peak?: number;
  unit?: string;
}

/** What one set of settings would have done. */
export interface Outcome {
  count: number;
  /** Summed over all keys, milliseconds. */
  raisedMs: number;
  nodataMs: number;
  open: number;
  /** The first ones in order of time. */
  episodes: Episode[];
  episodesLeftOut: number;
  keys: { rule: string; key: string; name?: string; count: number; raisedMs: number }[];
  keysLeftOut: number;
  zones: { id: string; name: string; count: number }[];
  /** What could not be used; the first ones, and how many in all. */
  problems: { code: string; message: string; hint: string }[];
  problemCount: number;
}

export interface Series {
  key: string;
  name?: string;
  property: string;
  unit?: string;
  /** Per column of the chart: its time, least and greatest value; a gap in the data is a gap in the times. */
  points: { time: number; low: number; high: number }[];
}

/** What the data cannot say: a code with texts in the locale files, and its numbers. */
export interface Note {
  code: string;
  [parameter: string]: string | number;
}

export interface CurvePoint {
  value: number;
  /** Alarms per week and hours raised per week; `count` over the whole span. */
  count: number;
  perWeek: number;
  hoursPerWeek: number;
  /** The same of each key, in the order of `Outcome.keys`; bounded. */
  keys: { key: string; name?: string; count: number; raisedMs: number }[];
}

export interface RehearsalResult {
  readings: number;
  from?: number;
  to?: number;
  /** The settings in the form. */
  next: Outcome;
  /** The deployed settings; none where the node is not deployed. */
  now?: Outcome;
  /** Index pairs into the episode lists: which episode of `now` is which of `next`; the others are new or gone. */
  same: [number, number][];
  /** "17 times -> 19 times; 6 h more in total; two new episodes at night". */
  sentence: string;
  series: Series[];
  /** Limits to draw: of the form, and of the deployed settings. */
  limits: { value: number; clear?: number; unit?: string; of: 'next' | 'now'; rule: string }[];
  curve?: { setting: CurveSetting; unit?: string; points: CurvePoint[] };
  notes: Note[];
  /** Always: nothing in it has happened. */
  simulated: true;
}

// ---- what is asked under city-events/rehearsal/, and the answers; a refusal is `{ error, hint? }` with its HTTP status

/** POST `offers`: which history there is for this node. */
export type OffersRequest = Pick<RehearsalRequest, 'node' | 'sources' | 'undeployed' | 'language'>;

export interface Offer {
  history: Exclude<History, { from: 'file' }>;
  /** Of the node that remembers it, or that reads the server. */
  name: string;
  readings?: number;
  bytes?: number;
  /** What it has, where that is known without reading it. */
  since?: number;
  until?: number;
  /** Why it cannot be used now, and what to do. */
  fault?: string;
}

export interface Offers {
  offers: Offer[];
  /** Whether the node is deployed, so that there are settings to compare with. */
  deployed: boolean;
  /** Largest file, in bytes of UTF-8. */
  uploadLimit: number;
}

/** POST `upload`: a file piece by piece, in order. The first piece has no `upload` yet. */
export interface UploadPiece {
  upload?: string;
  /** Of the file; its ending says CSV or NDJSON. */
  name: string;
  /** Counts from 0. */
  piece: number;
  text: string;
  last: boolean;
}

export interface UploadAnswer {
  upload: string;
  bytes: number;
}

// POST `start` takes a RehearsalRequest, GET `job?job=` asks how far it is, POST `cancel` takes `{ job }`: all answer JobAnswer.

/** GET `readings?job=&of=next&episode=3`: what an episode of an answer rests on, the first ones in order of time. */
export interface ReadingsAnswer {
  readings: {
    id: string;
    time: number;
    property: string;
    /** Of the Thing, or its id. */
    name?: string;
    value: unknown;
    unit?: string;
    place?: Place;
  }[];
  leftOut: number;
}

// POST `keep` takes `{ job, name }` and answers a RuleTest of what the form's settings have made of the history; its sample
// lies in a file below the user directory where it is large. The test is saved with the node, among its `tests`.
// POST `test` takes an OffersRequest and runs the `tests` of the node: it answers a TestResult for each.

/** What became of a rule test. */
export interface TestResult {
  id: string;
  name: string;
  /** Node that it lies in. */
  node: string;
  green: boolean;
  /** Episodes that are expected and do not come, and that come and are not expected; the first ones. */
  missing: Expected[];
  unexpected: Expected[];
  /** How many there are of both. */
  differences: number;
  /** Why it could not be run. */
  fault?: string;
}
