/** Reads what a replay is fed with: rows by a mapping, or observations as our own nodes write them. */
import type { RosterEntry } from '../../nodes/ecdm/city';
import { toPlace } from '../../nodes/to-observation/mapping/places';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { guessMapping } from '../../nodes/to-observation/mapping/guess';
import { formatOf, readRows } from '../../nodes/to-observation/mapping/rows';
import type { Mapping } from '../../nodes/ecdm/mapping-schema';
import { makeObservation, type DatastreamMeta, type Observation, type Quality, type Value } from '../../nodes/ecdm/observation';
import { makeProblem, type Problem } from '../../nodes/ecdm/problem';
import { isValidTime, parseTime } from '../../nodes/ecdm/time';
import { toUcum } from '../../nodes/ecdm/units';

export interface ReadObservations {
  observations: Observation[];
  problems: Problem[];
  rows: number;
  bad: number;
  /** The Datastreams that the mapping found. */
  roster: RosterEntry[];
  /** How the mapping was guessed, where none was given. */
  guessed?: { mapping: Mapping; explanation: string[] };
}

/** Bad rows that are kept to be shown; the others are counted. */
const SHOWN = 20;

export function readObservations(text: string, mapping: Mapping | undefined, language: string): ReadObservations {
  if (mapping !== undefined) return byMapping(text, mapping, language);
  if (formatOf(text) !== 'csv') {
    const own = ownObservations(text);
    if (own !== undefined) return own;
  }
  const guessed = guessMapping(text, { language });
  return { ...byMapping(text, guessed.mapping, language), guessed };
}

function byMapping(text: string, mapping: Mapping, language: string): ReadObservations {
  const observations: Observation[] = [];
  const problems: Problem[] = [];
  const mapper = compileMapping(mapping, { language, mostProblems: SHOWN });
  const { rows, bad } = mapper.map(text, observations, problems);
  return { observations, problems, rows, bad, roster: mapper.takeRoster() };
}

/** Observations of our own kind, where the first row is one. */
function ownObservations(text: string): ReadObservations | undefined {
  const problems: Problem[] = [];
  const rows = readRows(text, {}, {}, (_key, _params, item) => void problems.push(notOne(item, 0)))?.rows.flatMap(unwrap);
  if (rows === undefined || readOne(rows[0], new Map()) === undefined) return undefined;
  const metas = new Map<string, DatastreamMeta>();
  const observations: Observation[] = [];
  let bad = problems.length;
  rows.forEach((row, i) => {
    const observation = readOne(row, metas);
    if (observation !== undefined) observations.push(observation);
    else if (++bad <= SHOWN) problems.push(notOne(row, i + 1));
  });
  return { observations, problems, rows: rows.length, bad, roster: rosterOf(observations) };
}

/** Every Datastream of a file is there from its beginning on, as in a flow. */
function rosterOf(observations: readonly Observation[]): RosterEntry[] {
  const roster = new Map<string, RosterEntry>();
  for (const { datastream, property, thing, place, zones, meta } of observations) {
    const name = `${datastream}|${property}`;
    if (roster.has(name)) continue;
    const { interval, thing: station } = meta ?? {};
    roster.set(name, { datastream, property, thing, thingName: station?.name, interval, place, zones });
  }
  return [...roster.values()];
}

/** A message that was written to a file whole. */
function unwrap(row: unknown): unknown[] {
  const payload = (row as { payload?: unknown } | null)?.payload;
  return Array.isArray(payload) ? (payload as unknown[]) : payload !== undefined ? [payload] : [row];
}

function notOne(item: unknown, row: number): Problem {
  const hint = 'It needs "datastream", "property", "time" (epoch milliseconds or ISO 8601) and "value".';
  return makeProblem('observation', `Row ${row} is not an observation.`, hint, item);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const QUALITIES: readonly unknown[] = ['good', 'suspect', 'bad', 'missing'];

function readOne(row: unknown, metas: Map<string, DatastreamMeta>): Observation | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  const o = row as Record<string, unknown>;
  const datastream = text(o['datastream']);
  const property = text(o['property']);
  const time = timeOf(o['time']);
  if (datastream === undefined || property === undefined || time === undefined || !('value' in o)) return undefined;
  const place = Array.isArray(o['place']) ? toPlace(o['place'][0], o['place'][1], o['place'][2]) : false;
  const quality = QUALITIES.includes(o['quality']) ? (o['quality'] as Quality) : undefined;
  const unit = text(o['unit']);
  return makeObservation({
    id: text(o['id']) ?? `${datastream}|${time}`,
    datastream,
    property,
    time,
    timeEnd: timeOf(o['timeEnd']),
    value: o['value'] as Value,
    unit: unit === undefined ? undefined : (toUcum(unit) ?? unit),
    place: place === false ? undefined : place,
    thing: text(o['thing']),
    zones: Array.isArray(o['zones']) ? (o['zones'] as Observation['zones']) : undefined,
    quality: o['value'] === null ? 'missing' : quality,
    meta: metaOf(datastream, o['meta'], metas),
  });
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return isValidTime(value) ? value : undefined;
  return parseTime(value);
}

/** One description for each Datastream, as it came with its first reading. */
function metaOf(datastream: string, raw: unknown, metas: Map<string, DatastreamMeta>): DatastreamMeta | undefined {
  const known = metas.get(datastream);
  if (known !== undefined || typeof raw !== 'object' || raw === null) return known;
  const meta = { datastream: { id: datastream }, ...raw } as DatastreamMeta;
  if (metas.size < 100_000) metas.set(datastream, meta);
  return meta;
}
