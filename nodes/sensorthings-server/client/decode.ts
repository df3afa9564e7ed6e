/** Observations of any server and version, single, in pages or as dataArray, into our Observation. */
import type { DatastreamMeta, Observation, Place, Value } from '../../ecdm/observation';
import { type Problem, safeItem } from '../../ecdm/problem';
import { hasOffset, parseTime, parseTimeInterval } from '../../ecdm/time';
import type { StreamInfo } from './datastream';
import { datastreamOf, keyFrom } from './links';
import { placeOf } from './model/geometry';
import { geometryOf } from './model/location';
import { isTooDeep, qualityOf, recordValues, sizeOf, valueOf } from './model/result';
import { type DecodeCode, decodeProblem } from './texts';
import { idOf, isRecord, pick, pickAny, type Raw, selfLinkOf } from './tolerant';

export interface DecodeOptions {
  /** IANA zone of times without an offset; UTC when left out. */
  zone?: string;
  /** Numbers that mean "no value", such as -999. */
  sentinels?: ReadonlySet<number>;
  /** Several properties in one result: one observation with an object (default), or one for each property. */
  records?: 'record' | 'split';
  /** Where Things were that move; without it all are where their Datastream says. */
  places?: PlaceFinder;
  /** Told once for each Observation that cannot be read. */
  onProblem?: (problem: Problem) => void;
  /** Language of the problems. */
  language?: string;
  /** Things that are told only once are remembered here; keep it as long as the server is the same. */
  told?: Set<string>;
}

/** The FeatureOfInterest that an Observation was read with. */
export interface Feature {
  readonly id: string | number | undefined;
  readonly place: Place;
}

/** Finds the place of a reading where it is not simply that of the Thing. */
export interface PlaceFinder {
  /** @returns `undefined` where the place of the Datastream holds */
  find(
    stream: StreamInfo,
    time: number,
    feature: Feature | undefined,
  ): { place: Place; from: 'foi' | 'historical' } | undefined;
}

/** Finds the Datastream of an Observation or of a group of a dataArray, by the key in its link. */
export type StreamOf = StreamInfo | ((key: string | undefined) => Belongs);

/** The Datastream of a row; `undefined` where that is not known, `stranger` for one that is not read. */
export type Belongs = StreamInfo | 'stranger' | undefined;

/** All observations of an answer: a page, a dataArray, or one entity. Never throws. */
export function decodeObservations(body: unknown, stream: StreamOf, options: DecodeOptions = {}): Observation[] {
  const out: Observation[] = [];
  if (!isRecord(body)) return out;
  const value = pick(body, 'value');
  if (!Array.isArray(value)) {
    push(out, body, stream, options);
    return out;
  }
  for (const item of value as unknown[]) {
    if (!isRecord(item)) bad(options, 'sta-no-object', item);
    else {
      const rows = rowsOf(item);
      if (rows) decodeGroup(out, item, rows, stream, options);
      else push(out, item, stream, options);
    }
  }
  return out;
}

/** The rows of a group of a dataArray; one server calls them `values`. */
export function rowsOf(item: Raw): unknown[] | undefined {
  const rows = item['dataArray'] ?? item['values'];
  return Array.isArray(rows) ? (rows as unknown[]) : undefined;
}

/**
 * Key of the Datastream that an Observation was expanded with, or that the link of a group names. The navigation link
 * of an Observation (`Observations(7)/Datastream`) says nothing.
 */
export function datastreamKey(raw: Raw): string | undefined {
  // read plainly: searching for a misspelled key costs more than all the rest, and these are rarely there
  const plain = raw['Datastream'];
  if (isRecord(plain)) return keyFrom(idOf(plain), selfLinkOf(plain));
  const multi = raw['MultiDatastream'];
  if (isRecord(multi)) return multiKey(keyFrom(idOf(multi), selfLinkOf(multi)));
  // an Observation may carry both links, and only one of them leads anywhere
  for (const set of ['Datastream', 'MultiDatastream']) {
    const link = raw[`${set}@iot.navigationLink`] ?? raw[`${set}@navigationLink`];
    const found = typeof link === 'string' ? datastreamOf(link) : undefined;
    if (found) return found.set === 'MultiDatastreams' ? multiKey(found.key) : found.key;
  }
  return undefined;
}

function multiKey(key: string | undefined): string | undefined {
  return key === undefined ? undefined : `MultiDatastreams(${key})`;
}

