/** The past of the simulated city: made when it is read, the same at each time. */
import type { Observation } from '../../ecdm/observation';
import { rosterOf } from '../../sensorthings-in/source';
import { DemoServer } from '../../sensorthings-server/demo/demo-server';
import { type HistorySpec, type OpenHistory, type OpenOptions, SLICE } from './spec';
import { MOST_READINGS } from './table';

/** The past that is looked at where nothing is said. */
const DEMO_SPAN = 7 * 86_400_000;
/** Time whose readings are made at once. */
const STEP = 3_600_000;

export function openDemo(spec: Extract<HistorySpec, { from: 'demo' }>, options: OpenOptions): OpenHistory {
  const server = new DemoServer(1, spec.seed, spec.until);
  const only = spec.only === undefined ? undefined : new Set(spec.only);
  const streams = server.city.datastreams.filter(({ id }) => only?.has(id) !== false);
  const until = Math.min(options.until ?? Infinity, spec.until);
  const perMs = streams.reduce((sum, { interval }) => sum + 1 / interval, 0);
  const most = options.most ?? MOST_READINGS;
  const asked = options.since ?? until - DEMO_SPAN;
  // the newest count; each Datastream may have one more than its share
  const since = Math.max(asked, Math.ceil(until - Math.max(0, most - streams.length) / Math.max(perMs, 1e-9)));
  // the city gives what comes after a time, here it is included
  const count = (time: number): number => streams.reduce((sum, { interval }) => sum + Math.floor(time / interval), 0);
  const total = until < since ? 0 : count(until) - count(since - 1);
  return {
    roster: rosterOf(server.streams().filter(({ key }) => only?.has(Number(key)) !== false)),
    total,
    slices: slices(server, since, until, only),
    problems: [],
    problemCount: 0,
    notes: since > asked ? [{ code: 'cut', most }] : [],
  };
}

async function* slices(
  { city }: DemoServer,
  since: number,
  until: number,
  only: ReadonlySet<number> | undefined,
): AsyncGenerator<Observation[]> {
  let waiting: Observation[] = [];
  for (let from = since - 1; from < until; from += STEP) {
    waiting = waiting.concat(city.readingsAt(from, Math.min(from + STEP, until), only));
    while (waiting.length >= SLICE) {
      yield waiting.splice(0, SLICE);
      await Promise.resolve();
    }
  }
  if (waiting.length > 0) yield waiting;
}
