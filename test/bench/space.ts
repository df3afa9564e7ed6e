/**
 * Observations per second through the spatial filter, against 1,000 zones of 100 vertices, in arrays of 1,000, and as a
 * ratio to what a flow without an index does in the same run: a plain loop over all polygons with Turf. Run on its own:
 *   node --expose-gc dist/test/bench/space.js
 * Each line has a floor as a ratio, which sets the exit code: a busy machine slows both sides down. The rates that are
 * asked for are shown beside what was measured.
 */
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { point } from '@turf/helpers';
import type { Zone, ZoneGeometry } from '../../nodes/city-zones/zones/model';
import { ZoneIndex } from '../../nodes/city-zones/zones/zone-index';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { readOptions } from '../../nodes/spatial-filter/options';
import { SpatialRun } from '../../nodes/spatial-filter/spatial-run';
import { random, star } from '../support/random-shapes';

const [SIDE, VERTICES, BATCH, BATCHES] = [32, 100, 1000, 300];
const COUNT = 1000;
const SENSORS = 10_000;
const [WEST, SOUTH, CELL] = [-2.6, 53.3, 0.02];
const START = Date.UTC(2026, 0, 1);

/** A city of 1,000 districts beside each other, with a gap between them. */
function city(): Zone[] {
  const next = random(1);
  return Array.from({ length: COUNT }, (_, i) => ({
    id: `z${i}`,
    name: `Zone ${i}`,
    level: 'zone',
    shape: {
      type: 'Polygon',
      coordinates: [star(next, [WEST + (i % SIDE) * CELL, SOUTH + Math.floor(i / SIDE) * CELL], CELL / 2, VERTICES)],
    },
  }));
}

/** Where a sensor is at its n-th reading: fixed ones stay, movers go 50 m a reading. */
function place(sensor: number, n: number, moves: boolean): [number, number] {
  const next = random(sensor * 7919 + 1);
  const [x, y, course] = [next(), next(), next() * 2 * Math.PI];
  const way = moves ? n * 0.0006 : 0;
  const wrap = (value: number): number => value - Math.floor(value);
  return [
    WEST + SIDE * CELL * wrap(x + (way * Math.cos(course)) / (SIDE * CELL)),
    SOUTH + SIDE * CELL * wrap(y + (way * Math.sin(course)) / (SIDE * CELL)),
  ];
}

function batches(sensors: number, moves: boolean, from: number): Observation[][] {
  const names = Array.from({ length: sensors }, (_, i) => `https://city.example/v1.1|${i}`);
  return Array.from({ length: BATCHES }, (_, b) =>
    Array.from({ length: BATCH }, (__, i) => {
      const n = from + b * BATCH + i;
      const sensor = n % sensors;
      const round = Math.floor(n / sensors);
      return makeObservation({
        id: `o${n}`,
        datastream: names[sensor]!,
        property: 'PM2.5',
        time: START + round * 10_000,
        value: 1,
        unit: 'ug/m3',
        thing: `thing ${sensor}`,
        place: place(sensor, round, moves),
      });
    }),
  );
}

/** The best of some runs: other work on the machine only makes it slower. */
function best(measure: (run: number) => number, runs = 6): number {
  return Math.max(...Array.from({ length: runs }, (_, run) => measure(run)));
}

function rateOf(work: () => number): number {
  const start = process.hrtime.bigint();
  const items = work();
  return (items * 1e9) / Number(process.hrtime.bigint() - start);
}

function filterRate(zones: readonly Zone[], config: Record<string, unknown>, sensors: number, moves: boolean): number {
  const run = new SpatialRun(zones, readOptions({ rest: true, ...config }));
  return best((n) => {
    const fed = batches(sensors, moves, n * BATCH * BATCHES);
    return rateOf(() => {
      for (const batch of fed) {
        const { kept, rest, faults } = run.sort(batch);
        if (faults.length > 0 || (!('keep' in config) && kept.length + rest.length !== BATCH)) throw new Error('lost');
      }
      return BATCH * BATCHES;
    });
  });
}

function turfRate(zones: readonly Zone[]): number {
  const fed = batches(1000, true, 0).flat();
  let found = 0;
  return best(
    (n) =>
      rateOf(() => {
        const some = fed.slice(n * 1000, (n + 1) * 1000);
        for (const { place: at } of some) {
          const here = point(at as [number, number]);
          for (const { shape } of zones) if (booleanPointInPolygon<ZoneGeometry>(here, shape as ZoneGeometry)) found++;
        }
        return some.length + (found < 0 ? 1 : 0);
      }),
    3,
  );
}

/** Measured before anything else has filled the heap. */
function memory(zones: readonly Zone[]): string {
  const used = (): number => {
    for (let i = 0; i < 3; i++) globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const grown = (work: () => object, made: object[] = []): number => {
    const before = used();
    made.push(work());
    return used() - before;
  };
  const kept: object[] = [];
  const index = grown(() => new ZoneIndex(zones), kept);
  const things = batches(100_000, false, 0).slice(0, 100);
  const remembered = (config: Record<string, unknown>): number => {
    const run = new SpatialRun(zones, readOptions(config));
    return grown(() => {
      for (const batch of things) run.sort(batch);
      return run;
    }, kept);
  };
  const fixed = remembered({});
  const movers = remembered(MOVES);
  const text = (bytes: number, each: number, of: string): string =>
    `${(bytes / 1e6).toFixed(1)} MB (${Math.round(bytes / each)} bytes a ${of})`;
  return (
    `index of ${zones.length.toLocaleString('en')} zones ${text(index, zones.length * VERTICES, 'vertex')}, ` +
    `100,000 sensors whose zones are remembered ${text(fixed, 100_000, 'sensor')}, ` +
    `100,000 Things that are followed ${text(movers, 100_000, 'Thing')}`
  );
}

const MOVES = { keep: 'moves', moves: ['enter', 'exit', 'dwell'] };
const zones = city();
console.log(`     memory: ${memory(zones)}`);
const turf = turfRate(zones);
console.log(`     ${Math.round(turf).toLocaleString('en')} observations/s: a plain loop over all polygons with Turf`);
const LINES: [name: string, asked: number, floor: number, config: Record<string, unknown>, moves: boolean][] = [
  ['fixed sensors', 1_000_000, 500, {}, false],
  ['movers', 300_000, 100, {}, true],
  ['movers, with enter, exit and dwell', 300_000, 75, MOVES, true],
  ['fixed sensors, within 100 m, with the nearest zone', 1_000_000, 120, { metres: 100, nearest: true }, false],
];
let failed = false;
for (const [name, asked, floor, config, moves] of LINES) {
  const rate = filterRate(zones, config, SENSORS, moves);
  const ok = rate / turf >= floor;
  failed ||= !ok;
  console.log(
    `${ok ? 'ok  ' : 'SLOW'} ${Math.round(rate / turf)} times the plain loop (floor ${floor}), ` +
      `${(rate / 1e6).toFixed(2)} M observations/s (asked ${asked / 1e6} M): ${name}`,
  );
}
process.exitCode = failed ? 1 : 0;
