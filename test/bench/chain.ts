/**
 * How fast the chain is, from the JSON text of observations to statuses, as a ratio to bare `JSON.parse` of the same
 * text in the same run, so that machines can be compared. Each line has a floor that sets the exit code.
 *   npm run bench
 *   node dist/test/bench/chain.js single      only the lines whose name contains this
 */
import type { CityEvent } from '../../nodes/ecdm/event';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { mappingSchema } from '../../nodes/ecdm/mapping-schema';
import { readObservations } from '../../nodes/ecdm/observation-reader';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import type { EventDefinition, StatusDefinition } from '../../nodes/ecdm/definition';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { startEmbedded, type Embedded } from '../support/embedded';
import type { FlowNode } from '../support/helper';

const BATCH = 1000;
const STATIONS = 1000;
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
/** Every station has one episode of five minutes in so many: of a thousand readings one or two make a status. */
const EPISODE_EVERY = 720;

const limit = (id: string, property: string, value: number, unit: string): EventDefinition => ({
  id,
  name: `${property} high`,
  observe: { properties: [property] },
  when: { op: '>', value, unit },
  emit: 'state',
});
const EVENTS = [limit('pm', 'PM2.5', 90, 'ug/m3'), limit('co', 'CO', 4, 'mg/m3')];
const STATUS: StatusDefinition = {
  id: 'pollution',
  name: 'Air pollution',
  when: { op: 'and', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'co' }] },
  per: { by: 'station' },
  severity: 'major',
};

/** PM2.5 and CO of a thousand stations, minute by minute; now and then a station is above both limits. */
function readings(from: number, count: number): Observation[] {
  const list: Observation[] = [];
  for (let n = from; n < from + count; n++) {
    const station = (n >> 1) % STATIONS;
    const minute = Math.floor(n / (2 * STATIONS));
    const high = (minute + station * 7) % EPISODE_EVERY < 5;
    const pm = (n & 1) === 0;
    list.push(
      makeObservation({
        id: `bench|${station}|${pm ? 'pm' : 'co'}|${minute}`,
        datastream: `bench|${station}|${pm ? 'pm' : 'co'}`,
        property: pm ? 'PM2.5' : 'CO',
        time: START + minute * MINUTE,
        value: pm ? (high ? 120.5 : 40.5) : high ? 5.25 : 0.75,
        unit: pm ? 'ug/m3' : 'mg/m3',
        thing: `station ${station}`,
        place: [99.5 + (station % 32) / 200, 7.5 + Math.floor(station / 32) / 200],
      }),
    );
  }
  return list;
}

function texts(from: number, batches: number): string[] {
  return Array.from({ length: batches }, (_x, b) => JSON.stringify(readings(from + b * BATCH, BATCH)));
}

const clockOf = (batch: readonly Observation[]) => ({ source: 'bench', time: batch.at(-1)!.time });

function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Best of several runs: what the machine can do, not what else it did. */
function rate(runs: number, batches: number, work: (fed: string[]) => void): number {
  let best = 0;
  for (let run = 0; run < runs; run++) {
    const fed = texts(run * batches * BATCH, batches);
    best = Math.max(best, (batches * BATCH) / seconds(() => work(fed)));
  }
  return best;
}

let sink = 0;
function bareParse(): number {
  return rate(5, 200, (fed) => {
    for (const text of fed) sink += (JSON.parse(text) as unknown[]).length;
  });
}

function inProcess(): number {
  const engine = new EventEngine(EVENTS);
  const pattern = compileStatus(STATUS, { names: (id) => id, emit: () => 'state' });
  const events: CityEvent[] = [];
  const statuses: Status[] = [];
  const problems: Problem[] = [];
  let told = 0;
  const best = rate(5, 200, (fed) => {
    for (const text of fed) {
      const batch = readObservations(JSON.parse(text), problems);
      engine.push(batch, 'replay', 0, events, problems);
      const clock = engine.advance(clockOf(batch), 'replay', 0, events, problems);
      pattern.push(events, statuses, problems);
      pattern.clock(clock, 'replay', statuses, problems);
      told += statuses.length;
      events.length = 0;
      statuses.length = 0;
    }
  });
  if (problems.length > 0) throw new Error(problems[0]!.message);
  if (told < 500) throw new Error(`only ${told} statuses: the bench does not do its work`);
  return best;
}

/** Such readings as the rows of a CSV file, both properties in each row, by a mapping. */
function csvByMapping(): number {
  const mapping = mappingSchema.parse({
    mapping: 1,
    time: { columns: ['time'] },
    thing: { column: 'station' },
    place: { from: 'columns', lon: 'lon', lat: 'lat' },
    values: {
      layout: 'wide',
      columns: [
        { column: 'PM2.5', property: 'PM2.5', unit: 'ug/m3' },
        { column: 'CO', property: 'CO', unit: 'mg/m3' },
      ],
    },
  });
  const mapper = compileMapping(mapping);
  const rows = 50 * BATCH;
  let best = 0;
  for (let run = 0; run < 5; run++) {
    const lines = ['time,station,lon,lat,PM2.5,CO'];
    for (let n = run * rows; n < (run + 1) * rows; n++) {
      const [station, time] = [n % STATIONS, START + Math.floor(n / STATIONS) * MINUTE];
      lines.push(`${new Date(time).toISOString()},station ${station},${99.5 + (station % 32) / 200},7.5,40.5,0.75`);
    }
    const csv = lines.join('\n');
    const made: Observation[] = [];
    best = Math.max(best, (2 * rows) / seconds(() => mapper.map(csv, made, [])));
    if (made.length !== 2 * rows) throw new Error(`${made.length} readings of ${rows} rows: the bench does not do its work`);
  }
  return best;
}

