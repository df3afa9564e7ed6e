/**
 * The eleven rules of alarms that people can live with, each from a fault of some other program: from the reading to the
 * notice, through the very rule, journal and desk that the nodes use, on clocks that are moved by hand.
 */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { NEW_ON, CALM } from '../../nodes/action-notify/defaults';
import { noteHeld, noteTold } from '../../nodes/action-notify/journalling';
import { Notifier, type Answer } from '../../nodes/action-notify/notifier';
import { readSettings } from '../../nodes/action-notify/settings';
import { Book } from '../../nodes/city-journal/book';
import type { AlarmView } from '../../nodes/city-journal/journal-source';
import type { Definition, StatusDefinition } from '../../nodes/ecdm/definition';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import type { ActFault, ActKind, OperatorAct } from '../../nodes/ecdm/operator';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { formatTime } from '../../nodes/ecdm/time';
import { exhaust } from '../../nodes/ecdm/work';
import { Pipeline } from '../../nodes/replay/pipeline';
import { MemoryStore } from '../support/memory-store';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Noon in Bangkok. */
const NOON = Date.parse('2026-02-14T12:00:00+07:00');

const status = (id: string, event: string, more: Partial<StatusDefinition> = {}): StatusDefinition => ({
  id, name: id, domain: 'air', when: { op: 'event', event }, per: { by: 'station' }, severity: 'minor', flapping: false, lateness: '0 s', ...more,
}); // prettier-ignore

/** PM2.5 is high above 90 until it is below 70, and critical above 150 until it is below 120. */
function city(...statuses: StatusDefinition[]): Definition {
  const above = (id: string, value: number, clear: number): Definition['events'][number] => ({
    id, name: id, domain: 'air', observe: { properties: ['PM2.5'] }, when: { op: '>', value, unit: 'ug/m3', clear }, emit: 'state',
    gap: { after: '12 h', then: 'keep' }, lateness: '0 s',
  }); // prettier-ignore
  return {
    ecdm: 1,
    name: 'rules',
    domains: [{ id: 'air', name: 'Air', sampling: '1 min' }],
    events: [above('high', 90, 70), above('very', 150, 120)],
    statuses,
    actions: [],
    actuators: [],
  };
}
const HAZE = status('haze', 'high', { updateEvery: '1 min' });
const GRADED = status('haze', 'high', {
  steps: [{ severity: 'critical', when: { op: 'event', event: 'very' } }],
});

/** A small city: one rule, one journal over a disk that outlives it, one desk. */
class City {
  now = NOON;
  readonly disk: MemoryStore = new MemoryStore();
  book!: Book;
  heard: string[] = [];
  given: Status[] = [];
  private notifier!: Notifier;
  private readonly pipeline: Pipeline;
  private readonly problems: Problem[] = [];
  private store = this.disk;

  constructor(
    statuses: StatusDefinition[],
    private readonly settings: Record<string, unknown> = {},
  ) {
    this.pipeline = new Pipeline(city(...statuses), { mode: 'live', language: 'en-US' });
  }

  async start(): Promise<this> {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
    this.book = new Book(this.store, { now: () => this.now, elapsed: () => this.now - NOON });
    const config = { id: 'n', version: 2, ...CALM, on: [...NEW_ON], group: '', flood: 0, timeZone: 'Asia/Bangkok', ...this.settings }; // prettier-ignore
    const old = this.notifier as Notifier | undefined;
    this.notifier = new Notifier(readSettings(config), (problem) => this.problems.push(problem), (alarm) => this.book.view(alarm)?.operator); // prettier-ignore
    for (const line of old?.desk.changing() ?? this.kept) this.notifier.desk.restore(JSON.parse(line));
    this.notifier.desk.restored();
    this.book.onChange(({ alarm, operator }, because) => {
      if (because.status !== undefined) return;
      const answer: Answer = { notices: [], messages: [], seen: [], told: [], held: [] };
      exhaust(this.notifier.operating(alarm, operator, this.now, answer));
      this.tell(answer);
    });
    await settle();
    return this;
  }