function push(out: Observation[], raw: Raw, streamOf: StreamOf, options: DecodeOptions): void {
  const stream = typeof streamOf === 'function' ? streamOf(datastreamKey(raw)) : streamOf;
  if (!stream) return bad(options, 'sta-no-datastream', raw);
  if (stream === 'stranger') return;
  const id = wholeId(idOf(raw), raw);
  const phenomenonTime = raw['phenomenonTime'] ?? pickAny(raw, 'phenomenonTime', ...MISSPELLED_TIME);
  const result = Object.hasOwn(raw, 'result') ? raw['result'] : pick(raw, 'result');
  build(out, stream, id, phenomenonTime, raw['resultTime'], result, raw['resultQuality'], raw, options, featureOf(raw));
}

/** As the examples of the standard themselves spell it. */
const MISSPELLED_TIME = ['phenonmenonTime', 'phenomenomTime', 'phenomonenTime'];

/** A number of more than 53 bits was rounded while it was read: the link still has all its digits. */
function wholeId(id: string | number | undefined, raw: Raw): string | number | undefined {
  if (typeof id !== 'number' || Number.isSafeInteger(id) || !Number.isInteger(id)) return id;
  return keyFrom(undefined, selfLinkOf(raw)) ?? id;
}

/** Version 1 has one FeatureOfInterest; version 2 the proximate one, the place itself. */
function featureOf(raw: Raw): Feature | undefined {
  const feature = raw['FeatureOfInterest'] ?? raw['ProximateFeatureOfInterest'];
  if (!isRecord(feature)) return undefined;
  const place = placeOf(geometryOf(feature));
  return place && { id: idOf(feature), place };
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
  if (!Array.isArray(components)) return bad(options, 'sta-no-components', group);
  const stream = typeof streamOf === 'function' ? streamOf(datastreamKey(group)) : streamOf;
  if (stream === 'stranger') return;
  if (!stream) {
    for (const row of rows) bad(options, 'sta-no-datastream', row);
    return;
  }
  const names = (components as unknown[]).map((name) => String(name).trim().toLowerCase());
  const id = Math.max(names.indexOf('@iot.id'), names.indexOf('id'));
  const [time, resultTime] = [names.indexOf('phenomenontime'), names.indexOf('resulttime')];
  const [result, quality] = [names.indexOf('result'), names.indexOf('resultquality')];
  for (const row of rows) {
    if (!Array.isArray(row)) {
      bad(options, 'sta-no-row', row);
      continue;
    }
    const cells = row as unknown[];
    // a column that is not there has the index -1, where nothing is
    build(out, stream, cells[id], cells[time], cells[resultTime], cells[result], cells[quality], row, options);
  }
}

function build(
  out: Observation[],
  stream: StreamInfo,
  id: unknown,
  phenomenonTime: unknown,
  resultTime: unknown,
  result: unknown,
  resultQuality: unknown,
  raw: unknown,
  options: DecodeOptions,
  feature?: Feature,
): void {
  let time: number | undefined;
  let timeEnd: number | undefined;
  if (isPlainUtc(phenomenonTime)) time = parseTime(phenomenonTime);
  else {
    const span = parseTimeInterval(phenomenonTime, options.zone) ?? parseTimeInterval(resultTime, options.zone);
    time = span?.start ?? span?.end;
    timeEnd = span?.end === time ? undefined : span?.end;
    if (time !== undefined && options.zone === undefined) warnOfNaive(phenomenonTime ?? resultTime, stream, options);
  }
  if (time === undefined) {
    return bad(options, 'sta-no-time', raw, { datastream: stream.name, time: shown(phenomenonTime) });
  }
  if (result === undefined) return bad(options, 'sta-no-result', raw, { datastream: stream.name });
  if (isTooDeep(result)) return bad(options, 'sta-deep', raw, { datastream: stream.name });
  let place = stream.place;
  let { meta } = stream;
  if (feature !== undefined || options.places !== undefined) {
    const found = options.places ? options.places.find(stream, time, feature) : { place: feature!.place, from: FOI };
    if (found) [place, meta] = [found.place, metaFrom(meta, found.from)];
  }
  if (stream.components !== undefined) {
    return buildRecord(
      out,
      { stream, id, time, timeEnd, result, resultQuality, place, from: meta.placeFrom, raw },
      options,
    );
  }
  const value = valueOf(result, stream.numeric, options.sentinels);
  const own = typeof id === 'number' || typeof id === 'string' ? id : `${time}/${JSON.stringify(value)}`;
  if (typeof id === 'number' && id > Number.MAX_SAFE_INTEGER) warnOfBigId(id, stream, options);
  out.push({
    id: `${stream.id}|${own}`,
    datastream: stream.id,
    property: stream.property,
    time,
    timeEnd,
    value,
    unit: stream.unit,
    place,
    thing: stream.thing,
    zones: undefined,
    quality: value === null ? 'missing' : qualityOf(resultQuality),
    meta,
  });
}

