/** The events of a case as ours. */
import type { CityEvent } from '../../nodes/ecdm/event';
import { cityEvent } from '../properties/random';
import type { Case, Cell } from './cases';

/** Milliseconds of the case are seconds for us, so that events with equal stamps can be spread by their arrival. */
export const SCALE = 1000;
export const START = Date.UTC(2026, 0, 1);

type Values = Record<string, Cell>;

/** Events in order of arrival; `more` says which values each one gets beside its own. */
export function eventsOf(c: Case, more: (stream: string, key: string, values: Values) => Values): CityEvent[] {
  const keyed = partition(c.partition ?? '');
  const keys = new Set<string>();
  const ties = new Map<number, number>();
  return c.events.flatMap(([stream, offset, cells], i): CityEvent[] => {
    const tie = ties.get(offset) ?? 0;
    ties.set(offset, tie + 1);
    const values: Values = {};
    c.streams[stream]?.forEach(([name], at) => (values[name] = cells[at] ?? null));
    const time = START + offset * SCALE + tie;
    const made = (key: string, id = `${i}`): CityEvent =>
      event(id, stream, key, time, { ...values, ...more(stream, key, values) });
    const attribute = keyed.get(stream);
    if (keyed.size === 0) return [made('all')];
    // what is not partitioned is there for every part that there is so far
    if (attribute === undefined) return [...keys].map((key) => made(key, `${i}|${key}`));
    const key = String(values[attribute]);
    keys.add(key);
    return [made(key)];
  });
}

/** The attribute by which a stream is partitioned. */
function partition(text: string): Map<string, string> {
  const keyed = new Map<string, string>();
  for (const [, attribute, stream] of text.matchAll(/(\w+)\s+of\s+(\w+)/g)) keyed.set(stream!, attribute!);
  if (text.trim() !== '' && keyed.size === 0) throw new Error(`partition not understood: ${text}`);
  return keyed;
}

function event(id: string, stream: string, key: string, time: number, value: Values): CityEvent {
  return { ...cityEvent(stream, 'point', time, '1', key), id, value };
}
