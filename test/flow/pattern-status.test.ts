/** pattern-status as a wired node: statuses out, problems out, what survives a restart. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import { PatternEngine } from '../../nodes/pattern-status/cep/engine';
import { KnownEvents } from '../../nodes/pattern-status/known-events';
import { helper, liveNode, loadFlow, sender, takingNodes, takingTypes, type FlowNode } from '../support/helper';
import { coreNodeFile, waitFor } from '../support/node-red';

// eslint-disable-next-line @typescript-eslint/no-require-imports
const linkNodes = require(coreNodeFile('common/60-link')) as (RED: unknown) => unknown;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const junction = require(coreNodeFile('common/05-junction')) as (RED: unknown) => unknown;
const types = ['pattern-status', 'ecdm-event', ...takingTypes, linkNodes, junction];

const T0 = Date.UTC(2026, 0, 5, 8);
const MIN = 60_000;

function event(name: string, kind: EventKind, minute: number, more: Partial<CityEvent> = {}): CityEvent {
  const time = T0 + minute * MIN;
  return {
    id: `${name}|s1|${kind}|${time}`,
    event: name,
    name: `${name} high`,
    domain: undefined,
    key: 's1',
    keyName: 'Station 1',
    stream: `${name}|s1`,
    property: undefined,
    time,
    timeEnd: undefined,
    place: [99.6, 7.5],
    zones: undefined,
    value: 120,
    unit: 'ug/m3',
    limit: undefined,
    kind,
    source: ['o1'],
    ...more,
  };
}

const both = { op: 'and', of: [{ op: 'event', event: 'pm' }, { op: 'event', event: 'co' }] }; // prettier-ignore

function flow(config: object): FlowNode[] {
  const base = { id: 'status', type: 'pattern-status', version: 1, name: 'Air pollution', rule: both, per: 'station' };
  return [
    { ...base, z: 'tab', wires: [['out'], ['problems']], severity: 'major', ...config },
    ...takingNodes('status'),
    ...['out', 'problems', 'caught'].map((id) => ({ id, type: 'helper', z: 'tab', wires: [] })),
    { id: 'tab', type: 'tab' },
  ];
}

const city = (minute: number, end = false): object => ({
  mode: 'replay',
  clock: { source: 'file', time: T0 + minute * MIN, events: ['pm', 'co'], end },
});

/** Of the city itself, though the clock on the wall has no say. */
const caughtUp = (minute: number): object => ({ ...city(minute), mode: 'catch-up' });

