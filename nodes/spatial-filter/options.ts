import type { Place } from '../ecdm/observation';
import { parseDuration } from '../ecdm/duration';
import { chosenKinds, type MoveKind } from './move-kinds';
import { readPlaces, type Places } from './places';

/**
 * What goes to output 1. `all` keeps everything and only adds the zones; `perZone` sends one message for each zone;
 * `moves` sends events: a Thing enters, leaves or stays in a zone.
 */
export type Keep = 'inside' | 'outside' | 'all' | 'perZone' | 'moves';

/** What happens to an item whose place is not known. */
export type NoPlace = 'problem' | 'drop' | 'pass';

/** What becomes of an array: it stays one, each of its items is sent alone, or all stay in it and are marked. */
export type Arrays = 'keep' | 'split' | 'mark';

/** Where something must be to count: in zones (all, chosen ones, those of a level), or near a point or a Thing. */
export type Choice =
  | { by: 'all' }
  | { by: 'zones'; ids: readonly string[] }
  | { by: 'level'; level: string }
  | { by: 'point'; point: Place }
  | { by: 'thing'; thing: string };

export interface FilterOptions {
  keep: Keep;
  choice: Choice;
  /** Metres around the zones, the point or the Thing that count, too. */
  metres: number;
  /** Each item gets the nearest of the zones that count, with its distance. */
  nearest: boolean;
  moves: readonly MoveKind[];
  /** Milliseconds after which somebody who is in a zone dwells there. */
  dwell: number;
  /** Metres on both sides of a border within which nothing enters and nothing leaves. */
  margin: number;
  noPlace: NoPlace;
  /** Places of sensors that do not say theirs. */
  places: Places;
  arrays: Arrays;
  /** Items that are not kept go to output 3. */
  rest: boolean;
  /** Zones that came by message are there again after a restart. */
  keepZones: boolean;
  /** Metres: the width that a line drawn on a map gets. */
  width: number;
}

const FARTHEST = 20_100_000;
const DEFAULTS = { margin: 15, dwell: 600_000, width: 20 };

/** Reads the options of a saved configuration; what is not understood becomes the default. */
export function readOptions(config: Readonly<Record<string, unknown>>): FilterOptions {
  const { moves, arrays } = config;
  return {
    keep: oneOf(['outside', 'all', 'perZone', 'moves'] as const, config['keep']) ?? 'inside',
    choice: readChoice(config),
    metres: metresOf(config['metres']) ?? 0,
    nearest: config['nearest'] === true,
    moves: chosenKinds(moves),
    dwell: parseDuration(config['dwell']) ?? DEFAULTS.dwell,
    margin: metresOf(config['margin']) ?? DEFAULTS.margin,
    noPlace: oneOf(['drop', 'pass'] as const, config['noPlace']) ?? 'problem',
    places: readPlaces(config['places']).places,
    arrays: oneOf(['split', 'mark'] as const, arrays) ?? 'keep',
    rest: config['rest'] === true,
    keepZones: config['keepZones'] === true,
    width: metresOf(config['width']) || DEFAULTS.width,
  };
}

function readChoice({ choose, chosen, level, point, thing }: Readonly<Record<string, unknown>>): Choice {
  if (choose === 'zones') {
    const ids = Array.isArray(chosen) ? chosen.filter((id): id is string => typeof id === 'string') : [];
    return { by: 'zones', ids };
  }
  if (choose === 'level' && typeof level === 'string') return { by: 'level', level };
  if (choose === 'thing' && typeof thing === 'string' && thing !== '') return { by: 'thing', thing };
  if (choose === 'point' && Array.isArray(point)) {
    const [lon, lat] = (point as unknown[]).map(Number);
    if (Math.abs(lon!) <= 180 && Math.abs(lat!) <= 90) return { by: 'point', point: [lon!, lat!] };
  }
  return { by: 'all' };
}

/** Fields of a form are saved as texts. */
function metresOf(raw: unknown): number | undefined {
  const metres = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof metres === 'number' && metres >= 0 && metres <= FARTHEST ? metres : undefined;
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}