  private kept: string[] = [];

  /** Node-RED is down for a while; what the desk remembers is on its disk. */
  async restart(ms = 0): Promise<this> {
    await this.book.close();
    this.store = this.store.restarted();
    this.now += ms;
    await this.start();
    return this.wait(1);
  }

  /** One reading a minute later, and what becomes of it. */
  async read(value: number, station = 's1', minutes = 1): Promise<this> {
    await this.wait(minutes * MINUTE);
    const out: Status[] = [];
    this.pipeline.push([this.reading(value, station)], out, this.problems);
    await this.commit(out);
    return this;
  }

  private reading(value: number, station: string): Observation {
    return makeObservation({
      id: `${station} ${this.now}`, datastream: `${station} PM2.5`, property: 'PM2.5', time: this.now, value, unit: 'ug/m3', thing: station,
    }); // prettier-ignore
  }

  async commit(statuses: Status[]): Promise<void> {
    const given = await this.book.commit('rule', statuses);
    this.given.push(...given);
    this.tell(this.notifier.take(given, 'live', this.now));
    await settle();
  }

  async act(act: ActKind, more: Partial<OperatorAct> = {}): Promise<ActFault | undefined> {
    const done = await this.book.act({ act, alarm: 'haze|s1', who: 'Mali', at: formatTime(this.now), ...more });
    return 'fault' in done ? done.fault : undefined;
  }

  async wait(ms: number): Promise<this> {
    const end = this.now + ms;
    while (this.now < end) {
      const due = Math.max(this.now + 1000, this.notifier.due() ?? Infinity);
      const step = Math.min(end - this.now, due - this.now, MINUTE);
      this.now += step;
      mock.timers.tick(step);
      if ((this.notifier.due() ?? Infinity) <= this.now) this.tell(this.notifier.tick(this.now));
      await settle();
    }
    return this;
  }

  get view(): AlarmView {
    return this.book.view('haze|s1')!;
  }

  /** What was told since this was asked for last. */
  fresh(): string[] {
    return this.heard.splice(0);
  }

  get history(): string[] {
    return this.disk.entries.map(({ kind, body }) => {
      const { state, severity, act, held, occasion } = body as Record<string, string>;
      return [kind, act ?? held ?? state ?? occasion, kind === 'status' ? severity : ''].filter(Boolean).join(' ');
    });
  }

