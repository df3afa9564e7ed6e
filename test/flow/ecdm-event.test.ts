/** ecdm-event and ecdm-domain as wired nodes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EventEngine } from '../../nodes/ecdm-event/engine/engine';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { SnapshotStore } from '../../nodes/runtime/snapshots';
import { helper, liveNode, loadFlow, Sink, type FlowNode } from '../support/helper';
import { coreNodeFile, sleep, waitFor } from '../support/node-red';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const catchNode = require(coreNodeFile('common/25-catch')) as (RED: unknown) => unknown;
const types = ['ecdm-domain', 'ecdm-event', catchNode];

const T = Date.UTC(2026, 0, 1);
const MIN = 60_000;
const high = { id: 'high', name: 'PM2.5 high', when: { op: '>', value: 90, unit: 'µg/m³', clear: 75 }, emit: 'state' };

function flow(config: object, domain: object = {}): FlowNode[] {
  const wired = { id: 'events', type: 'ecdm-event', version: 1, domain: 'domain', events: [high], z: 'tab', wires: [['out'], ['problems']] };
  return [
    { id: 'domain', type: 'ecdm-domain', version: 1, name: 'Air', timeZone: 'Asia/Bangkok', language: 'en-US', ...domain },
    { ...wired, ...config },
    { id: 'catcher', type: 'catch', z: 'tab', x: 1, y: 1, wires: [['caught']] },
    ...['out', 'problems', 'caught'].map((id) => ({ id, type: 'helper', z: 'tab', wires: [] })),
    { id: 'tab', type: 'tab' },
  ];
}

let serial = 0;
const reading = (minute: number, value: unknown, more: Partial<Observation> = {}): any => ({
  ...makeObservation({
    id: `r${serial++}`,
    datastream: 'd',
    property: 'PM2.5',
    time: T + minute * MIN,
    value: value as number,
    unit: 'ug/m3',
    thing: 'station 1',
    ...more,
  }),
});
const clock = (minute: number, more: object = {}): object => ({ source: 's', time: T + minute * MIN, ...more });

describe('ecdm-event in a flow', () => {
  let out: Sink;
  let problems: Sink;
  let caught: Sink;
  afterEach(() => helper.unload());

  async function load(config: object = {}, domain: object = {}, settings: object = {}): Promise<(message: object) => void> {
    await loadFlow(types, flow(config, domain), { settings: settings as Record<string, unknown> });
    [out, problems, caught] = [new Sink('out'), new Sink('problems'), new Sink('caught')];
    return (message) => liveNode('events').receive(message as Record<string, unknown>);
  }

  it('answers an array with an array on the same message, and names what it has judged', async () => {
    const send = await load();
    const message = {
      payload: [reading(0, 80), reading(1, 95), reading(2, 80), reading(3, 70)],
      topic: 'air',
      city: { mode: 'replay', clock: clock(3), ticket: 'x' },
    };
    send(message);
    const [got] = await out.count(1);
    assert.equal(got!['topic'], 'air');
    assert.deepEqual(got!['payload'].map((e: any) => [e.kind, e.time, e.value, e.key]), [
      ['begin', T + MIN, 95, 'station 1'],
      ['end', T + 3 * MIN, 70, 'station 1'],
    ]);
    assert.deepEqual(got!['city'], { mode: 'replay', ticket: 'x', clock: { ...clock(3), events: ['high'] } });
    assert.deepEqual(problems.messages, []);
  });

  it('passes an empty array on when nothing happens, so that silence differs from normality', async () => {
    const send = await load();
    send({ payload: [reading(0, 10)], city: { mode: 'replay', clock: clock(0) } });
    send({ payload: [], city: { mode: 'replay', clock: clock(9, { end: true }) } });
    const [first, second] = await out.count(2);
    assert.deepEqual([first!['payload'], second!['payload']], [[], []]);
    assert.equal(second!['city'].clock.end, true);
  });

  it('answers a single reading with single messages, and with the clock at most', async () => {
    const send = await load({ events: [high, { ...high, id: 'point', name: 'P', emit: 'point' }] });
    send({ payload: reading(0, 10), city: { mode: 'live' } });
    send({ payload: reading(1, 99), city: { mode: 'replay', clock: clock(1) } });
    const [begin, point] = await out.count(2);
    assert.deepEqual([begin!['payload'].kind, point!['payload'].kind], ['begin', 'point']);
    assert.equal(begin!['city'].clock, undefined);
    assert.deepEqual(point!['city'].clock.events, ['high', 'point']);
  });

  it('judges what the domain is about, in its time zone and language', async () => {
    const night = { id: 'n', name: 'night', when: { op: 'time', from: '22:00', to: '06:00' }, emit: 'point' };
    const send = await load({ events: [night] }, { zones: ['Centre'], language: 'th' });
    const zones = [{ id: 'z', name: 'centre', level: 'zone' }];
    // midnight UTC is 7 in the morning there, 16:00 is 23:00
    send({
      payload: [reading(0, 1, { zones }), reading(16 * 60, 1, { zones }), reading(16 * 60 + 1, 1, { zones: [] }), reading(17 * 60, 1)],
      city: { mode: 'replay' },
    });
    const [got] = await out.count(1);
    assert.deepEqual(got!['payload'].map((e: any) => e.time), [T + 16 * 60 * MIN]);
    const [said] = await problems.count(1);
    assert.equal(said!['payload'][0].code, 'place');
    assert.match(said!['payload'][0].message, /[ก-๙]/);
  });

  it('names on output 2 what cannot be used, and goes on with the rest', async () => {
    const send = await load();
    send({
      payload: [reading(0, 95), null, { datastream: 'd' }, reading(1, 'high'), reading(2, 1, { unit: 'Cel', datastream: 'e' }), reading(9, 10, { time: 1e15 })],
      city: { mode: 'replay' },
    });
    await problems.count(1);
    assert.deepEqual(problems.payloads[0].map((p: any) => [p.code, p.node]), [
      ['kind', 'events'],
      ['property', 'events'],
      ['time', 'events'],
      ['value', 'events'],
      ['unit', 'events'],
    ]);
    assert.deepEqual(out.payloads[0].map((e: any) => e.kind), ['begin', 'nodata']);
    for (const { message, hint } of problems.payloads[0]) assert.ok(message.length > 10 && hint.length > 10);
  });

  it('bounds what it says about a million bad rows', async () => {
    const send = await load();
    send({ payload: new Array(1_000_000).fill('x'), city: { mode: 'replay' } });
    await problems.count(1);
    assert.equal(problems.payloads[0].length, 101);
    assert.match(problems.payloads[0].at(-1).message, /999900/);
  });

  it('only watches the Datastreams of the roster that an event looks at', async () => {
    const send = await load({ events: [{ ...high, observe: { properties: ['pm2.5'] } }] });
    const roster = [{ datastream: 'a', property: 'PM2.5', interval: MIN }, { datastream: 'b', property: 'noise' }, null];
    send({ payload: [], city: { mode: 'live', roster } });
    const [got] = await out.count(1);
    assert.deepEqual(got!['city'].roster, [roster[0]]);
  });

  it('tells a silence of a live source by the wall clock', async () => {
    const send = await load({ events: [{ ...high, gap: { after: '60 ms', then: 'keep' }, lateness: '0 s' }] });
    send({ payload: reading(0, 99, { time: Date.now() }), city: { mode: 'live' } });
    const [begin, nodata] = await out.count(2);
    assert.equal(begin!['payload'].kind, 'begin');
    assert.equal(nodata!['payload'][0].kind, 'nodata');
    assert.equal(nodata!['payload'][0].time, begin!['payload'].time + 60);
  });

  it('gives sensors time to speak again after the machine slept, or its clock was set forward', async () => {
    const send = await load({ events: [{ ...high, gap: { after: '1 s', then: 'keep' }, lateness: '0 s' }] });
    const { now } = Date;
    const HOUR = 60 * MIN;
    const told: unknown[] = [];
    Object.assign(liveNode('events'), { log: (text: unknown) => told.push(text) });
    const start = now();
    send({ payload: reading(0, 99, { time: start }), city: { mode: 'live' } });
    await out.count(1);
    try {
      Date.now = () => now() + HOUR;
      await out.count(2);
    } finally {
      Date.now = now;
    }
    assert.deepEqual(told, ['log.awake']);
    const { kind, time } = out.messages[1]!['payload'][0];
    assert.equal(kind, 'nodata');
    assert.ok(time > start + HOUR + 1000, `${time - start} ms after the reading`);
  });

  it('does nothing any more once it is closed, although what it remembers could not be written', async () => {
    const send = await load({ events: [{ ...high, gap: { after: '200 ms', then: 'keep' }, lateness: '0 s' }] });
    const { save } = SnapshotStore.prototype;
    const { tick } = EventEngine.prototype;
    let ticks = 0;
    send({ payload: reading(0, 99, { time: Date.now() }), city: { mode: 'live' } });
    await out.count(1);
    SnapshotStore.prototype.save = () => Promise.reject(new Error('disk full'));
    EventEngine.prototype.tick = () => void ticks++;
    try {
      await helper.unload();
      await sleep(400);
    } finally {
      Object.assign(SnapshotStore.prototype, { save });
      Object.assign(EventEngine.prototype, { tick });
    }
    assert.equal(ticks, 0);
  });

  it('says what is missing where no event is defined, and leaves broken ones out', async () => {
    const send = await load({ events: [] });
    send({ payload: [] });
    await caught.count(1);
    assert.match(caught.messages[0]!['error'].message, /error\.noEvents/);
    await helper.unload();
    const go = await load({ events: [high, { id: 'x', name: 'broken', when: { op: '>' }, emit: 'state' }, 7, null] });
    go({ payload: [reading(0, 99)] });
    assert.equal((await out.count(1))[0]!['payload'].length, 1);
  });

  it('begins a new run when a replay starts over', async () => {
    const send = await load();
    const run = (): any[] => [reading(0, 99, { id: 'one' }), reading(1, 10, { id: 'two' })];
    for (let i = 0; i < 2; i++) {
      send({ payload: run(), city: { mode: 'replay', clock: clock(1) } });
      send({ payload: [], city: { mode: 'replay', clock: clock(1, { end: true }) } });
    }
    // a whole file in one message, and one that was cut off and starts over
    send({ payload: run(), city: { mode: 'replay', clock: clock(1, { end: true }) } });
    send({ payload: [reading(9, 10)], city: { mode: 'replay', clock: clock(9) } });
    send({ payload: run(), city: { mode: 'replay', clock: clock(1) } });
    await out.count(7);
    assert.deepEqual(out.payloads.map((list) => list.length), [2, 0, 2, 0, 2, 0, 2]);
    assert.deepEqual(problems.messages, []);
  });

  it('keeps what is live, a simulation and a replay apart, though they come through one node', async () => {
    const send = await load();
    const texts: unknown[] = [];
    Object.assign(liveNode('events'), { status: ({ text }: { text: string }) => texts.push(text) });
    const city = (mode: string, minute: number): object => ({ mode, clock: clock(minute) });
    send({ payload: [reading(90, 99)], city: city('replay', 90) });
    await waitFor('what is said of a replay', () => texts.at(-1) === 'status.in.replay');
    send({ payload: [reading(60, 99)], city: city('catch-up', 60) });
    // run again, and normal there
    send({ payload: [reading(0, 99), reading(1, 10)], city: city('replay', 1) });
    send({ payload: [reading(2, 10)], city: city('simulated', 2) });
    send({ payload: [reading(61, 10)], city: city('catch-up', 61) });
    await out.count(5);
    const told = out.messages.map(({ payload, city: { mode } }) => [mode, ...payload.map((e: any) => `${e.kind} ${(e.time - T) / MIN}`)]);
    assert.deepEqual(told, [
      ['replay', 'begin 90'],
      ['catch-up', 'begin 60'],
      ['replay', 'begin 0', 'end 1'],
      ['simulated'],
      ['catch-up', 'end 61'],
    ]);
    await waitFor('what is said of the city', () => texts.at(-1) === 'status.working');
    assert.deepEqual(problems.messages, []);
  });

  it('does not look well while nothing that comes can be compared with the limit', async () => {
    const send = await load();
    const lines: { text: string; fill: string }[] = [];
    Object.assign(liveNode('events'), { status: (line: { text: string; fill: string }) => lines.push(line) });
    send({ payload: [reading(0, 99, { unit: undefined })] });
    await waitFor('what is said of the unit', () => lines.at(-1)?.text === 'status.unit');
    assert.equal(lines.at(-1)!.fill, 'yellow');
    assert.equal(problems.messages.length, 1);
    send({ payload: [reading(1, 50)] });
    await waitFor('all is well again', () => lines.at(-1)?.text === 'status.working');
  });

  describe('over a restart', () => {
    let userDir: string;
    before(async () => (userDir = await mkdtemp(path.join(os.tmpdir(), 'city-event-'))));
    after(() => rm(userDir, { recursive: true, force: true }));

    it('remembers what is open and what it has read, and forgets when the node is removed', async () => {
      const send = await load({}, {}, { userDir });
      const first = reading(0, 99);
      send({ payload: [first], city: { mode: 'live' } });
      await out.count(1);
      await helper.unload();
      const file = path.join(userDir, 'city-events', 'events.json');
      await waitFor('the snapshot', () => existsSync(file));

      const again = await load({}, {}, { userDir });
      // the source reads its overlap again, then goes on
      again({ payload: [first, reading(1, 80), reading(2, 10)], city: { mode: 'live' } });
      await out.count(1);
      assert.deepEqual(out.payloads[0].map((e: any) => [e.kind, e.time]), [['end', T + 2 * MIN]]);
      assert.deepEqual(problems.messages, []);
      await helper.setFlows([], 'full');
      await waitFor('the file to go', () => !existsSync(file));
    });
  });
});

describe('ecdm-domain', () => {
  afterEach(() => helper.unload());
  it('offers the portable definition, and leaves out what cannot be used', async () => {
    const saved = { name: 'Air', from: '2026-01-01', to: 'never', sampling: '1 h', zones: ['a', '', 7], method: 'median', timeZone: 'Nowhere/City' };
    await loadFlow(types, flow({}, { ...saved, language: 'th' }));
    assert.deepEqual(liveNode('domain')['definition'], {
      id: 'domain',
      name: 'Air',
      timeSpan: { from: '2026-01-01' },
      sampling: '1 h',
      zones: ['a'],
      method: 'median',
      language: 'th',
    });
  });
});
