/** The mode replay: a time range in time order, at a pace, cut off and gone on with; restarts of the hybrid mode. */
import assert from 'node:assert/strict';
import { type Simulator, startSimulator, type SimulatorOptions } from '../../flows/simulator';
import type { City } from '../../nodes/ecdm/city';
import type { Observation } from '../../nodes/ecdm/observation';
import { type Embedded, startEmbedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';

const MINUTE = 60_000;
const START = Date.parse('2026-11-20T07:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();

describe('replay and restart', function () {
  let red: Embedded;
  let simulator: Simulator;
  let n = 0;

  before(async () => {
    red = await startEmbedded();
  });
  after(() => red.stop());
  beforeEach(() => {
    n++;
  });
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const simulate = async (options: SimulatorOptions = {}): Promise<Simulator> =>
    (simulator = await startSimulator({ speed: 0, history: 60, start: START, ...options }));
  const deploy = (config: object): Promise<void> =>
    red.deploy([
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url },
      { id: `in${n}`, type: 'sensorthings-in', version: 2, server: 'server', choose: 'list', streams: [{ key: '1' }, { key: '2' }, { key: '3' }], emit: 'batch', interval: '1 s', ...config, wires: [['out'], ['problems']] }, // prettier-ignore
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
    ]);
  const got = (): Observation[] => red.payloads('out').flat() as Observation[];
  const cities = (): City[] => red.messages('out').map(({ city }) => city as City);
  const status = (): string => red.statuses.get(`in${n}`)?.text ?? '';
  const ended = (): Promise<unknown> => waitFor('the end', () => status() === 'replay ended');
  const inOrder = (): void => {
    const times = got().map(({ time }) => time);
    assert.deepEqual(times, [...times].sort((a, b) => a - b)); // prettier-ignore
    assert.equal(new Set(got().map(({ id }) => id)).size, got().length);
  };

  it('gives a range with both its borders, in time order over all Datastreams, and says when it has ended', async () => {
    await simulate();
    await deploy({ mode: 'replay', from: iso(START - 30 * MINUTE), to: iso(START - 10 * MINUTE) });
    await ended();
    inOrder();
    assert.equal(got().length, 3 * 21);
    assert.deepEqual([got()[0]!.time, got().at(-1)!.time], [START - 30 * MINUTE, START - 10 * MINUTE]);
    assert.ok(cities().every(({ mode }) => mode === 'replay'));
    const last = cities().at(-1)!;
    assert.deepEqual([last.clock!.end, last.clock!.time], [true, START - 10 * MINUTE]);
    assert.equal(cities().find(({ roster }) => roster)!.roster!.length, 3);
    assert.deepEqual(red.payloads('problems'), []);
  });

  it('keeps the pace that is asked for', async () => {
    await simulate();
    const began = performance.now();
    /** How late each message is that has readings, in milliseconds after the first and its place in time. */
    const late: number[] = [];
    let first: { at: number; time: number } | undefined;
    // ten minutes in two seconds
    const speed = 300;
    await deploy({ mode: 'replay', from: iso(START - 10 * MINUTE), to: iso(START), speed: String(speed) });
    red.node('out').on('input', ({ payload }: { payload: Observation[] }) => {
      const [reading] = payload;
      if (reading === undefined) return;
      const at = performance.now();
      first ??= { at, time: reading.time };
      late.push(at - first.at - (reading.time - first.time) / speed);
    });
    await ended();
    const ms = performance.now() - began;
    assert.ok(ms > 1900, `${ms} ms`);
    // a busy machine makes one and the other late, a wrong pace all of them, the more the later they are
    const second = late.slice(late.length / 2);
    assert.ok(Math.min(...second) < 900, `all of these came late: ${second.map(Math.round).join()} ms`);
    assert.ok(red.messages('out').length >= 10, 'one after the other');
    inOrder();
    assert.equal(got().length, 33);
  });

  it('goes on where it was cut off, begins anew when it has ended or is of another range', async () => {
    await simulate();
    const range = { mode: 'replay', from: iso(START - 50 * MINUTE), to: iso(START), speed: '600' };
    await deploy(range);
    await waitFor('some', () => got().length >= 60);
    await sleep(100);
    const first = got().map(({ id }) => id);
    await deploy(range);
    await ended();
    const second = got().map(({ id }) => id);
    assert.equal(new Set([...first, ...second]).size, 3 * 51, 'nothing is missing');
    const twice = second.filter((id) => first.includes(id));
    assert.deepEqual(twice, [], 'an orderly end knows what was taken');
    await deploy({ ...range, speed: '' });
    await ended();
    assert.equal(got().length, 3 * 51, 'once more from the beginning');
    await deploy({ ...range, speed: '', from: iso(START - 5 * MINUTE) });
    await ended();
    assert.equal(got().length, 3 * 6);
  });

  it('survives errors of the server in the middle', async () => {
    await simulate({ history: 300, personality: { maxTop: 40 } });
    Object.assign(simulator.faults.http, { storm: 0.2, status: 503, delay: 5 });
    await deploy({ mode: 'replay', from: iso(START - 290 * MINUTE) });
    await waitFor('all', () => got().length >= 3 * 291);
    simulator.faults.http.storm = 0;
    await ended();
    inOrder();
    assert.equal(got().length, 3 * 291);
  });

  it('hybrid: what came while Node-RED was away comes after it, nothing that was taken comes again', async () => {
    await simulate();
    await deploy({ mode: 'hybrid', history: '10 min' });
    await waitFor('the history', () => got().length >= 30);
    await waitFor('live', () => readingTopics(simulator).length === 3);
    simulator.post(1, 500, START + MINUTE);
    await waitFor('a notice', () => got().some(({ value }) => value === 500));
    await sleep(300);
    // without a server it does not run, and is no removed node either: what it remembers stays
    await deploy({ server: '' });
    simulator.post(1, 501, START + 2 * MINUTE);
    simulator.post(2, 502, START - 2 * MINUTE + 1000);
    await deploy({ mode: 'hybrid', history: '10 min' });
    await waitFor('what was missed', () => got().length >= 2);
    await sleep(1500);
    assert.deepEqual(got().map(({ value }) => value), [502, 501]); // prettier-ignore
  });

  it('hybrid on version 2.0', async () => {
    await simulate({ personality: 'v2' });
    assert.match(simulator.url, /v2\.0$/);
    await deploy({ mode: 'hybrid' });
    await waitFor('the newest', () => got().length === 3);
    await waitFor('subscribed', () => readingTopics(simulator).length === 3);
    await sleep(300);
    simulator.post(1, 600, START + MINUTE);
    await waitFor('a notice', () => got().some(({ value }) => value === 600));
    await sleep(500);
    assert.equal(got().length, 4);
  });
});
