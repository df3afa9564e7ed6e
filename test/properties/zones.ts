/** 13: a rule per zone, over states that move. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { courseOf } from './oracle';
import { same, told, type Property } from './property';
import { isPoint, randomHistory, type Random } from './random';
import { acceptedRule, compile, end, END, shuffledWithin, spansByKey } from './running';

const LATENESS = 5;
const ZONES = ['x', 'y', 'z'].map((id) => ({ id, name: id, level: 'zone' }));
const RANK = { end: 0, nodata: 1, begin: 2, point: 3 };

/** Every event lies in some zones, in one of them perhaps twice, or nobody knows in which. */
function inSomeZones(random: Random, event: CityEvent): CityEvent {
  if (random.chance(0.1)) return event;
  const zones = ZONES.filter(() => random.chance(0.4));
  if (random.chance(0.1)) zones.push(...zones);
  return { ...event, zones };
}

/** What happens in one zone: what lies there, and that a state which was there goes on elsewhere, or is over. */
function eventsIn(zone: string, events: readonly CityEvent[]): CityEvent[] {
  const sorted = [...events].sort((a, b) => a.time - b.time || RANK[a.kind] - RANK[b.kind]);
  const here = new Set<string>();
  return sorted.flatMap((event) => {
    const { kind, stream, zones } = event;
    const isHere = zones?.some(({ id }) => id === zone) ?? false;
    if (kind === 'point') return isHere ? [event] : [];
    if (kind === 'begin' && zones === undefined) return [];
    const was = here.has(stream);
    if (isHere && kind === 'begin') here.add(stream);
    else if (kind !== 'nodata') here.delete(stream);
    if (isHere) return [event];
    return was ? [{ ...event, kind: kind === 'begin' ? 'end' : kind }] : [];
  });
}

const moving: Property = {
  id: '13',
  says: 'per zone, what moves is over where it has left, in any order of arrival, and over restarts',
  check(random) {
    const drawn = acceptedRule(random);
    const rule: StatusDefinition = { ...drawn, per: { by: 'zone' }, lateness: `${LATENESS} ms` };
    const events = randomHistory(random).map((event) => inSomeZones(random, event));
    let engine = compile(rule)!;
    const used = events.filter((event) => engine.events.has(event.event));
    const out: Status[] = [];
    engine.setMode('replay');
    let newest = 0;
    for (const event of shuffledWithin(random, events, LATENESS)) {
      engine.push([event], out, []);
      newest = Math.max(newest, event.time);
      if (random.chance(0.7)) engine.clock({ source: 's', time: newest }, 'replay', out, []);
      if (!random.chance(0.1)) continue;
      const kept: unknown = JSON.parse(JSON.stringify(engine.snapshot()));
      engine = compile(rule)!;
      same(engine.restore(kept), true, () => 'the snapshot is refused');
    }
    end(engine, out);
    for (const { id } of ZONES) {
      const must = courseOf(rule, eventsIn(id, used), END, isPoint).episodes;
      same(spansByKey(out)[id] ?? [], must, () => `in ${id}\n${told(rule, used)}`);
    }
  },
};

export const zones: readonly Property[] = [moving];
