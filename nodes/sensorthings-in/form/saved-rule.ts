/** The rule of a form while it is open, how it is saved, and what is wrong with its area. */
import { zoneNamed } from '../../sensorthings-server/client/rule';
import { isRecord } from '../../sensorthings-server/client/tolerant';

/** As `readRule` of the runtime reads it; every side of the area as it was typed. */
export interface SavedRule {
  property: string[];
  unit: string[];
  thing: string[];
  /** What of the two areas counts. */
  where: Where;
  area: Record<Side, string>;
  /** Id of a zone. */
  zone: string;
  filter: string;
}

export const WHERES = ['nothing', 'box', 'zone'] as const;
export type Where = (typeof WHERES)[number];

export const SIDES = ['west', 'south', 'east', 'north'] as const;
export type Side = (typeof SIDES)[number];

const list = (saved: unknown): string[] =>
  Array.isArray(saved) ? (saved as unknown[]).filter((item): item is string => typeof item === 'string') : [];

/** A rule of its own: nothing in it is shared with what was saved. Older forms knew no zones. */
export function openRule(saved: unknown): SavedRule {
  const rule = isRecord(saved) ? saved : {};
  const area = isRecord(rule['area']) ? rule['area'] : {};
  const side = (name: Side): string => {
    const value = area[name];
    return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  };
  const sides = { west: side('west'), south: side('south'), east: side('east'), north: side('north') };
  const zone = zoneNamed(rule) ?? '';
  return {
    property: list(rule['property']),
    unit: list(rule['unit']),
    thing: list(rule['thing']),
    where: zone !== '' ? 'zone' : SIDES.some((name) => sides[name] !== '') ? 'box' : 'nothing',
    area: sides,
    zone,
    filter: typeof rule['filter'] === 'string' ? rule['filter'] : '',
  };
}

/** Only what is set, so that a flow file stays easy to read. */
export function savedRule(rule: SavedRule): Record<string, unknown> {
  const { property, unit, thing, where, area, zone, filter } = rule;
  const out: Record<string, unknown> = {};
  if (property.length > 0) out['property'] = property;
  if (unit.length > 0) out['unit'] = unit;
  if (thing.length > 0) out['thing'] = thing;
  if (where === 'zone' && zone !== '') out['zone'] = zone;
  if (where === 'box' && SIDES.some((side) => area[side].trim() !== ''))
    out['area'] = Object.fromEntries(SIDES.map((side) => [side, numeric(area[side])]));
  if (filter.trim() !== '') out['filter'] = filter.trim();
  return out;
}

/** Nothing is asked for. */
export const isEmpty = (rule: SavedRule): boolean => Object.keys(savedRule({ ...rule, filter: '' })).length === 0;

const numeric = (text: string): number | string =>
  text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);

/** What is wrong with the area: nothing, where it is empty or whole. */
export function areaFault(area: Record<Side, unknown> | undefined): 'missing' | 'number' | 'order' | undefined {
  const texts = SIDES.map((side) => String((area?.[side] as string | number | undefined) ?? '').trim());
  if (texts.every((text) => text === '')) return undefined;
  if (texts.includes('')) return 'missing';
  const [west, south, east, north] = texts.map(Number) as [number, number, number, number];
  const most = [180, 90, 180, 90];
  if ([west, south, east, north].some((value, i) => !(Math.abs(value) <= most[i]!))) return 'number';
  return west < east && south < north ? undefined : 'order';
}

/** What is wrong with the area that counts. @param found whether the zone is there */
export function whereFault(
  { where, area, zone }: Pick<SavedRule, 'where' | 'area' | 'zone'>,
  found: () => boolean,
): ReturnType<typeof areaFault> | 'noZone' | 'zoneGone' {
  if (where === 'nothing') return undefined;
  if (where === 'box') return areaFault(area);
  return zone === '' ? 'noZone' : found() ? undefined : 'zoneGone';
}
