import { checks } from '../../ecdm/schemas';
import type { Mistake } from '../../ecdm/mistake';
import type { Observation } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import { formatTime } from '../../ecdm/time';
import { measuredText } from '../../ecdm/words';
import { compileMapping, type MapResult } from './mapper';
import { openSample } from './sample';

/** What the form sends: the mapping as it stands and a sample to try it on. */
export interface PreviewRequest {
  mapping: unknown;
  text: string;
  kind: 'text' | 'object';
  topic?: string;
  language?: string;
  /** IANA zone in which times are shown where the mapping names none. */
  zone?: string;
  /** When the sample came, where it is a message; epoch milliseconds. */
  received?: number;
}

export interface Preview {
  mistakes: Mistake[];
  observations: { thing: string; property: string; time: string; value: unknown; unit: string; place: string; quality: string }[];
  problems: Pick<Problem, 'message' | 'hint'>[];
  result?: MapResult;
  /** The newest reading is far from now: in the future, or older than its message. `by` is a length of time in words. */
  apart?: { how: 'ahead' | 'behind'; by: string };
  /** Columns of the sample, to choose from. */
  columns: string[];
}

const SHOWN = 20;
/** Clocks are wrong by this much. */
const AHEAD = 300_000;
/** No zone lies nearer to UTC. */
const BEHIND = 1_700_000;

/** The input that a sample stands for. */
export function sampleInput(request: Pick<PreviewRequest, 'text' | 'kind'>): unknown {
  if (request.kind !== 'object') return request.text;
  try {
    return JSON.parse(request.text);
  } catch {
    return request.text;
  }
}

/** Tries a mapping on a sample. */
export function preview(request: PreviewRequest, now: number): Preview {
  const input = sampleInput(request);
  const columns = openSample(input)?.columns.map((column) => column.name) ?? [];
  const { mapping, mistakes } = checks().checkMapping(request.mapping, request.language);
  if (mapping === undefined) return { mistakes, observations: [], problems: [], columns };
  const out: Observation[] = [];
  const problems: Problem[] = [];
  const mapper = compileMapping(mapping, { language: request.language, mostProblems: SHOWN });
  const result = mapper.map(input, out, problems, { topic: request.topic, now: request.received ?? now });
  return {
    mistakes,
    observations: out.slice(0, SHOWN).map((o) => shownRow(o, mapping.time.zone ?? request.zone)),
    problems: problems.map(({ message, hint }) => ({ message, hint })),
    result,
    apart: apartFrom(out, request, now),
    columns,
  };
}

/** A wrong zone makes readings of the future, or of hours ago. */
function apartFrom(out: readonly Observation[], { received, language }: PreviewRequest, now: number): Preview['apart'] {
  const newest = out.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
  const ahead = newest - (received ?? now);
  if (ahead > AHEAD) return { how: 'ahead', by: measuredText(language, ahead) };
  if (received === undefined || newest === -Infinity || ahead > -BEHIND) return undefined;
  return { how: 'behind', by: measuredText(language, -ahead) };
}

function shownRow(o: Observation, zone: string | undefined): Preview['observations'][number] {
  const end = o.timeEnd === undefined ? '' : ` – ${formatTime(o.timeEnd, zone)}`;
  return {
    thing: o.meta?.thing?.name ?? o.thing ?? '',
    property: o.property,
    time: formatTime(o.time, zone) + end,
    value: o.value,
    unit: o.unit ?? '',
    place: o.place === undefined ? '' : `${o.place[1]}, ${o.place[0]}`,
    quality: o.quality ?? '',
  };
}
