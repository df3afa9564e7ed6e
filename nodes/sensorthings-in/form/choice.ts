/** What is chosen in the form while it is open, and how it is saved. */
import { isRecord } from '../../sensorthings-server/client/tolerant';
import type { ChosenStream } from '../../editor/streams/result-table';

/** As `readRule` of the runtime reads it; every side of the area as it was typed. */
export interface SavedRule {
  property: string[];
  unit: string[];
  thing: string[];
  area: Record<Side, string>;
  filter: string;
}

export const SIDES = ['west', 'south', 'east', 'north'] as const;
export type Side = (typeof SIDES)[number];

export interface Choice {
  by: 'rule' | 'list' | 'path';
  rule: SavedRule;
  chosen: Map<string, ChosenStream>;
  path: string;
}

const list = (saved: unknown): string[] =>
  Array.isArray(saved) ? (saved as unknown[]).filter((item): item is string => typeof item === 'string') : [];

/** A choice of its own: nothing in it is shared with what was saved. */
export function openChoice(saved: { choose: unknown; rule: unknown; streams: unknown; path: unknown }): Choice {
  const rule = isRecord(saved.rule) ? saved.rule : {};
  const area = isRecord(rule['area']) ? rule['area'] : {};
  const side = (name: Side): string => {
    const value = area[name];
    return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  };
  const streams = Array.isArray(saved.streams) ? (saved.streams as ChosenStream[]) : [];
  return {
    by: saved.choose === 'list' || saved.choose === 'path' ? saved.choose : 'rule',
    rule: {
      property: list(rule['property']),
      unit: list(rule['unit']),
      thing: list(rule['thing']),
      area: { west: side('west'), south: side('south'), east: side('east'), north: side('north') },
      filter: typeof rule['filter'] === 'string' ? rule['filter'] : '',
    },
    chosen: new Map(streams.map((stream) => [stream.key, stream] as const)),
    path: typeof saved.path === 'string' ? saved.path : '',
  };
}

/** Only what is set, so that a flow file stays easy to read. */
export function savedRule(rule: SavedRule): Record<string, unknown> {
  const { property, unit, thing, area, filter } = rule;
  const out: Record<string, unknown> = {};
  if (property.length > 0) out['property'] = property;
  if (unit.length > 0) out['unit'] = unit;
  if (thing.length > 0) out['thing'] = thing;
  if (SIDES.some((side) => area[side].trim() !== ''))
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