  private tell(answer: Answer): void {
    for (const { letter } of answer.told) {
      for (const { status: told, occasion, was } of letter.items) {
        const parts = [
          letter.recipient.id,
          occasion === 'news' ? '' : occasion,
          told.key,
          told.state,
          told.severity,
          was,
        ];
        this.heard.push(parts.filter(Boolean).join(' '));
      }
    }
    for (const one of answer.told) noteTold(this.book, 'n', one);
    for (const one of answer.held) noteHeld(this.book, 'n', one);
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the eleven rules of alarms', () => {
  const cities: City[] = [];
  const open = (statuses: StatusDefinition[], settings: Record<string, unknown> = {}): Promise<City> => {
    const made = new City(statuses, settings);
    cities.push(made);
    return made.start();
  };
  afterEach(async () => {
    for (const made of cities.splice(0)) await made.book.close();
    mock.timers.reset();
  });

  it('1: what is raised while it is raised is the same alarm: only its count and its time change', async () => {
    const one = await open([HAZE]);
    await one.read(100);
    await one.act('acknowledge');
    const { count, updated, statusId } = one.view.status;
    const first = one.given[0]!;
    for (let i = 0; i < 5; i++)
      await one.commit([{ ...first, revision: i + 2, count: i + 2, updated: formatTime(one.now + i * MINUTE) }]);
    assert.equal([...one.book.views()].length, 1);
    assert.equal(one.view.status.statusId, statusId);
    assert.ok(one.view.status.count > count && one.view.status.updated > updated);
    assert.equal(one.view.operator.acknowledged?.who, 'Mali', 'what people did stays');
    assert.deepEqual(one.fresh(), ['s1 raised minor'], 'and is told once');
    // the very same message once more is not even that
    assert.deepEqual(await one.book.commit('rule', [{ ...first, revision: 1 }]), []);
  });

  for (const how of [
    'by itself',
    'over a restart',
    'while it was down',
    'when the clock is set forward',
    'when the clock is set back',
  ] as const) {
    it(`2: a shelf ends ${how}`, async () => {
      const one = await open([HAZE]);
      await one.read(100);
      const until = formatTime(one.now + HOUR);
      assert.equal(await one.act('shelve', { until }), undefined);
      assert.equal(await one.act('shelve'), 'until', 'there is none without an end');
      if (how === 'over a restart') await one.restart(10 * MINUTE);
      else if (how === 'while it was down') await one.restart(2 * HOUR);
      else if (how === 'when the clock is set forward') one.now += 2 * HOUR;
      else if (how === 'when the clock is set back') one.now -= 3 * HOUR;
      if (how === 'when the clock is set back') {
        await one.wait(3 * HOUR + 59 * MINUTE);
        assert.ok(one.view.operator.shelved, 'not before its time');
      }
      await one.wait(how === 'by itself' || how === 'over a restart' ? HOUR : MINUTE);
      assert.equal(one.view.operator.shelved, undefined);
      assert.equal(
        one.disk.entries.filter(
          ({ kind, body }) => kind === 'system' && (body as { what?: string }).what === 'shelf-end',
        ).length,
        1,
      );
    });
  }

  const HELD: [string, Record<string, unknown>, ActKind | undefined, string][] = [
    ['a shelf', {}, 'shelve', 'shelved'],
    ['out of service', {}, 'out-of-service', 'out-of-service'],
    [
      'maintenance',
      { maintenance: [{ name: 'works', kind: 'once', from: '2026-02-14T12:00', to: '2026-02-14T20:00' }] },
      undefined,
      'maintenance',
    ],
    ['quiet hours', { quiet: true }, undefined, ''],
  ];
  for (const [name, more, act, reason] of HELD) {
    it(`3: ${name}: neither the first notice nor repeats nor escalations go out, and the history has it all`, async () => {
      const { quiet, ...settings } = more;
      const hours = quiet === true ? { quietFrom: '11:00', quietTo: '20:00' } : {};
      const recipients = [
        { id: 'duty', name: 'duty', ...hours },
        { id: 'head', name: 'head', after: '15 min', ...hours },
      ];
      const one = await open([GRADED], { recipients, remind: '1 h', ...settings });
      // an alarm that is known and over
      await one.read(100);
      await one.read(50);
      one.fresh();
      if (act !== undefined) await one.act(act, { until: formatTime(one.now + 8 * HOUR) });
      await one.read(100);
      await one.wait(3 * HOUR);
      await one.read(50);
      await one.read(100);
      assert.deepEqual(one.fresh(), []);
      const statuses = one.history.filter((entry) => entry.startsWith('status'));
      assert.deepEqual(statuses.slice(0, 2), ['status raised minor', 'status cleared minor']);
      assert.deepEqual(
        statuses.slice(2),
        ['status raised minor', 'status cleared minor', 'status raised minor'],
        'the record is whole',
      );
      if (reason !== '') assert.ok(one.history.includes(`notice ${reason}`), 'and says why nobody was told');
    });
  }

  it('4: what is still so when the shelf ends is told once, and says that it was shelved', async () => {
    const one = await open([HAZE]);
    await one.read(100);
    await one.act('shelve', { until: formatTime(one.now + HOUR) });
    await one.read(110, 's1', 5);
    one.fresh();
    await one.restart(10 * MINUTE);
    await one.wait(5 * HOUR);
    assert.deepEqual(one.fresh(), ['released s1 raised minor shelved']);
  });

  it('5: severity goes up and down; acknowledgement is asked for again only when it goes above what was acknowledged', async () => {
    const one = await open([GRADED]);
    await one.read(100);
    await one.act('acknowledge');
    await one.read(160);
    assert.deepEqual([one.view.status.severity, one.view.operator.acknowledged], ['critical', undefined]);
    await one.act('acknowledge');
    await one.read(110);
    assert.deepEqual([one.view.status.severity, one.view.operator.acknowledged?.severity], ['minor', 'critical']);
    await one.read(160);
    assert.equal(one.view.operator.acknowledged?.severity, 'critical', 'no more than was acknowledged');
    assert.deepEqual(one.fresh(), [
      's1 raised minor',
      's1 updated critical',
      's1 updated minor',
      's1 updated critical',
    ]);
  });

  it('6: the limit at which it ends is another than that at which it begins, of each severity', async () => {
    const one = await open([GRADED]);
    const is: string[] = [];
    for (const value of [95, 75, 95, 155, 130, 119, 89, 71, 69, 89, 91]) {
      await one.read(value);
      is.push(`${value} ${one.view.status.state === 'cleared' ? '-' : one.view.status.severity}`);
    }
    assert.deepEqual(is, [
      '95 minor', '75 minor', '95 minor', '155 critical', '130 critical', '119 minor', '89 minor', '71 minor', '69 -', '89 -', '91 minor',
    ]); // prettier-ignore
  });

  it('7: it is raised after a delay and cleared after a delay; what comes and goes all the time is one unstable alarm', async () => {
    const slow = await open([status('haze', 'high', { for: '3 min', clear: { after: '5 min' } })]);
    await slow.read(100);
    assert.equal(slow.view.status.state, 'pending');
    assert.deepEqual([...slow.book.views()], [], 'nobody need look at it yet');
    assert.equal(await slow.act('acknowledge'), 'nothing');
    for (let i = 0; i < 4; i++) await slow.read(100);
    assert.equal(slow.view.status.state, 'raised');
    for (let i = 0; i < 4; i++) await slow.read(50);
    assert.notEqual(slow.view.status.state, 'cleared');
    for (let i = 0; i < 4; i++) await slow.read(50);
    assert.equal(slow.view.status.state, 'cleared');
    assert.deepEqual(slow.fresh(), ['s1 raised minor', 's1 cleared minor']);

    const nervous = await open([status('haze', 'high', { flapping: { raises: 3, in: '20 min', steady: '10 min' } })]);
    for (let i = 0; i < 12; i++) await nervous.read(i % 2 === 0 ? 100 : 50);
    assert.ok(nervous.view.status.flags.includes('flapping'));
    const before = nervous.fresh().length;
    assert.ok(before <= 6, `${before} notices of 12 changes`);
    for (let i = 0; i < 4; i++) await nervous.read(i % 2 === 0 ? 100 : 50);
    assert.deepEqual(nervous.fresh(), [], 'told once that it does');
    assert.equal([...nervous.book.views()].length, 1);
  });

  it('8: no data is a state of its own: neither normal nor cleared', async () => {
    const one = await open([HAZE]);
    await one.read(100);
    await one.act('acknowledge');
    // another station speaks, so that time goes on
    for (let i = 0; i < 15; i++) await one.read(20, 's2', 60);
    assert.equal(one.view.status.state, 'nodata');
    assert.ok(
      [...one.book.views()].some(({ alarm }) => alarm === 'haze|s1'),
      'it is still on the list',
    );
    assert.equal(await one.act('close'), 'raised', 'nobody can close it');
    assert.ok(one.view.operator.acknowledged, 'nobody is asked again');
    assert.ok(one.fresh().includes('s1 nodata minor'));
  });

  it('9: a gateway that is down and its 143 sensors are one notice with the number', async () => {
    const one = await open([HAZE], {
      group: '30 s',
      flood: 10,
      families: [{ parents: 'gateway', children: 'haze', scope: 'everywhere' }],
    });
    const silent = (key: string, id: string): Status => ({
      statusId: `${id}|${key}|${formatTime(one.now)}`, revision: 1, status: id, name: id, key, state: 'raised', severity: 'major',
      since: formatTime(one.now), updated: formatTime(one.now), count: 1, evidence: [], reason: 'silent', flags: [],
    }); // prettier-ignore
    await one.commit(Array.from({ length: 100 }, (_, i) => silent(`s${i}`, 'haze')));
    await one.commit([silent('gw', 'gateway')]);
    await one.commit(Array.from({ length: 43 }, (_, i) => silent(`t${i}`, 'haze')));
    await one.wait(2 * HOUR);
    assert.deepEqual(one.fresh(), ['gw raised major']);
    const notice = one.disk.entries.find(({ kind, body }) => kind === 'notice' && !('held' in body))!.body as {
      text: string;
    };
    assert.match(notice.text, /143/);
    assert.equal([...one.book.views()].length, 144, 'each is on the list and in the history');
    assert.equal(one.history.filter((entry) => entry === 'notice parent').length, 143);
  });

  it('10: escalation goes step by step, stops when somebody acknowledges (not when he reads or comments), ends when it is over', async () => {
    const recipients = [{ id: 'duty', name: 'duty' }, { id: 'head', name: 'head', after: '15 min' }, { id: 'mayor', name: 'mayor', after: '1 h' }]; // prettier-ignore
    const one = await open([HAZE], { recipients, remind: '40 min' });
    await one.read(100);
    await one.wait(16 * MINUTE);
    assert.deepEqual(one.fresh(), ['duty s1 raised minor', 'head escalation s1 raised minor']);
    assert.equal([...one.book.views()].length, 1, 'reading it changes nothing');
    await one.act('comment', { why: 'I have seen it' });
    await one.restart(5 * MINUTE);
    await one.wait(25 * MINUTE);
    assert.deepEqual(one.fresh(), ['duty reminder s1 raised minor']);
    await one.act('acknowledge');
    await one.wait(5 * HOUR);
    assert.deepEqual(one.fresh(), []);
    await one.read(50);
    assert.deepEqual(
      one.fresh(),
      ['duty s1 cleared minor', 'head s1 cleared minor'],
      'who heard of it hears of its end',
    );
    await one.wait(5 * HOUR);
    assert.deepEqual(one.fresh(), []);
  });

  it('11: each act is kept with who, when and why; who does not say who he is is refused, and nothing is kept of it', async () => {
    const one = await open([HAZE]);
    await one.read(100);
    const before = one.disk.entries.length;
    for (const who of ['', '   ', 'x'.repeat(201), undefined as never, 7 as never])
      assert.equal(await one.act('acknowledge', { who }), 'who');
    assert.equal(await one.act('comment'), 'why', 'a comment says something');
    assert.equal(await one.act('acknowledge', { alarm: 'haze|nowhere' }), 'unknown');
    assert.equal(one.disk.entries.length, before);
    const at = formatTime(one.now);
    await one.act('acknowledge', { why: 'on my way' });
    await one.act('shelve', { until: formatTime(one.now + HOUR), why: 'is being cleaned' });
    const acts = one.disk.entries.filter(({ kind }) => kind === 'act').map(({ body }) => body as OperatorAct);
    assert.deepEqual(acts.map(({ act, who, at: when, why }) => [act, who, when, why]), [
      ['acknowledge', 'Mali', at, 'on my way'], ['shelve', 'Mali', at, 'is being cleaned'],
    ]); // prettier-ignore
    assert.deepEqual([one.view.operator.acknowledged?.why, one.view.operator.shelved?.who], ['on my way', 'Mali']);
  });
});
