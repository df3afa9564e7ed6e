/** Observations of any server, single, in pages or as dataArray, into our Observation. */
import { makeObservation, type Observation, type Place, type Quality, type Value } from '../../ecdm/observation';
import { makeProblem, type Problem } from '../../ecdm/problem';
import { parseTimeInterval } from '../../ecdm/time';
import type { StreamInfo } from './datastream';
import { keyFrom } from './links';
import { idOf, isRecord, pick, placeOf, type Raw, selfLinkOf } from './tolerant';

export interface DecodeOptions {
  /** IANA zone of times without an offset; UTC when left out. */
  zone?: string;
  /** Numbers that mean "no value", such as -999. */
  sentinels?: ReadonlySet<number>;
  /** Told once for each Observation that cannot be read. */
  onProblem?: (problem: Problem) => void;
}

/** Finds the Datastream of a group of a dataArray, by the key in its link. */
export type StreamOf = StreamInfo | ((key: string | undefined) => StreamInfo | undefined);

/** All observations of an answer: a page, a dataArray, or one entity. Never throws. */
export function decodeObservations(body: unknown, stream: StreamOf, options: DecodeOptions = {}): Observation[] {
  const out: Observation[] = [];
  if (!isRecord(body)) return out;
  const value = pick(body, 'value');
  if (!Array.isArray(value)) {
    push(out, body, find(stream, datastreamKey(body)), options);
    return out;
  }
  for (const item of value as unknown[]) {
    const group = isRecord(item) ? (item['dataArray'] ?? item['values']) : undefined;
    if (isRecord(item) && Array.isArray(group)) decodeGroup(out, item, group as unknown[], stream, options);
    else if (isRecord(item)) push(out, item, find(stream, datastreamKey(item)), options);
    else bad(options, 'an Observation must be an object', item);
  }
  return out;
}

function find(stream: StreamOf, key: string | undefined): StreamInfo | undefined {
  return typeof stream === 'function' ? stream(key) : stream;
}

/** Key of the Datastream that an Observation was expanded with. Its navigation link says nothing on FROST. */
function datastreamKey(raw: Raw): string | undefined {
  // read plainly: searching for a misspelled key costs more than all the rest, and these are rarely there
  const datastream = raw['Datastream'];
  if (isRecord(datastream)) return keyFrom(idOf(datastream), selfLinkOf(datastream));
  const link = raw['Datastream@iot.navigationLink'] ?? raw['Datastream@navigationLink'];
  return typeof link === 'string' && /Datastreams\([^()]*\)\s*$/.test(link) ? keyFrom(undefined, link) : undefined;
}

function push(out: Observation[], raw: Raw, stream: StreamInfo | undefined, options: DecodeOptions): void {
  const feature = raw['FeatureOfInterest'];
  const place = isRecord(feature) ? placeOf(pick(feature, 'feature')) : undefined;
  const observation = build(
    stream,
    idOf(raw),
    raw['phenomenonTime'] ?? pick(raw, 'phenomenonTime'),
    raw['resultTime'],
    Object.hasOwn(raw, 'result') ? raw['result'] : pick(raw, 'result'),
    raw['resultQuality'],
    place,
    options,
    raw,
  );
  if (observation) out.push(observation);
}

/** Columns are looked up once per group. */
function decodeGroup(
  out: Observation[],
  group: Raw,
  rows: unknown[],
  streamOf: StreamOf,
  options: DecodeOptions,
): void {
  const components = pick(group, 'components');
  if (!Array.isArray(components)) {
    bad(options, 'a dataArray needs its components', group);
    return;
  }
  const names = (components as unknown[]).map(String);
  const column = (...wanted: string[]): number => names.findIndex((name) => wanted.includes(name.trim()));
  const [id, time, resultTime] = [column('@iot.id', 'id'), column('phenomenonTime'), column('resultTime')];
  const [result, quality] = [column('result'), column('resultQuality')];
  const stream = find(streamOf, datastreamKey(group));
  for (const row of rows) {
    if (!Array.isArray(row)) {
      bad(options, 'a row of a dataArray must be a list', row);
      continue;
    }
    const cells = row as unknown[];
    const at = (i: number): unknown => (i < 0 ? undefined : cells[i]);
    const observation = build(
      stream,
      at(id),
      at(time),
      at(resultTime),
      at(result),
      at(quality),
      undefined,
      options,
      row,
    );
    if (observation) out.push(observation);
  }
}

