/** Which Datastreams a rule means: by property, unit, Thing and area, for a server to find and for us to check. */
import type { Place } from '../../ecdm/observation';
import { toUcum } from '../../ecdm/units';
import { ALIASES } from '../../ecdm/unit-names';
import type { StreamInfo } from './datastream';
import { isRecord } from './tolerant';

/** A box in degrees; it does not cross the date line. */
export interface Area {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** A zone of the city, with the zones that are parts of it. */
export interface RuleZone {
  id: string;
  name: string;
  /** Hold all of it together; more than one where it crosses the date line. */
  boxes: readonly Area[];
  /** Its outlines as WKT for a server, where they are exactly what `contains` means; none where they are not. */
  outlines: readonly string[];
  contains(place: Place): boolean;
}

/** Every part that is set must hold; of the texts in a part one is enough. */
export interface Rule {
  /** Names (in any case) or definitions of ObservedProperties. */
  properties: readonly string[];
  /** Units as the server writes them, or UCUM codes. */
  units: readonly string[];
  /** Parts of the names of Things. */
  things: readonly string[];
  /** Words that the name of the Datastream, its property or its Thing holds, all of them. */
  words: readonly string[];
  area?: Area;
  /** Where the Thing lies. */
  zone?: RuleZone;
  /** `$filter` on Datastreams as a person wrote it: only the server can answer it. */
  filter: string;
}

export const EVERYTHING: Rule = { properties: [], units: [], things: [], words: [], filter: '' };

/** A value that a reading must be above or below, for a server that is asked at intervals. */
export interface Threshold {
  op: 'gt' | 'ge' | 'lt' | 'le';
  value: number;
}

const MOST_TEXTS = 50;
const LONGEST_TEXT = 200;
const LONGEST_FILTER = 4000;
const MOST_WORDS = 6;

/**
 * Reads what a form saved; what makes no sense is left out.
 * @param zone the one that the form names
 */
export function readRule(saved: unknown, zone?: RuleZone): Rule {
  const raw = isRecord(saved) ? saved : {};
  const filter = typeof raw['filter'] === 'string' ? raw['filter'].trim().slice(0, LONGEST_FILTER) : '';
  const words = typeof raw['words'] === 'string' ? raw['words'].split(/\s+/) : raw['words'];
  return {
    properties: texts(raw['property']),
    units: texts(raw['unit']),
    things: texts(raw['thing']),
    words: texts(words).slice(0, MOST_WORDS),
    area: readArea(raw['area']),
    ...(zone ? { zone } : {}),
    filter,
  };
}

/** A list, or a text with commas as people write it. */
function texts(saved: unknown): string[] {
  const list = typeof saved === 'string' ? saved.split(/[,;\n]/) : Array.isArray(saved) ? (saved as unknown[]) : [];
  const clean = list.map((item) => (typeof item === 'string' ? item.trim().slice(0, LONGEST_TEXT) : ''));
  return [...new Set(clean.filter((item) => item !== ''))].slice(0, MOST_TEXTS);
}

function readArea(saved: unknown): Area | undefined {
  if (!isRecord(saved)) return undefined;
  const side = (name: string, most: number): number => {
    const value = saved[name];
    const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
    return Math.abs(number) <= most ? number : NaN;
  };
  const [west, east] = [side('west', 180), side('east', 180)];
  const [south, north] = [side('south', 90), side('north', 90)];
  return west < east && south < north ? { west, south, east, north } : undefined;
}

/** Id of the zone that a saved rule names. */
export function zoneNamed(saved: unknown): string | undefined {
  const id = isRecord(saved) ? saved['zone'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** An area that a person began and that is none: the rule must not mean the whole world in its place. */
export function isBroken(saved: unknown): boolean {
  const area = isRecord(saved) ? saved['area'] : undefined;
  if (!isRecord(area)) return false;
  const empty = Object.values(area).every((side) => side === '' || side === null || side === undefined);
  return !empty && readArea(area) === undefined;
}

/** A threshold as a node has saved it; `undefined` where there is none. */
export function readThreshold(saved: unknown): Threshold | undefined {
  if (!isRecord(saved)) return undefined;
  const { op, value } = saved;
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value ?? NaN);
  if (!Number.isFinite(number)) return undefined;
  return op === 'gt' || op === 'ge' || op === 'lt' || op === 'le' ? { op, value: number } : undefined;
}

/** What is no number does not pass. */
export function passes(threshold: Threshold, value: unknown): boolean {
  if (typeof value !== 'number') return false;
  switch (threshold.op) {
    case 'gt':
      return value > threshold.value;
    case 'ge':
      return value >= threshold.value;
    case 'lt':
      return value < threshold.value;
    case 'le':
      return value <= threshold.value;
  }
}

/**
 * A unit in every spelling that is known for it: a rule for `ug/m3` also means `µg/m³`. Both sides of the wire use this
 * list, so that a server that filters and one that does not find the same Datastreams.
 */
export function spellings(unit: string): string[] {
  const code = toUcum(unit);
  const known = code === undefined ? [] : [code, ...(ALIASES[code] ?? [])];
  const both = known.flatMap((text) =>
    text.startsWith('u') ? [text, `\u00b5${text.slice(1)}`, `\u03bc${text.slice(1)}`] : [text],
  );
  return [...new Set([unit, ...both])];
}

const within = (area: Area, [lon, lat]: Place): boolean =>
  lon >= area.west && lon <= area.east && lat >= area.south && lat <= area.north;

const same = (list: readonly string[], text: string | undefined): boolean =>
  text !== undefined && list.some((item) => item.toLowerCase() === text.toLowerCase());

/** The parts of a rule that can be checked here, each by its own name: it tells which one a server has passed over. */
export type Part = 'property' | 'unit' | 'thing' | 'words' | 'area' | 'zone';

/** The first part of the rule that a Datastream does not fit, as far as that can be seen here. */
export function misfit(info: StreamInfo, rule: Rule): Part | undefined {
  const { properties, units, things, words, area, zone } = rule;
  // of several properties in one result one is enough
  const parts = info.parts ?? [info];
  const named = properties.length === 0 ? parts : parts.filter((part) => propertyFits(properties, part));
  if (named.length === 0) return 'property';
  if (units.length > 0 && !named.some((part) => unitFits(units, part, part.meta.unit))) return 'unit';
  const thing = (info.thingName ?? '').toLowerCase();
  if (things.length > 0 && !things.some((text) => thing.includes(text.toLowerCase()))) return 'thing';
  const all = `${info.name}\n${parts.map((part) => part.property).join('\n')}\n${thing}`.toLowerCase();
  if (!words.every((word) => all.includes(word.toLowerCase()))) return 'words';
  if (area && !(info.place && within(area, info.place))) return 'area';
  return zone && !(info.place && zone.contains(info.place)) ? 'zone' : undefined;
}

function propertyFits(properties: readonly string[], { property, meta }: StreamInfo): boolean {
  return same(properties, property) || properties.includes(meta.property?.definition ?? '');
}

function unitFits(units: readonly string[], info: StreamInfo, unit: StreamInfo['meta']['unit']): boolean {
  const names = [unit?.symbol, unit?.name, unit?.definition, info.unit];
  return units.some((wanted) => {
    const known = spellings(wanted);
    return names.some((name) => name !== undefined && known.includes(name));
  });
}

export const fits = (info: StreamInfo, rule: Rule): boolean => misfit(info, rule) === undefined;