const FOI = 'foi' as const;

/** The form that most servers send: no interval, no offset, no zone to be asked for. */
function isPlainUtc(raw: unknown): raw is string {
  if (typeof raw !== 'string') return false;
  return (raw.length === 20 || raw.length === 24) && raw.charCodeAt(raw.length - 1) === 90 && raw.charCodeAt(10) === 84;
}

interface RecordReading {
  readonly stream: StreamInfo;
  readonly id: unknown;
  readonly time: number;
  readonly timeEnd: number | undefined;
  readonly result: unknown;
  readonly resultQuality: unknown;
  readonly place: Place | undefined;
  readonly from: DatastreamMeta['placeFrom'];
  readonly raw: unknown;
}

/** Several properties at once: an object with a value for each, or an observation of each. */
function buildRecord(out: Observation[], reading: RecordReading, options: DecodeOptions): void {
  const { stream, id, time, result, raw } = reading;
  const components = stream.components!;
  // a record may be missing as a whole
  const values = result === null ? components.map(() => null) : recordValues(result, components, options.sentinels);
  if (values === undefined) {
    const params = { datastream: stream.name, has: sizeOf(result), needs: components.length };
    return bad(options, 'sta-record', raw, params);
  }
  const own = typeof id === 'number' || typeof id === 'string' ? id : `${time}/${JSON.stringify(values)}`;
  const whole = `${stream.id}|${own}`;
  if (options.records === 'split' && stream.parts) {
    stream.parts.forEach((part, i) => out.push(ofRecord(`${whole}#${i + 1}`, part, values[i] ?? null, reading)));
    return;
  }
  const record: Record<string, Value> = {};
  components.forEach(({ name }, i) => (record[name] = values[i] ?? null));
  const value = values.every((one) => one === null) ? null : record;
  out.push(ofRecord(whole, stream, value, reading));
}

function ofRecord(id: string, stream: StreamInfo, value: Value, reading: RecordReading): Observation {
  const { time, timeEnd, place, from } = reading;
  const { id: datastream, property, unit, thing, meta } = stream;
  const quality = value === null ? 'missing' : qualityOf(reading.resultQuality);
  const own = from === 'foi' || from === 'historical' ? metaFrom(meta, from) : meta;
  return { id, datastream, property, time, timeEnd, value, unit, place, thing, zones: undefined, quality, meta: own };
}

const variants = new WeakMap<DatastreamMeta, Partial<Record<'foi' | 'historical', DatastreamMeta>>>();

/** The metadata with another source of the place: made once, and shared like the metadata themselves. */
function metaFrom(meta: DatastreamMeta, placeFrom: 'foi' | 'historical'): DatastreamMeta {
  let known = variants.get(meta);
  if (known === undefined) variants.set(meta, (known = {}));
  return (known[placeFrom] ??= Object.freeze({ ...meta, placeFrom }));
}

function shown(raw: unknown): string {
  if (typeof raw === 'string') return raw;
  if (raw === undefined) return '';
  if (!isRecord(raw)) return JSON.stringify(safeItem(raw));
  return [raw['start'], raw['end']].filter((side) => typeof side === 'string').join('/');
}

function warnOfNaive(raw: unknown, stream: StreamInfo, options: DecodeOptions): void {
  const { told, onProblem } = options;
  if (told === undefined || told.has('naive-time') || typeof raw !== 'string') return;
  const first = raw.split('/')[0]!.trim();
  if (first === '' || first === '..' || first === '-' || hasOffset(first)) return;
  told.add('naive-time');
  onProblem?.(decodeProblem('naive-time', null, options.language, { datastream: stream.name, time: first }));
}

function warnOfBigId(id: number, stream: StreamInfo, options: DecodeOptions): void {
  if (options.told === undefined || options.told.has('big-id')) return;
  options.told.add('big-id');
  options.onProblem?.(decodeProblem('big-id', null, options.language, { datastream: stream.name, id }));
}

function bad(
  options: DecodeOptions,
  code: DecodeCode,
  raw: unknown,
  params: Readonly<Record<string, string | number>> = {},
): void {
  options.onProblem?.(decodeProblem(code, raw, options.language, params));
}