function build(
  stream: StreamInfo | undefined,
  id: unknown,
  phenomenonTime: unknown,
  resultTime: unknown,
  result: unknown,
  resultQuality: unknown,
  place: Place | undefined,
  options: DecodeOptions,
  raw: unknown,
): Observation | undefined {
  if (stream === undefined) return bad(options, 'it is not known which Datastream this belongs to', raw);
  const when = parseTimeInterval(phenomenonTime, options.zone) ?? parseTimeInterval(resultTime, options.zone);
  const time = when?.start ?? when?.end;
  if (time === undefined) return bad(options, 'no valid phenomenonTime', raw);
  if (result === undefined) return bad(options, 'no result', raw);
  const value = valueOf(result, stream.numeric, options.sentinels);
  const ownId = typeof id === 'number' || typeof id === 'string' ? String(id) : `${time}/${JSON.stringify(value)}`;
  return makeObservation({
    id: `${stream.id}|${ownId}`,
    datastream: stream.id,
    property: stream.property,
    time,
    timeEnd: when!.end === time ? undefined : when!.end,
    value,
    unit: stream.unit,
    place: place ?? stream.place,
    thing: stream.thing,
    quality: value === null ? 'missing' : qualityOf(resultQuality),
    meta: stream.meta,
  });
}

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$/;

/** A number in a text is a number where the Datastream measures; NaN, blanks and sentinels are no value. */
function valueOf(raw: unknown, numeric: boolean, sentinels: ReadonlySet<number> | undefined): Value {
  if (typeof raw === 'number') return Number.isFinite(raw) && !sentinels?.has(raw) ? raw : null;
  if (typeof raw === 'string') {
    if (!numeric) return raw.length > 10_000 ? raw.slice(0, 10_000) : raw;
    const text = raw.trim();
    if (text === '' || /^(nan|null|none|n\/a|na|-)$/i.test(text)) return null;
    if (raw.length < 60 && NUMBER.test(raw)) return valueOf(Number(raw), numeric, sentinels);
    return raw.length > 10_000 ? raw.slice(0, 10_000) : raw;
  }
  if (typeof raw === 'boolean') return raw;
  return typeof raw === 'object' && raw !== null ? (raw as Value) : null;
}

const WORDS: readonly (readonly [RegExp, Quality])[] = [
  [/^(good|ok|valid|verified|0)$/i, 'good'],
  [/^(suspect|questionable|doubtful|estimated|unverified)$/i, 'suspect'],
  [/^(bad|invalid|error|wrong|rejected)$/i, 'bad'],
  [/^(missing|nodata|no data|null)$/i, 'missing'],
];

/** resultQuality as a word, as an object with such a word, or in a list; unknown ones say nothing. */
function qualityOf(raw: unknown, depth = 0): Quality | undefined {
  if (typeof raw === 'string') return WORDS.find(([pattern]) => pattern.test(raw.trim()))?.[1];
  if (depth > 1 || typeof raw !== 'object' || raw === null) return undefined;
  if (Array.isArray(raw)) return qualityOf((raw as unknown[])[0], depth + 1);
  return qualityOf(pick(raw as Raw, 'quality'), depth + 1);
}

function bad(options: DecodeOptions, message: string, raw: unknown): undefined {
  options.onProblem?.(makeProblem('sensorthings-observation', message, 'Look at what the server sends.', raw));
  return undefined;
}
