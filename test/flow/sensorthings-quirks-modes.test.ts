/**
 * The rows of the quirk table about modes, MQTT, errors and refused filters, and the error classes of the client, with
 * sensorthings-in in a real Node-RED. The other rows: test/unit/sensorthings/quirks.test.ts and quirks-data.test.ts.
 */
import assert from 'node:assert/strict';
import {
  type PersonalityName,
  PERSONALITIES,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { type Embedded, startEmbedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';

const MINUTE = 60_000;
/** Servers that do not say that they are simulated have a history up to now. */
let START = 0;

describe('quirks of servers, as the modes live with them', function () {
  let red: Embedded;
  let simulator: Simulator;
  let n = 0;

  before(async () => {
    red = await startEmbedded();
  });
  after(() => red.stop());
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const simulate = async (options: SimulatorOptions = {}): Promise<Simulator> => {
    START = Math.floor(Date.now() / MINUTE) * MINUTE;
    return (simulator = await startSimulator({ speed: 0, history: 10, start: START, ...options }));
  };
  const keys = (...list: (number | string)[]): object => ({ choose: 'list', streams: list.map((key) => ({ key: String(key) })) }); // prettier-ignore
  const deploy = (config: object, server: object = {}): Promise<void> =>
    red.deploy([
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url, ...server },
      { id: `in${++n}`, type: 'sensorthings-in', version: 2, server: 'server', ...keys(1, 2), interval: '1 s', emit: 'batch', ...config, wires: [['out'], ['problems']] }, // prettier-ignore
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
    ]);
  const got = (): Observation[] => red.payloads('out').flat() as Observation[];
  const values = (): unknown[] => got().map(({ value }) => value);
  const codes = (): string[] => (red.payloads('problems').flat() as { code: string }[]).map(({ code }) => code);
  const status = (): string => red.statuses.get(`in${n}`)?.text ?? '';
  const subscribed = (count = 2): Promise<unknown> => waitFor('subscribed', () => readingTopics(simulator).length === count && got().length >= 2); // prettier-ignore
  /** Everything once, each reading with another id. */
  const once = (): void => {
    const ids = got().filter(({ change }) => change === undefined).map(({ id }) => id); // prettier-ignore
    assert.deepEqual(ids.length, new Set(ids).size, 'each once');
  };

  for (const name of Object.keys(PERSONALITIES) as PersonalityName[]) {
    it(`follows a server like ${name}: history, then what is new, also late, each once`, async () => {
      await simulate({ personality: name });
      await deploy({ mode: 'poll', history: '6 min' });
      await waitFor('the history', () => got().length >= 10);
      simulator.post(1, 501, START + MINUTE);
      simulator.post(2, 502, START + MINUTE / 2);
      simulator.post(1, 503, START - MINUTE / 2);
      const news = (): number => values().filter((value) => Number(value) > 500).length;
      await waitFor('news', () => news() === 3);
      await sleep(1500);
      assert.equal(news(), 3);
      once();
      const times = got().slice(0, 10).map(({ time }) => time); // prettier-ignore
      assert.deepEqual(times, [...times].sort((a, b) => a - b)); // prettier-ignore
    });
  }

  it('Q21: an empty page is a 504, and so is $orderby', async () => {
    await simulate({ personality: { ...PERSONALITIES.gost, emptyPage: { status: 504, after: 20 } } });
    await deploy({ mode: 'poll' });
    await waitFor('the newest', () => got().length === 2);
    simulator.post(1, 777, START + MINUTE);
    await waitFor('the new one', () => values().includes(777));
    once();
  });

  it('Q22: what is written while it is read: no holes, no doubles', async () => {
    await simulate({ personality: { keyset: false, maxTop: 20 } });
    await deploy({ mode: 'poll', history: '9 min', overlap: '5 min' });
    // rows that come in between shift the pages of a server that counts rows
    for (let i = 0; i < 300; i++) {
      simulator.post(1 + (i % 2), 1000 + i, START + (i % 4) * MINUTE - (i % 5) * 10_000);
      if (i % 3 === 0) await sleep(10);
    }
    const news = (): number => values().filter((value) => Number(value) >= 1000).length;
    await waitFor('all 300', () => news() >= 300).catch(() => undefined);
    assert.equal(news(), 300);
    once();
  });

  it('Q24: notices that come raw, twice, out of order, changed or not at all', async () => {
    await simulate();
    Object.assign(simulator.faults.mqtt, { duplicate: 0.5, disorder: true, drop: 0.3 });
    await deploy({ mode: 'hybrid', recheck: '2 s' });
    await subscribed();
    const { connect } = await import('mqtt');
    const writer = connect(simulator.mqttUrl);
    await waitFor('a writer', () => writer.connected);
    for (let i = 0; i < 100; i++) {
      const body = { phenomenonTime: new Date(START + MINUTE + i * 1000).toISOString(), result: 2000 + i };
      if (i % 2 === 0) writer.publish('v1.1/Datastreams(1)/Observations', JSON.stringify(body));
      else simulator.post(2, body.result, START + MINUTE + i * 1000);
      await sleep(5);
    }
    writer.end();
    const news = (): number => values().filter((value) => Number(value) >= 2000).length;
    await waitFor('all 100', () => news() >= 100).catch(() => undefined);
    assert.equal(news(), 100);
    once();
    Object.assign(simulator.faults.mqtt, { duplicate: 0, disorder: false, drop: 0 });
    const entity = simulator.post(1, 3000, START + 10 * MINUTE);
    await waitFor('the first content', () => values().includes(3000));
    simulator.store.update(entity, { result: 3001 });
    await waitFor('the change', () => got().some(({ value, change }) => value === 3001 && change === 'update'));
    await sleep(2500);
    assert.equal(values().filter((value) => value === 3001).length, 1, 'told once');
    // the notice of the change overtakes that of the beginning: what the server has now is what counts
    simulator.faults.mqtt.disorder = true;
    const other = simulator.post(2, 3100, START + 10 * MINUTE);
    simulator.store.update(other, { result: 3101 });
    await waitFor('the newer content', () => values().includes(3101));
    await sleep(2500);
    assert.deepEqual(got().filter(({ value }) => Number(value) >= 3100).map(({ value, change }) => [value, change]), [[3101, undefined]]); // prettier-ignore
    simulator.faults.mqtt.disorder = false;
    await deploy({ mode: 'hybrid', recheck: '2 s', updates: 'drop' });
    await subscribed();
    simulator.store.update(entity, { result: 3002 });
    simulator.post(1, 3003, START + 11 * MINUTE);
    await waitFor('the next', () => values().includes(3003));
    assert.ok(!values().includes(3002), 'changes are not wanted');
  });

  it('Q25: every topic is refused: one topic for all is tried, then HTTP does it', async () => {
    await simulate();
    simulator.faults.mqtt.refuseSubscribe = true;
    await deploy({ mode: 'hybrid' });
    await waitFor('it says so', () => codes().includes('mqtt-refused'));
    simulator.post(1, 4000, START + MINUTE);
    await waitFor('by HTTP', () => values().includes(4000));
    assert.match(status(), /MQTT/);
    once();
  });

  it('Q26: retained notices are old: only what is newer than everything sent is news', async () => {
    await simulate();
    simulator.faults.mqtt.retained = true;
    await deploy({ mode: 'hybrid', recheck: '1 h' });
    await subscribed();
    await sleep(300);
    simulator.post(1, 5001, START + MINUTE);
    simulator.post(1, 5000, START - 30 * MINUTE);
    simulator.post(2, 5002, START + MINUTE);
    await waitFor('live they are news, also the old one', () => values().filter((value) => Number(value) >= 5000).length === 3); // prettier-ignore
    // the broker keeps the last of each Datastream, and gives it to whoever comes
    await deploy({ mode: 'hybrid', recheck: '1 h' });
    await subscribed();
    await sleep(1000);
    assert.deepEqual(values().sort(), [5001, 5002]); // prettier-ignore
  });

  it('Q28: refused filters: many Datastreams at once, the threshold, and the same 500 again and again', async () => {
    await simulate({ personality: { refuseFilter: ['Datastream/id', 'id eq', 'result'] } });
    await deploy({ mode: 'poll', threshold: { op: 'gt', value: '5999' } });
    await waitFor('a round', () => /simulated|live|fetch|poll/.test(status()));
    simulator.post(1, 5000, START + MINUTE);
    simulator.post(2, 6000, START + MINUTE);
    await waitFor('above the threshold', () => values().includes(6000));
    assert.deepEqual(values(), [6000]);
    Object.assign(simulator.faults.http, { failures: Infinity, status: 500 });
    await deploy({ mode: 'poll' });
    await waitFor('it is told as refused', () => codes().includes('refused'));
  });

  it('429: waits as long as it is asked, in seconds or until a date, and goes on', async () => {
    await simulate();
    await deploy({ mode: 'poll' });
    await waitFor('the newest', () => got().length === 2);
    for (const [value, retryAfter] of [
      [6001, () => '2'],
      [6002, () => new Date(Date.now() + 4000).toUTCString()],
    ] as const) {
      const after = retryAfter();
      // a date has whole seconds
      const notBefore = after === '2' ? Date.now() + 2000 : Date.parse(after);
      Object.assign(simulator.faults.http, { failures: 1, status: 429, retryAfter: after });
      simulator.post(1, value, START + value * 1000);
      await waitFor('refused once', () => simulator.faults.http.failures === 0);
      const asked = simulator.log.length;
      // one more may have been on its way already
      await waitFor('somebody to ask again', () => simulator.log.length > asked + 1);
      assert.ok(Date.now() >= notBefore, `nobody asks before ${after}`);
      await waitFor('the next', () => values().includes(value));
    }
    once();
  });

  it('a storm of 503 and 504, cut bodies, broken connections: nothing is lost', async () => {
    await simulate({ personality: { maxTop: 50 } });
    await deploy({ mode: 'poll', history: '9 min' });
    await waitFor('the history', () => got().length >= 18);
    Object.assign(simulator.faults.http, { storm: 0.3, status: 503 });
    for (let i = 0; i < 40; i++) {
      simulator.post(1 + (i % 2), 7000 + i, START + MINUTE + i * 1000);
      if (i === 10) simulator.faults.http.truncate = 2;
      if (i === 20) simulator.faults.http.reset = 2;
      if (i === 25) simulator.faults.http.status = 504;
      await sleep(100);
    }
    simulator.faults.http.storm = 0;
    const news = (): number => values().filter((value) => Number(value) >= 7000).length;
    await waitFor('all 40', () => news() >= 40).catch(() => undefined);
    assert.equal(news(), 40);
    once();
  });

  it('a bus that is silent: HTTP looks, the status line says so, and all is well when it speaks again', async () => {
    await simulate({ start: Date.now(), history: 3 });
    const post = (value: number): unknown => simulator.post(1, value, Date.now());
    await deploy({ mode: 'hybrid', recheck: '1 h', interval: '2 s', ...keys(1) });
    await waitFor('subscribed', () => readingTopics(simulator).length === 1 && got().length >= 1);
    // the usual interval is learned from what comes, and looked at every half minute
    const regular = setInterval(() => post(0), 500);
    try {
      await waitFor('roster with an interval', () => (red.messages('out') as { city?: { roster?: { interval?: number }[] } }[]).some(({ city }) => city?.roster?.some(({ interval }) => interval !== undefined))); // prettier-ignore
      simulator.faults.mqtt.silent = true;
      post(8000);
      await waitFor('by HTTP', () => values().includes(8000));
      await waitFor('it says so', () => /MQTT silent/.test(status()));
      simulator.faults.mqtt.silent = false;
      await waitFor('it works again', () => !/silent/.test(status()));
    } finally {
      clearInterval(regular);
    }
    once();
  });

  it('Q29: a time that the server refuses, or replaces by now', async () => {
    await simulate({ personality: { badTimes: 'refuse-intervals' } });
    const write = (phenomenonTime: string): Promise<Response> =>
      fetch(`${simulator.url}/Datastreams(1)/Observations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ phenomenonTime, result: 9000 }),
      });
    await deploy({ mode: 'poll' });
    await waitFor('the newest', () => got().length === 2);
    assert.equal((await write('2026-11-20T07:05:00Z/2026-11-20T07:06:00Z')).status, 400);
    simulator.personality.badTimes = 'now';
    const began = Date.now();
    assert.equal((await write('soon')).status, 201);
    // what counts is what the server has stored, not what was written
    await waitFor('as it is stored', () => values().includes(9000));
    const { time } = got().find(({ value }) => value === 9000)!;
    assert.ok(Math.abs(time - began) < 10_000);
    once();
  });
});