const ZONE = {
  id: 'all',
  name: 'All',
  level: 'zone',
  geometry: { type: 'Polygon', coordinates: [[[99, 7], [100, 7], [100, 8], [99, 8], [99, 7]]] },
};

/** spatial-filter -> ecdm-event (one, or two in parallel) -> pattern-status -> action-notify -> sink */
function chain(parallel: boolean): FlowNode[] {
  const events = parallel ? EVENTS.map((event) => [event]) : [EVENTS];
  return [
    { id: 'zones', type: 'city-zones', name: 'All', version: 1, zones: [ZONE] },
    { id: 'filter', type: 'spatial-filter', version: 1, zones: 'zones', keep: 'inside', choose: 'all', noPlace: 'problem', wires: [events.map((_e, n) => `event${n}`), ['problems']] },
    ...events.map((list, n) => ({ id: `event${n}`, type: 'ecdm-event', version: 1, events: list, wires: [['pattern'], ['problems']] })),
    { id: 'pattern', type: 'pattern-status', version: 1, name: 'Air pollution', rule: STATUS.when, per: 'station', severity: 'major', wires: [['notify'], ['problems']] },
    {
      id: 'notify', type: 'action-notify', version: 1, form: 'event', on: ['raised', 'cleared'],
      texts: { 'en-US': { headline: '{{name}} {{keyName}}: {{state}}', text: '{{reason}}' } }, wires: [['out'], ['problems']],
    },
    { id: 'out', type: 'test-sink', wires: [] },
    { id: 'problems', type: 'test-sink', wires: [] },
  ];
}

/** Feeds messages made from texts (parsing included) and waits until the sink has heard of the last one. */
async function wired(red: Embedded, parallel: boolean, size: number, total: number): Promise<number> {
  await red.deploy(chain(parallel));
  // a full deploy starts afresh: what earlier runs remembered must not make these readings duplicates
  const base = (sequence += 1) * 50_000_000;
  const filter = red.node('filter');
  let best = 0;
  for (let run = 0; run < 3; run++) {
    const from = base + run * total;
    const fed = Array.from({ length: total / size }, (_x, n) => {
      const list = readings(from + n * size, size);
      return { text: JSON.stringify(size === 1 ? list[0] : list), clock: clockOf(list) };
    });
    const start = process.hrtime.bigint();
    let n = 0;
    // as a source does: some messages in flight, then the event loop has its turn
    const flight = size === 1 ? 200 : 4;
    while (n < fed.length) {
      for (let i = 0; i < flight && n < fed.length; i++, n++) {
        const { text, clock } = fed[n]!;
        filter.receive({ payload: JSON.parse(text), city: { mode: 'replay', clock } });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    // each delivery is one turn of the event loop: after eight the last message has passed all nodes
    for (let hop = 0; hop < 8; hop++) await new Promise((resolve) => setImmediate(resolve));
    best = Math.max(best, total / (Number(process.hrtime.bigint() - start) / 1e9));
  }
  const problems = red.payloads('problems').flat();
  if (problems.length > 0) throw new Error(`problems in the chain: ${JSON.stringify(problems[0])}`);
  if (red.messages('out').length === 0) throw new Error('no notice came out: the bench does not do its work');
  return best;
}
let sequence = 0;

async function main(): Promise<void> {
  const reference = bareParse();
  const lines: { name: string; rate: number; floor: number }[] = [{ name: 'bare JSON.parse', rate: reference, floor: 0 }];
  const measure = async (name: string, floor: number, work: () => number | Promise<number>): Promise<void> => {
    if (name.includes(process.argv[2] ?? '')) lines.push({ name, floor, rate: await work() });
  };
  await measure('JSON text to status, one process', 0.4, inProcess);
  await measure('CSV text to observations by a mapping', 0.25, csvByMapping);
  // as a production has it: one handler of log lines
  const red = await startEmbedded({ settings: { logging: { console: { level: 'off' } } } });
  await measure('wired chain, arrays of 1,000, one ecdm-event', 0.2, () => wired(red, false, BATCH, 400_000));
  await measure('wired chain, arrays of 1,000, two in parallel', 0.1, () => wired(red, true, BATCH, 200_000));
  await measure('wired chain, single messages', 0.05, () => wired(red, false, 1, 200_000));
  await red.stop();

  let slow = false;
  const bytes = Math.round(texts(0, 1)[0]!.length / BATCH);
  console.log(`\n${STATIONS} stations, two readings each; ${bytes} bytes of JSON a reading; Node ${process.version}`);
  console.log(`one episode per station in ${EPISODE_EVERY / 60} h: ${(200 / (2 * EPISODE_EVERY)).toFixed(2)} % of the readings make a status`);
  for (const { name, rate: found, floor } of lines) {
    const ratio = found / reference;
    if (ratio < floor) slow = true;
    const mark = floor === 0 ? '     ' : ratio < floor ? 'SLOW ' : 'ok   ';
    console.log(`${mark}${Math.round(found).toLocaleString('en-US').padStart(11)} observations/s  ratio ${ratio.toFixed(3)}${floor ? ` (floor ${floor})` : ''}  ${name}`);
  }
  process.exitCode = slow || sink === 0 ? 1 : 0;
}

main().then(
  () => process.exit(),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