describe('pattern-status in a flow', () => {
  let out: Record<'out' | 'problems' | 'caught', any[]>;
  let userDir: string;

  beforeEach(() => {
    userDir = mkdtempSync(path.join(tmpdir(), 'pattern-status-'));
  });
  afterEach(async () => {
    await helper.unload();
    rmSync(userDir, { recursive: true, force: true });
  });

  type SendTo = (message: Record<string, unknown>) => Promise<void>;

  async function load(config: object = {}, more: FlowNode[] = []): Promise<SendTo> {
    await loadFlow(types, [...flow(config), ...more], { settings: { userDir } });
    out = { out: [], problems: [], caught: [] };
    for (const [id, list] of Object.entries(out)) liveNode(id).on('input', (message: object) => list.push(message));
    return sender('status');
  }

  const statuses = (): any[] => out.out.flatMap((message) => message.payload);

  it('raises and clears with a reason, keeps an array an array and the message the same message', async () => {
    const send = await load();
    const message = { payload: [event('pm', 'begin', 0), event('co', 'begin', 10)], topic: 't', city: city(60) };
    await send(message);
    await send({ payload: [event('pm', 'end', 70)], city: city(120) });
    assert.equal(out.out[0], message);
    assert.equal(out.out[0].topic, 't');
    assert.deepEqual(
      statuses().map(({ state, key, since, until, severity, revision }) => [
        state,
        key,
        since,
        until,
        severity,
        revision,
      ]),
      [
        ['raised', 's1', '2026-01-05T08:10:00Z', undefined, 'major', 1],
        ['cleared', 's1', '2026-01-05T08:10:00Z', '2026-01-05T09:10:00Z', 'major', 2],
      ],
    );
    assert.match(statuses()[0].reason, /Station 1 since 5 Jan 2026 08:10: pm high \(120 µg\/m³, 08:00\) and co high/);
    assert.deepEqual(out.problems, []);
  });

  /** Another rule, reached through a link and a junction. */
  const ruleBehind: FlowNode[] = [
    { id: 'away', type: 'link out', z: 'tab', x: 1, y: 1, links: ['here'] },
    { id: 'here', type: 'link in', z: 'tab', x: 1, y: 1, links: ['away'], wires: [['knot']] },
    { id: 'knot', type: 'junction', z: 'tab', x: 1, y: 1, wires: [['next']] },
    { id: 'next', type: 'pattern-status', z: 'tab', version: 1, name: 'Next', rule: both, per: 'station', wires: [] },
  ];
  const toRule = { wires: [['out', 'away'], ['problems']] };

  it('sends nothing where nothing has changed and no rule is behind it', async () => {
    const send = await load();
    await send({ payload: [], city: city(60) });
    await send({ payload: event('pm', 'begin', 61), city: city(61, true) });
    assert.equal(out.out.length, 0);
    await send({ payload: [event('co', 'begin', 62)], city: city(62) });
    assert.deepEqual(out.out.map((message) => message.payload.length), [1]); // prettier-ignore
  });

  it('passes the clock it has decided up to, so that a rule behind it can go on', async () => {
    const send = await load({ statusId: 'air', ...toRule }, ruleBehind);
    await send({ payload: [], city: city(60) });
    assert.deepEqual(out.out[0].payload, []);
    const { clock } = out.out[0].city;
    assert.deepEqual([clock.source, clock.time, clock.events], ['status', T0 + 60 * MIN - 30_000, ['air']]);
    await send({ payload: [], city: city(60, true) });
    assert.equal(out.out[1].city.clock.end, true);
  });

  it('sends single statuses for single events, and nothing but the clock where there is none', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' }, ...toRule }, ruleBehind);
    await send({ payload: event('pm', 'begin', 0) });
    assert.equal(out.out.length, 1);
    assert.equal(out.out[0].payload.state, 'raised');
    await send({ payload: event('co', 'begin', 1) });
    assert.equal(out.out.length, 1);
    await send({ payload: event('co', 'begin', 2), city: city(1) });
    assert.deepEqual(out.out[1].payload, []);
  });

  it('takes statuses of other rules as events', async () => {
    const send = await load({ statusId: 'outer', rule: { op: 'event', event: 'air' } });
    const status = {
      statusId: 'air|s1|x',
      status: 'air',
      name: 'Air',
      key: 's1',
      severity: 'minor',
      updated: '2026-01-05T08:00:00Z',
    };
    const since = '2026-01-05T08:00:00Z';
    await send({
      payload: [{ ...status, revision: 1, state: 'raised', since, count: 1, evidence: [], reason: '', flags: [] }],
    });
    assert.deepEqual(statuses().map((s) => [s.status, s.state, s.since]), [['outer', 'raised', since]]); // prettier-ignore
  });

  it('names what it cannot use on output 2: not an event, too late, without a key', async () => {
    const send = await load({ per: 'property' });
    await send({ payload: ['x', event('pm', 'begin', 0)], city: city(1) });
    assert.deepEqual(out.problems[0].payload.map((p: any) => p.code), ['item/none', 'no-key']); // prettier-ignore
    assert.ok(out.problems[0].payload.every((p: any) => p.node === 'status' && p.message && p.hint));
    const late = [event('pm', 'begin', 10, { property: 'p' }), event('pm', 'end', 5, { property: 'p' })];
    await send({ payload: late, city: city(11) });
    assert.equal(out.problems[1].payload[0].code, 'too-late');
  });

  it('is set back to normal by hand', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' }, byHand: true });
    await send({ payload: [event('pm', 'begin', 0), event('pm', 'end', 5)], city: city(60, true) });
    assert.deepEqual(statuses().map((s) => s.state), ['raised']); // prettier-ignore
    await send({ topic: 'clear', payload: { key: 's1' } });
    assert.deepEqual(statuses().map((s) => s.state), ['raised', 'cleared']); // prettier-ignore
    assert.deepEqual(statuses()[1].flags, ['by-hand']);
  });

  it('does not take a clear whose key it cannot read for a clear of all', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' } });
    await send({ payload: [event('pm', 'begin', 0)] });
    const unreadable = [{}, { key: 5 }, [], true, NaN];
    for (const payload of unreadable) await send({ topic: 'clear', payload });
    assert.deepEqual(statuses().map((s) => s.state), ['raised']); // prettier-ignore
    const problems = out.problems.flatMap(({ payload }) => payload);
    assert.deepEqual(problems.map(({ code }) => code), unreadable.map(() => 'item/clear')); // prettier-ignore
    assert.match(problems[0].hint, /the key as text or number, or an object with the text “key”/);
  });

  it('clears what a number names, and says where nothing is to be cleared', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' } });
    await send({ payload: ['5', '7'].map((key) => event('pm', 'begin', 0, { id: key, key, stream: key })) });
    for (const payload of ['nobody', 1.5, 5]) await send({ topic: 'clear', payload });
    assert.deepEqual(statuses().map((s) => [s.key, s.state]), [['5', 'raised'], ['7', 'raised'], ['5', 'cleared']]); // prettier-ignore
    const problems = out.problems.flatMap(({ payload }) => payload);
    assert.deepEqual(problems.map(({ code, item }) => [code, item]), [['not-raised', 'nobody'], ['not-raised', 1.5]]); // prettier-ignore
    assert.match(problems[0].message, /nothing to set back to normal at "nobody"/);
    await send({ topic: 'clear', payload: '' });
    assert.deepEqual([statuses().at(-1).key, statuses().at(-1).state], ['7', 'cleared']);
  });

  for (const time of [1e300, -1e300, Date.UTC(9999, 0)]) {
    it(`misses a silent sensor although the clock stands at ${time}, and says so once`, async () => {
      const reader = {
        id: 'reader',
        type: 'ecdm-event',
        z: 'tab',
        version: 1,
        name: '',
        domain: '',
        wires: [['status'], []],
      };
      const pm = {
        id: 'pm',
        name: 'pm high',
        emit: 'point',
        observe: { properties: ['PM2.5'] },
        when: { op: '>', value: 1 },
      };
      const rule = { op: 'no', of: { op: 'event', event: 'pm' }, for: '1 s' };
      const send = await load({ rule, lateness: '0 s' }, [{ ...reader, events: [pm] }]);
      const roster = [{ datastream: 'd1', property: 'PM2.5', thing: 's1', thingName: 'Station 1' }];
      const clock = { source: 'x', time };
      await send({ payload: [], city: { mode: 'live', clock, roster } });
      await send({ payload: [], city: { mode: 'live', clock } });
      await waitFor('the silence', () => out.out.length > 0);
      assert.deepEqual(statuses().map((s) => [s.key, s.state]), [['s1', 'raised']]); // prettier-ignore
      assert.deepEqual(out.problems.flatMap(({ payload }) => payload).map(({ code }) => code), ['bad-clock']); // prettier-ignore
      assert.deepEqual(out.caught, []);
    });
  }

  describe('sends what the rule has told', () => {
    const single = { rule: { op: 'event', event: 'pm' } };
    const now = (): CityEvent => event('pm', 'begin', 0, { time: Date.now() - 1000 });
    const live = (events: unknown): object => ({ mode: 'live', clock: { source: 'x', time: Date.now(), events } });

    for (const events of [5, {}, null, [5], 'pm']) {
      it(`though the clock names its events as ${JSON.stringify(events)}`, async () => {
        const send = await load(single);
        await send({ payload: [now()], city: live(events) });
        assert.deepEqual(statuses().map((s) => s.state), ['raised']); // prettier-ignore
        assert.deepEqual(out.caught, []);
      });
    }

    it('with a message that must not be changed', async () => {
      const send = await load(single);
      for (const [_msgid, payload] of [
        ['one', now()],
        ['list', [{ ...now(), id: '2', key: 's2', stream: 'pm|s2' }]],
      ]) {
        await send(Object.freeze({ _msgid, payload, topic: 'mine' }));
      }
      assert.deepEqual(statuses().map((s) => s.key), ['s1', 's2']); // prettier-ignore
      assert.deepEqual(out.out.map(({ _msgid, topic }) => [_msgid, topic]), [['one', 'mine'], ['list', 'mine']]); // prettier-ignore
      assert.deepEqual(out.caught, []);
    });

    it('though something fails after that, and says what', async () => {
      const send = await load(single);
      const { clock } = PatternEngine.prototype;
      PatternEngine.prototype.clock = () => {
        throw new Error('the clock has stopped');
      };
      try {
        await send({ payload: [now(), 'nonsense'], city: live(['pm']) });
      } finally {
        PatternEngine.prototype.clock = clock;
      }
      assert.deepEqual(statuses().map((s) => s.state), ['raised']); // prettier-ignore
      assert.deepEqual(out.problems.flatMap(({ payload }) => payload).map(({ code }) => code), ['item/none']); // prettier-ignore
      assert.match(out.caught[0].error.message, /the clock has stopped/);
    });
  });

  it('fires a silence by the wall clock while nothing arrives', async function () {
    const send = await load({ rule: { op: 'no', of: { op: 'event', event: 'pm' }, for: '1 s' }, lateness: '0 s' });
    const last = Date.now();
    let told = 0;
    liveNode('out').on('input', () => (told = Date.now()));
    await send({ payload: event('pm', 'point', 0, { time: last }) });
    await waitFor('the silence', () => out.out.length > 0);
    assert.equal(out.out[0].payload.state, 'raised');
    assert.ok(told >= last + 1000, `${told - last} ms after the last event`);
  });

  it('raises no silence because the machine slept, or its clock was set forward', async () => {
    const send = await load({ rule: { op: 'no', of: { op: 'event', event: 'pm' }, for: '40 min' }, lateness: '0 s' });
    const { now } = Date;
    const told: unknown[] = [];
    Object.assign(liveNode('status'), { log: (text: unknown) => told.push(text) });
    await send({ payload: event('pm', 'point', 0, { time: now() }) });
    try {
      Date.now = () => now() + 3_600_000;
      await waitFor('what is said of it', () => told.length > 0);
      await delay(100);
    } finally {
      Date.now = now;
    }
    assert.deepEqual(told, ['log.awake']);
    assert.deepEqual(out.out, []);
  });

  it('is there and refuses its rule, whatever is thrown while the rule is read', async () => {
    const { emit } = KnownEvents.prototype;
    KnownEvents.prototype.emit = () => {
      throw new RangeError('Invalid string length');
    };
    try {
      const send = await load();
      await send({ payload: event('pm', 'point', 0) });
      assert.match(out.caught.at(-1).error.message, /error\.ruleFailed/);
    } finally {
      KnownEvents.prototype.emit = emit;
    }
  });

  it('refuses a rule without meaning, says why, and answers every message with an error', async () => {
    const send = await load({ rule: { op: 'no', of: { op: 'event', event: 'pm' } } });
    await send({ payload: event('pm', 'point', 0) });
    assert.match(out.caught.at(-1).error.message, /error\.rule/);
    await helper.unload();
    const second = await load({ rule: null });
    await second({ payload: event('pm', 'point', 0) });
    assert.match(out.caught.at(-1).error.message, /error\.noRule/);
  });

  it('goes on after a restart where it stopped; what is open stays open where the rule is another', async () => {
    let send = await load();
    await send({ payload: [event('pm', 'begin', 0)], city: caughtUp(5) });
    await helper.unload();
    assert.deepEqual(readdirSync(path.join(userDir, 'city-events')), ['status.ndjson']);
    const lines = readFileSync(path.join(userDir, 'city-events', 'status.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    for (const line of lines) assert.ok(JSON.parse(line));
    send = await load({ name: 'A new name' });
    await send({ payload: [event('co', 'begin', 10), event('pm', 'begin', 0)], city: caughtUp(60) });
    assert.deepEqual(statuses().map((s) => [s.state, s.name, s.since]), [['raised', 'A new name', '2026-01-05T08:10:00Z']]); // prettier-ignore
    await helper.unload();
    send = await load({ rule: { ...both, op: 'or' } });
    await send({ payload: [], city: caughtUp(70) });
    assert.deepEqual(statuses(), []);
    await send({ payload: [event('co', 'end', 80), event('pm', 'end', 80)], city: caughtUp(90) });
    assert.deepEqual(statuses().map((s) => [s.state, s.since]), [['cleared', '2026-01-05T08:10:00Z']]); // prettier-ignore
  });

  it('says what it means that its memory cannot be saved', async () => {
    writeFileSync(path.join(userDir, 'city-events'), 'a file where the folder should be');
    const send = await load();
    await send({ payload: [event('pm', 'begin', 0)], city: caughtUp(5) });
    const told: unknown[] = [];
    Object.assign(liveNode('status'), { error: (error: unknown) => told.push(error) });
    await helper.unload();
    assert.deepEqual(told, ['error.notSaved']);
  });

  it('says what it cannot take over', async () => {
    let send = await load();
    await send({ payload: [event('pm', 'begin', 0), event('co', 'begin', 1)], city: caughtUp(5) });
    await helper.unload();
    const warned = async (config: object): Promise<unknown[]> => {
      send = await load(config);
      await send({ payload: [], city: caughtUp(6) });
      const lines = helper.log().args as [{ level: number; msg: unknown; id?: string }][];
      return lines.flatMap(([{ level, msg, id }]) =>
        level === 30 && id === 'status' && msg !== 'error.missing' ? [msg] : [],
      );
    };
    assert.deepEqual(await warned({ severity: 'critical', for: '1 h' }), []);
    await helper.unload();
    assert.deepEqual(await warned({ per: 'city' }), ['restore.elsewhere']);
    await helper.unload();
    const file = path.join(userDir, 'city-events', 'status.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 300));
    assert.deepEqual(await warned({ per: 'city' }), ['restore.broken']);
    assert.deepEqual(statuses(), []);
  });

  it('ends what begins and ends within one second of a source of somebody else', async () => {
    const send = await load({ rule: { op: 'event', event: 'door' } });
    const door = { event: 'door', key: 'd1', time: T0 };
    const at = (minute: number): object => ({ mode: 'catch-up', clock: { source: 'mqtt', time: T0 + minute * MIN } });
    await send({ payload: { ...door, kind: 'begin' }, city: at(0) });
    await send({ payload: { ...door, kind: 'end' }, city: at(0) });
    // a broker may deliver both again
    await send({ payload: [{ ...door, kind: 'begin' }, { ...door, kind: 'end' }], city: at(0) });
    await send({ payload: [], city: at(60) });
    assert.deepEqual(statuses().map((s) => [s.state, s.since, s.until]), [
      ['raised', '2026-01-05T08:00:00Z', undefined],
      ['cleared', '2026-01-05T08:00:00Z', '2026-01-05T08:00:00.001Z'],
    ]); // prettier-ignore
    assert.deepEqual(out.problems, []);
  });

  it('begins anew when a replay is run again', async () => {
    const send = await load();
    const replay = async (): Promise<void> => {
      await send({ payload: [event('pm', 'begin', 0)], city: city(0) });
      await send({ payload: [event('co', 'begin', 5), event('co', 'end', 50)], city: city(60, true) });
    };
    for (let i = 0; i < 2; i++) {
      await replay();
      assert.deepEqual(statuses().map((s) => s.state), ['raised', 'cleared'], `run ${i + 1}`); // prettier-ignore
      out.out.length = 0;
    }
    // in one message, of which the first run has seen the last
    await send({ payload: [event('pm', 'begin', 0), event('co', 'begin', 5)], city: city(60, true) });
    assert.deepEqual(statuses().map((s) => s.state), ['raised']); // prettier-ignore
    assert.deepEqual(out.problems, []);
  });

  it('begins anew when a simulation starts over, in itself or with the node', async () => {
    const demo = (minute: number): object => ({ ...city(minute), mode: 'simulated' });
    let send = await load();
    await send({ payload: [event('pm', 'begin', 300), event('co', 'begin', 310)], city: demo(600) });
    await send({ payload: [event('pm', 'begin', 20), event('co', 'begin', 30)], city: demo(40) });
    assert.deepEqual(statuses().map((s) => s.since), ['2026-01-05T13:10:00Z', '2026-01-05T08:30:00Z']); // prettier-ignore
    assert.deepEqual(out.problems, []);
    await helper.unload();
    send = await load();
    await send({ payload: [event('pm', 'begin', 1), event('co', 'begin', 2)], city: demo(9) });
    assert.deepEqual(statuses().map((s) => s.since), ['2026-01-05T08:02:00Z']); // prettier-ignore
    assert.deepEqual(out.problems, []);
  });

  /** What was told, with the realm that it was told in. */
  const told = (): unknown[] =>
    out.out.flatMap(({ payload, city: { mode } }) =>
      [payload].flat().map((s: any) => `${mode} ${s.state} ${s.since.slice(0, 16)}${s.simulated ? ' simulated' : ''}`),
    );
  const both2 = (minute: number): CityEvent[] => [event('pm', 'begin', minute), event('co', 'begin', minute + 1)];
  const demo = (minute: number): object => ({ ...city(minute), mode: 'simulated' });

  it('keeps the city, a simulation and a replay apart, though they come through one rule', async () => {
    const send = await load();
    await send({ payload: both2(600), city: caughtUp(610) });
    for (let run = 0; run < 2; run++) {
      await send({ payload: both2(0), city: city(10) });
      await send({ payload: [event('co', 'end', 50)], city: city(60, true) });
    }
    await send({ payload: both2(300), city: demo(310) });
    // in a simulation it is over; in the city it is not
    await send({ payload: [event('pm', 'end', 620)], city: demo(700) });
    await send({ payload: [], city: caughtUp(700) });
    const replayed = ['replay raised 2026-01-05T08:01', 'replay cleared 2026-01-05T08:01'];
    const expected = [
      'catch-up raised 2026-01-05T18:01',
      ...replayed,
      ...replayed,
      'simulated raised 2026-01-05T13:01 simulated',
      'simulated cleared 2026-01-05T13:01 simulated',
    ];
    assert.deepEqual(told(), expected);
    await send({ payload: [event('pm', 'end', 720)], city: caughtUp(800) });
    assert.deepEqual(told(), [...expected, 'catch-up cleared 2026-01-05T18:01']);
    assert.deepEqual(out.problems, []);
  });

  it('remembers the city over a restart, whatever came last', async () => {
    let send = await load();
    await send({ payload: both2(600), city: caughtUp(610) });
    await send({ payload: both2(0), city: city(10) });
    await send({ payload: both2(0), city: demo(10) });
    await helper.unload();
    send = await load();
    await send({ payload: [event('co', 'end', 700)], city: city(800, true) });
    await send({ payload: [event('co', 'end', 700)], city: demo(800) });
    assert.deepEqual(told(), []);
    await send({ payload: [event('co', 'end', 700)], city: caughtUp(800) });
    assert.deepEqual(told(), ['catch-up cleared 2026-01-05T18:01']);
  });

  it('is set back to normal by hand where the message or its status says, and else wherever it is raised', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' } });
    const raise = async (): Promise<void> => {
      for (const where of [caughtUp, city, demo]) await send({ payload: [event('pm', 'begin', 0)], city: where(5) });
      out.out.length = 0;
    };
    const modes = (): string[] => told().map((one) => String(one).split(' ').slice(0, 2).join(' '));
    await raise();
    await send({ topic: 'clear', payload: 's1', city: { mode: 'replay' } });
    assert.deepEqual(modes(), ['replay cleared']);
    await send({ topic: 'clear', payload: { key: 's1', simulated: true } });
    assert.deepEqual(modes(), ['replay cleared', 'simulated cleared']);
    await send({ topic: 'clear', payload: 's1', city: { mode: 'simulated' } });
    assert.deepEqual(out.problems.map(({ payload }) => payload[0].code), ['not-raised']); // prettier-ignore
    await send({ topic: 'clear', payload: 's1' });
    assert.deepEqual(modes().slice(2), ['catch-up cleared']);
    // nobody has said how readings come: a hand is no reading
    await send({ payload: [event('pm', 'end', 10)], city: caughtUp(20) });
    await send({ payload: [event('pm', 'end', 10)], city: demo(20) });
    for (const where of [caughtUp, demo]) await send({ payload: [event('pm', 'begin', 30)], city: where(40) });
    out.out.length = 0;
    await send({ topic: 'clear', payload: '' });
    assert.deepEqual(modes().sort(), ['catch-up cleared', 'simulated cleared']);
  });

  it('clears the status that the message holds, and no other of its key in another realm', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' } });
    await send({ payload: [event('pm', 'begin', 600)], city: caughtUp(610) });
    await send({ payload: [event('pm', 'begin', 0)], city: city(10) });
    const [live, replayed] = statuses();
    out.out.length = 0;
    await send({ topic: 'clear', payload: replayed });
    assert.deepEqual(told(), ['replay cleared 2026-01-05T08:00']);
    // it is over there; in the city another one is raised
    await send({ topic: 'clear', payload: live });
    assert.deepEqual(told().slice(1), ['catch-up cleared 2026-01-05T18:00']);
    assert.deepEqual(out.problems, []);
  });

  it('clears by its status what a restart has brought back', async () => {
    let send = await load({ rule: { op: 'event', event: 'pm' } });
    await send({ payload: [event('pm', 'begin', 600)], city: caughtUp(610) });
    const [live] = statuses();
    await helper.unload();
    send = await load({ rule: { op: 'event', event: 'pm' } });
    await send({ payload: [event('pm', 'begin', 0)], city: demo(10) });
    out.out.length = 0;
    await send({ topic: 'clear', payload: live });
    assert.deepEqual(told(), ['live cleared 2026-01-05T18:00']);
  });

  it('takes what says itself that it is simulated for that, though its message has lost where it comes from', async () => {
    const send = await load({ rule: { op: 'event', event: 'pm' } });
    const simulated = { simulated: true };
    await send({
      payload: [event('pm', 'begin', 0, simulated), event('pm', 'begin', 0, { key: 's2', stream: 'pm|s2', id: 's2' })],
    });
    assert.deepEqual(told().sort(), ['live raised 2026-01-05T08:00', 'simulated raised 2026-01-05T08:00 simulated']);
    // the clock of the city is that of what has lost its own
    await send({
      payload: [event('pm', 'begin', 0, { ...simulated, key: 's3', stream: 'pm|s3', id: 's3' })],
      city: caughtUp(5),
    });
    await send({
      payload: [event('pm', 'end', 10, { ...simulated, key: 's3', stream: 'pm|s3', id: 's3 end' })],
      city: caughtUp(15),
    });
    await send({ payload: [], city: caughtUp(60) });
    const s3 = out.out.flatMap(({ payload }) => [payload].flat()).filter(({ key }) => key === 's3');
    assert.deepEqual(s3.map(({ state, simulated: mark }) => [state, mark]), [['raised', true], ['cleared', true]]); // prettier-ignore
    const [status] = statuses().filter((s) => s.simulated);
    await send({ payload: [event('pm', 'begin', 0, { ...simulated, id: 'r' })], city: city(5) });
    out.out.length = 0;
    await send({ topic: 'clear', payload: status });
    assert.deepEqual(told(), ['simulated cleared 2026-01-05T08:00 simulated']);
    // its message says that it was replayed
    await send({ topic: 'clear', payload: status, city: { mode: 'replay' } });
    assert.deepEqual(told().slice(1), ['replay cleared 2026-01-05T08:00 simulated']);
    assert.deepEqual(out.problems, []);
  });

  it('writes nothing down where nothing has happened in the city, and takes over nothing that a replay has left', async () => {
    const file = path.join(userDir, 'city-events', 'status.ndjson');
    let send = await load();
    await send({ payload: both2(0), city: demo(10) });
    await send({ payload: both2(0), city: city(10) });
    await helper.unload();
    assert.equal(existsSync(file), false);
    // the first versions did
    send = await load();
    await send({ payload: [event('pm', 'begin', 0)], city: caughtUp(5) });
    await helper.unload();
    writeFileSync(file, readFileSync(file, 'utf8').replace('"mode":"catch-up"', '"mode":"replay"'));
    send = await load();
    await send({ payload: [event('co', 'begin', 10)], city: caughtUp(60) });
    assert.deepEqual(told(), []);
  });

  it('says under the node what is raised in the city; what is not real only where nothing else is', async () => {
    const send = await load();
    const texts: unknown[] = [];
    Object.assign(liveNode('status'), { status: ({ text }: { text: string }) => texts.push(text) });
    const says = (text: string): Promise<unknown> => waitFor(text, () => texts.at(-1) === text);
    await send({ payload: both2(0), city: demo(10) });
    await says('status.in.simulated');
    await send({ payload: both2(0), city: city(10) });
    await says('status.in.replay');
    await send({ payload: both2(0), city: caughtUp(10) });
    await says('status.raised');
    await send({ payload: both2(20), city: demo(30) });
    // the line changes twice a second at most
    await delay(1200);
    assert.equal(texts.at(-1), 'status.raised');
  });

  it('holds what arrives before its memory is back, in order', async () => {
    await load();
    const node = liveNode('status');
    await helper.unload();
    await loadFlow(types, flow({}));
    const seen: any[] = [];
    liveNode('out').on('input', (message: object) => seen.push(message));
    const fresh = liveNode('status');
    assert.notEqual(fresh, node);
    fresh.receive({ payload: [event('pm', 'begin', 0)], city: city(1) });
    fresh.receive({ payload: [event('co', 'begin', 2)], city: city(9) });
    await waitFor('the status', () => seen.length > 0);
    assert.deepEqual(seen.map((m) => m.payload.map((s: any) => s.since)), [['2026-01-05T08:02:00Z']]); // prettier-ignore
  });
});
