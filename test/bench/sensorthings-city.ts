/**
 * The shape of the paper's experiment 1 (JSAN 2023, 12(1), 12): many thermometers around Trang on a SensorThings
 * server; find those in an area, read them, and make an event of each that is above 35 °C. Everything from the HTTP
 * answer to the event is what the nodes run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { loadFrost } from '../frost/load';
import { startFrost } from '../frost/server';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { readInOrder } from '../../nodes/sensorthings-in/reading-plan';
import { walksOf } from '../../nodes/sensorthings-in/server-reader';
import { Connection } from '../../nodes/sensorthings-server/client/connection';
import type { StreamInfo } from '../../nodes/sensorthings-server/client/datastream';
import { decodeObservations } from '../../nodes/sensorthings-server/client/decode';
import type { Door } from '../../nodes/sensorthings-server/client/door';
import { findAll } from '../support/find-all';
import { address } from '../../nodes/sensorthings-server/client/links';
import { pages } from '../../nodes/sensorthings-server/client/paging';
import { EVERYTHING } from '../../nodes/sensorthings-server/client/rule';

/** Observations per second through SensorThings in the paper, and through plain JSON. */
const PAPER = 2809;
/** About the half of the thermometers. */
const AREA = { west: 99.311, south: 7.256, east: 99.911, north: 7.856 };
const LIMIT = 35;

export interface Size {
  datastreams: number;
  /** Of each Datastream. */
  observations: number;
}

/** On a real FROST-Server with PostgreSQL, started for this. */
export async function onFrost(size: Size): Promise<boolean> {
  const frost = await startFrost();
  try {
    await loadFrost(frost, size);
    console.log(
      `\nFROST-Server ${frost.version} with ${count(size.datastreams)} Datastreams of ${size.observations} Observations each`,
    );
    return await experiment(size, frost.url);
  } finally {
    await frost.close();
  }
}

/**
 * @param url a server that holds thermometers; the simulator in a process of its own when left out
 * @returns false where what was read is not what is there
 */
export async function experiment({ datastreams, observations }: Size, url?: string): Promise<boolean> {
  const simulator = url === undefined ? await startSimulator(datastreams, observations) : undefined;
  const connection = new Connection({ url: url ?? simulator!.url, auth: { type: 'none' } });
  try {
    console.log(`\nthe paper's experiment 1: thermometers around Trang, in an area, above ${LIMIT} °C`);
    console.log(
      url === undefined
        ? `SIMULATED server in a process of its own with ${count(datastreams)} Datastreams of ${observations} Observations each`
        : url,
    );
    return await measure(connection);
  } finally {
    connection.close();
    simulator?.child.kill();
  }
}

const count = (n: number): string => n.toLocaleString('en-US');

async function measure(connection: Connection): Promise<boolean> {
  const door = await connection.door();
  const [found, streams] = await timed(() =>
    findAll(door, { rule: { ...EVERYTHING, properties: ['Air temperature'], area: AREA }, path: '' }, 1_000_000),
  );
  line('Datastreams of the area, with unit, Thing and place', streams.length, found, 'Datastreams');
  if (streams.length === 0) {
    console.log('there are no thermometers in the area: nothing can be measured');
    return false;
  }
  const [together, overview] = await timed(() => readOverview(door));
  line('the same with their newest Observations, to events', overview.observations, together, 'Observations');
  const newest = await newestTime(connection, streams[0]!);
  const [fast, latest] = await timed(() => read(connection, streams, newest));
  line('only their newest Observations, to events', latest.observations, fast, 'Observations');
  const [slow, all] = await timed(() => read(connection, streams, 0));
  line('all their Observations in time order, to events', all.observations, slow, 'Observations');
  console.log(
    `events: ${count(latest.above)} of ${count(latest.observations)} newest and ${count(all.above)} of ${count(all.observations)} readings lie above ${LIMIT} °C in the area`,
  );
  console.log(
    `The paper reports ${count(PAPER)} Observations/s through SensorThings. What differs: there the server and the middleware were\n` +
      'other machines and programs of 2022, reached over a network, and each Observation was asked for with its Thing and place;\n' +
      'here both run on this machine, over loopback, metadata are read once, and twenty Datastreams share a request (dataArray).',
  );
  const whole = latest.observations === streams.length && all.observations >= latest.observations;
  const right =
    whole &&
    overview.problems + latest.problems + all.problems === 0 &&
    latest.begins === latest.above &&
    overview.begins === latest.begins;
  if (!right) console.log(`WRONG: ${JSON.stringify({ streams: streams.length, overview, latest, all })}`);
  return right;
}

