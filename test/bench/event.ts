/**
 * Readings per second through the event engine, in arrays of 1,000. Run on its own:
 *   node dist/test/bench/event.js
 * Each line has a floor that sets the exit code.
 */
import type { CityEvent } from '../../nodes/ecdm/event';
import type { EventDefinition } from '../../nodes/ecdm/definition';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';

const BATCH = 1000;
const START = Date.UTC(2026, 0, 1);

interface Line {
  name: string;
  floor: number;
  keys: number;
  definitions: EventDefinition[];
  /** Milliseconds between two readings of a Datastream. */
  every?: number;
}

const rule = (more: Partial<EventDefinition> = {}): EventDefinition => ({
  id: 'pm',
  name: 'PM2.5 high',
  observe: { properties: ['PM2.5'] },
  when: { op: '>', value: 90, unit: 'ug/m3', clear: 75 },
  emit: 'state',
  ...more,
});

const LINES: Line[] = [
  { name: 'one limit, 1,000 Datastreams', floor: 2_000_000, keys: 1000, definitions: [rule()] },
  { name: 'one limit, 50,000 Datastreams', floor: 800_000, keys: 50_000, definitions: [rule()] },
  { name: 'ten limits', floor: 500_000, keys: 1000, definitions: Array.from({ length: 10 }, (_x, i) => rule({ id: `r${i}` })) },
  {
    name: 'average over 10 min at every reading',
    floor: 400_000,
    keys: 1000,
    definitions: [rule({ aggregate: { method: 'average', over: '10 min', scope: 'datastream' } })],
  },
  {
    name: 'hourly average of the city',
    floor: 400_000,
    keys: 1000,
    definitions: [rule({ aggregate: { method: 'average', over: '1 h', scope: 'city' } })],
    every: 600_000,
  },
];

function batches(keys: number, count: number, from: number, every: number): Observation[][] {
  // identities of Datastreams are shared, those of observations are new, as sources make them
  const names = Array.from({ length: keys }, (_x, key) => `https://city.example/v1.1|${key}`);
  const things = Array.from({ length: keys }, (_x, key) => `station ${key}`);
  const all: Observation[][] = [];
  for (let b = 0; b < count; b++) {
    const batch: Observation[] = [];
    for (let i = 0; i < BATCH; i++) {
      const n = from + b * BATCH + i;
      const key = n % keys;
      const round = Math.floor(n / keys);
      batch.push(
        makeObservation({
          id: `https://city.example/v1.1|${key}|${n}`,
          datastream: names[key]!,
          property: 'PM2.5',
          time: START + round * every,
          // now and then a state begins or ends
          value: 40 + 30 * Math.sin(round / 40 + key) + (n % 997 === 0 ? 60 : 0),
          unit: 'ug/m3',
          thing: things[key],
        }),
      );
    }
    all.push(batch);
  }
  return all;
}

function measure(line: Line): number {
  const engine = new EventEngine(line.definitions);
  const events: CityEvent[] = [];
  const problems: Problem[] = [];
  let best = 0;
  let from = 0;
  for (let run = 0; run < 6; run++) {
    const fed = batches(line.keys, 400, from, line.every ?? 60_000);
    from += fed.length * BATCH;
    const start = process.hrtime.bigint();
    for (const batch of fed) {
      engine.push(batch, 'replay', 0, events, problems);
      engine.advance({ source: 's', time: batch[0]!.time }, 'replay', 0, events, problems);
      events.length = 0;
    }
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    best = Math.max(best, (fed.length * BATCH) / seconds);
  }
  if (problems.length > 0) throw new Error(problems[0]!.message);
  return best;
}

let failed = false;
for (const line of LINES) {
  const rate = measure(line);
  const ok = rate >= line.floor;
  failed ||= !ok;
  console.log(`${ok ? 'ok  ' : 'SLOW'} ${(rate / 1e6).toFixed(2)} M readings/s (floor ${line.floor / 1e6}): ${line.name}`);
}
process.exitCode = failed ? 1 : 0;