async function timed<T>(run: () => Promise<T>): Promise<[seconds: number, result: T]> {
  const start = performance.now();
  const result = await run();
  return [(performance.now() - start) / 1000, result];
}

function line(what: string, n: number, seconds: number, unit: string): void {
  const rate = `${count(Math.round(n / seconds))} ${unit}/s`;
  const beside = unit === 'Observations' ? `, ${(n / seconds / PAPER).toFixed(1)} x the paper` : '';
  console.log(`  ${what.padEnd(54)} ${count(n).padStart(9)} in ${seconds.toFixed(1).padStart(5)} s: ${rate}${beside}`);
}

async function newestTime(connection: Connection, stream: StreamInfo): Promise<number> {
  const walks = walksOf(connection, await connection.facts(), {});
  const newest = await walks.newest(stream);
  if (!newest || newest === 'unknown') throw new Error(`${stream.name} has no Observations`);
  return newest.time;
}

interface Read {
  observations: number;
  /** Readings above the limit, counted here. */
  above: number;
  /** Events that the engine began. */
  begins: number;
  problems: number;
}

/** As sensorthings-in and ecdm-event do it, without the wires between them. */
async function read(connection: Connection, streams: readonly StreamInfo[], from: number): Promise<Read> {
  const problems: Problem[] = [];
  const decode = { onProblem: (problem: Problem) => problems.push(problem), told: new Set<string>() };
  const walks = walksOf(connection, await connection.facts(), decode);
  const starts = streams.map((stream) => ({ stream, from }));
  const lost = (stream: StreamInfo): void => void problems.push({ ...NOTHING, message: `lost ${stream.name}` });
  return judge(readInOrder(starts, { walks, lost }), problems);
}

/** Datastreams with their newest Observation in pages of 500, as the form shows them: for a look over a whole city. */
async function readOverview(door: Door): Promise<Read> {
  const { west, south, east, north } = AREA;
  const box = [[west, south], [east, south], [east, north], [west, north], [west, south]]; // prettier-ignore
  const $filter = `st_within(Thing/Locations/location,geography'POLYGON((${box.map((p) => p.join(' ')).join(',')}))')`;
  const latest = 'Observations($orderby=phenomenonTime desc;$top=1;$select=id,phenomenonTime,result)';
  const problems: Problem[] = [];
  const slices = async function* (): AsyncGenerator<Observation[]> {
    const $expand = `Thing($select=id,name;$expand=Locations($select=location,encodingType)),ObservedProperty($select=id,name),${latest}`;
    const start = address(door.root, 'Datastreams', { $filter, $expand, $top: '500' });
    for await (const { body } of pages(door.get, start, { root: door.root, limit: Infinity })) {
      yield (body['value'] as Record<string, unknown>[]).flatMap((raw) => {
        const stream = door.metadata.decode(raw);
        const value = raw['Observations'];
        return stream ? decodeObservations({ value }, stream, { onProblem: (problem) => problems.push(problem) }) : [];
      });
    }
  };
  return judge(slices(), problems);
}

async function judge(slices: AsyncIterable<Observation[]>, problems: Problem[]): Promise<Read> {
  const events: CityEvent[] = [];
  const engine = new EventEngine([
    {
      id: 'hot',
      name: 'hot',
      observe: { properties: ['Air temperature'] },
      when: { op: '>', value: LIMIT, unit: 'Cel' },
      emit: 'state',
    },
  ]);
  const out: Read = { observations: 0, above: 0, begins: 0, problems: 0 };
  for await (const slice of slices) {
    out.observations += slice.length;
    out.above += slice.filter(isHot).length;
    engine.push(slice, 'replay', 0, events, problems);
    engine.advance({ source: 's', time: slice.at(-1)!.time }, 'replay', 0, events, problems);
    out.begins += events.filter(({ kind }) => kind === 'begin').length;
    events.length = 0;
  }
  out.problems = problems.length;
  if (problems.length > 0) console.log(problems[0]);
  return out;
}

const NOTHING: Problem = { code: 'lost', message: '', hint: '', node: '', item: null };
const isHot = ({ value }: Observation): boolean => typeof value === 'number' && value > LIMIT;

/** In a process of its own, so that the client does not wait for the server's garbage. */
async function startSimulator(
  datastreams: number,
  observations: number,
): Promise<{ url: string; child: ChildProcess }> {
  const script = path.resolve(__dirname, '../../flows/simulator/main.js');
  const args = ['--datastreams', datastreams, '--observations', observations, '--port', 0, '--mqtt-port', 0].map(
    String,
  );
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += String(data);
      const found = /SensorThings\s+(\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`the simulator ended with code ${code}`)));
  });
  return { url, child };
}
