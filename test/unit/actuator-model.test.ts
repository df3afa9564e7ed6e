/**
 * Random histories of the outbox against a small model: a far side that knows what arrived, a disk that keeps what was
 * flushed, crashes at any point. What must be true is said in `check`.
 */
import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Hold } from '../../nodes/actuator-out/hold';
import { LedgerState, type Line } from '../../nodes/actuator-out/ledger';
import type { Order } from '../../nodes/actuator-out/order';
import { Outbox } from '../../nodes/actuator-out/outbox';
import type { Rules, Sent, Transport, Verdict } from '../../nodes/actuator-out/outbox-parts';
import { SendError } from '../../nodes/actuator-out/send-error';
import { FakeClock, settle } from '../support/fake-clock';

const START = Date.parse('2026-02-14T01:00:00Z');
const MINUTE = 60_000;
const WITHIN = 10_000;
const ENDS = ['done', 'failed', 'expired'];

/** What the far side makes of the next order that it is given. */
const FATES = ['good', 'done', 'lost', 'unheard', 'refused', 'offline', 'silent', 'arrives in silence'] as const;
type Fate = (typeof FATES)[number];

type Step =
  | { is: 'add'; address: number; level: number; valid: number; later: number; person: boolean }
  | { is: 'fate'; fate: Fate; times: number }
  | { is: 'pass'; ms: number }
  | { is: 'online'; on: boolean }
  | { is: 'answer'; nth: number }
  | { is: 'hold'; address: number; ms: number }
  | { is: 'release'; address: number }
  | { is: 'lock'; on: boolean }
  | { is: 'disk'; slow: boolean }
  | { is: 'crash'; lines: number }
  | { is: 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('add' as const),
      address: fc.nat(2),
      level: fc.nat(2),
      valid: fc.integer({ min: -1, max: 20 }),
      later: fc.constantFrom(0, 0, 0, 5000),
      person: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      is: fc.constant('fate' as const),
      fate: fc.constantFrom(...FATES),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ is: fc.constant('pass' as const), ms: fc.constantFrom(1, 500, 2000, 15_000, 90_000) }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('online' as const), on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('answer' as const), nth: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('hold' as const),
      address: fc.nat(3),
      ms: fc.constantFrom(1000, 30_000, 200_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('release' as const), address: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('lock' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('disk' as const), slow: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('crash' as const), lines: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('restart' as const) }) },
);

interface Setting {
  again: boolean;
  retries: number;
  pause: number;
  asks: boolean;
}

interface Handed {
  order: Order;
  at: number;
  life: number;
}

class World {
  readonly clock = new FakeClock(START);
  readonly added: Order[] = [];
  readonly handed: Handed[] = [];
  /** What the far side got, each time. */
  readonly arrived: string[] = [];
  readonly told: { id: string; state: string; life: number }[] = [];
  /** Told by the far side to be done. */
  readonly finished = new Set<string>();
  /** What was not true when an order was handed over. */
  readonly faults: unknown[] = [];
  notConnected = 0;
  /** Those by automation that are due at once: orders of people pass, and those due later come later. */
  private readonly plain = new Set<string>();
  /** All but those that a crash took before they were on the disk: whoever sent them has not been told that they are ours. */
  private readonly promised = new Set<string>();
  private readonly wasKept = new Set<string>();
  life = 0;
  locked = false;
  private online = true;
  private fates: Fate[] = [];
  private durable: Line[] = [];
  private pending: Line[] = [];
  private slow = false;
  private flushes: (() => void)[] = [];
  private holds: Hold[] = [];
  private state = new LedgerState();
  private box: Outbox;

  constructor(private readonly setting: Setting) {
    this.box = this.open();
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      await this.step(one);
      await settle();
    }
    await this.toTheEnd();
  }

  /** All is well again, and a long time passes. */
  private async toTheEnd(): Promise<void> {
    this.fates = [];
    this.online = true;
    this.locked = false;
    this.flush(false);
    this.box.wake();
    for (let i = 0; i < 40; i++) {
      await this.clock.pass(MINUTE);
      this.flush(false);
      await settle();
    }
    if (this.faults.length > 0) return;
    assert.equal(this.box.size, 0, 'nothing is left');
    assert.equal(this.clock.pending, 0, 'no timer is left');
  }

  private async step(one: Step): Promise<void> {
    const now = this.clock.now();
    switch (one.is) {
      case 'add':
        return this.add(one, now);
      case 'fate':
        this.fates.push(...new Array<Fate>(one.times).fill(one.fate));
        return;
      case 'pass':
        return this.clock.pass(one.ms);
      case 'online':
        this.online = one.on;
        return this.box.wake();
      case 'answer':
        return this.answer(one.nth);
      case 'hold':
        return this.hold(one, now);
      case 'release': {
        const address = addressOf(one.address);
        this.holds = this.holds.filter((hold) => hold.address !== address);
        return this.line({ release: address });
      }
      case 'lock':
        this.locked = one.on;
        return;
      case 'disk':
        return this.flush(one.slow);
      case 'crash':
        return this.crash(one.lines);
      case 'restart': {
        const drained = this.box.drain(2000);
        this.flush(false);
        await this.clock.pass(2000);
        await drained;
        this.box.close(true);
        return this.crash(Infinity);
      }
    }
  }

  private add(one: Extract<Step, { is: 'add' }>, now: number): void {
    const order: Order = {
      commandId: `c${this.added.length}`,
      address: `a${one.address}`,
      body: String(this.added.length),
      notBefore: now + one.later,
      validUntil: now + one.valid * 10_000,
      level: (['sent', 'accepted', 'done'] as const)[one.level]!,
      statusId: undefined,
      revision: undefined,
      answerTopic: '',
      expect: '',
      simulated: false,
      ...(one.person ? { who: 'Ann' } : {}),
    };
    this.added.push(order);
    this.promised.add(order.commandId);
    assert.ok(this.box.add(order));
    if (this.state.entries.has(order.commandId)) assert.equal(this.box.add(order), false, 'the same id only once');
    if (!one.person && one.later === 0) this.plain.add(order.commandId);
  }

  private answer(nth: number): void {
    const open = this.arrived.filter((id) => !this.finished.has(id));
    const id = open[nth % Math.max(1, open.length)];
    if (id === undefined) return;
    this.finished.add(id);
    this.box.answer((order) => (order.commandId === id ? 'done' : undefined));
  }

  private hold({ address, ms }: { address: number; ms: number }, now: number): void {
    const until = new Date(now + ms).toISOString();
    const hold = { address: addressOf(address), who: 'Bo', why: 'work', at: new Date(now).toISOString(), until };
    this.holds = [...this.holds.filter((one) => one.address !== hold.address), hold];
    this.line({ hold });
    // who takes over may rely on it
    this.flush(this.slow);
    this.durable.push(...this.pending.splice(0));
  }

  private line(line: Line): void {
    this.state.apply(line);
    this.pending.push(line);
    this.durable.push(...this.pending.splice(0));
    this.box.wake();
  }

  private flush(slow: boolean): void {
    this.slow = slow;
    this.durable.push(...this.pending.splice(0));
    for (const done of this.flushes.splice(0)) done();
  }

  /** The process ends at once: of what was not flushed some lines may be on the disk. */
  private crash(lines: number): void {
    this.durable.push(...this.pending.splice(0).slice(0, lines));
    this.pending = [];
    this.flushes = [];
    this.box.close(true);
    this.life++;
    // half of the time the file is written anew before
    const first = new LedgerState();
    for (const line of this.durable) {
      first.apply(JSON.parse(JSON.stringify(line)) as Line);
      if ('add' in line) this.wasKept.add(line.add.commandId);
    }
    for (const id of this.promised) if (!this.wasKept.has(id)) this.promised.delete(id);
    this.state = new LedgerState();
    this.durable = this.life % 2 === 0 ? this.durable : [...first.lines()];
    for (const line of this.durable) this.state.apply(JSON.parse(JSON.stringify(line)) as Line);
    assert.deepEqual([...this.state.entries], [...first.entries], 'the new file says what the old one said');
    this.box = this.open();
    this.box.resume();
  }

  private open(): Outbox {
    const life = this.life;
    const { again, retries, pause } = this.setting;
    const rules: Rules = {
      within: WITHIN, retries, again, pause,
      forbids: () => (this.locked ? new SendError('interlockWhile') : undefined),
    }; // prettier-ignore
    return new Outbox({
      transport: this.transport(life),
      clock: this.clock,
      ledger: {
        append: (line) => void this.pending.push(line),
        kept: () => {
          if (this.slow) return new Promise((resolve) => this.flushes.push(resolve));
          this.durable.push(...this.pending.splice(0));
          return Promise.resolve();
        },
      },
      state: this.state,
      rules,
      outcome: (order, state) => void this.told.push({ id: order.commandId, state, life }),
      random: () => 0.7,
      holdEnded: () => undefined,
    });
  }

  private transport(life: number): Transport {
    const transport: Transport = {
      ready: () => this.online,
      send: (order, handedOver) => this.receive(order, life, handedOver),
    };
    if (!this.setting.asks) return transport;
    const ask = (order: Order): Promise<Verdict | undefined> => {
      if (!this.online) return Promise.reject(new Error('offline'));
      const { commandId } = order;
      if (this.finished.has(commandId)) return Promise.resolve({ is: 'done' });
      return Promise.resolve({ is: this.arrived.includes(commandId) ? 'accepted' : 'absent' });
    };
    return { ...transport, ask, askEvery: 2000 };
  }

  private receive(order: Order, life: number, handedOver: () => void): Promise<Sent> {
    try {
      this.check(order, life);
    } catch (thrown) {
      this.faults.push(thrown);
    }
    this.handed.push({ order, at: this.clock.now(), life });
    const fate = this.fates.shift() ?? 'good';
    const id = order.commandId;
    if (fate === 'offline') {
      this.notConnected++;
      return Promise.reject(new SendError('notConnected'));
    }
    handedOver();
    if (fate === 'lost') return Promise.reject(new SendError('unreachable', {}, 'never'));
    if (fate === 'refused') return Promise.reject(new SendError('refused'));
    if (fate === 'silent') return this.timeout();
    this.arrived.push(id);
    if (fate === 'unheard') return Promise.reject(new SendError('timeout', {}, 'maybe'));
    if (fate === 'arrives in silence') return this.timeout();
    if (fate === 'done') this.finished.add(id);
    return Promise.resolve({ done: fate === 'done' });
  }

  /** Nothing is heard for a while. */
  private timeout(): Promise<Sent> {
    return new Promise((_resolve, reject) => {
      this.clock.after(WITHIN, () => reject(new SendError('timeout', {}, 'maybe')));
    });
  }

  /** What must be true whenever an order is handed over. */
  private check(order: Order, life: number): void {
    const now = this.clock.now();
    const { commandId: id, address } = order;
    const { again, retries, pause } = this.setting;
    assert.equal(life, this.life, 'nothing is sent by a process that is gone');
    const ordered = this.added.find((one) => one.commandId === id);
    assert.equal(JSON.stringify(order), JSON.stringify(ordered), 'it is what was ordered');
    assert.ok(now <= order.validUntil && now >= order.notBefore, 'in its time');
    assert.ok(!this.locked, 'no interlock');
    const before = this.handed.filter((one) => one.order.commandId === id);
    assert.ok(before.length <= retries + this.notConnected + this.life, 'not too often');
    if (!again) assert.ok(!this.arrived.includes(id), 'what may do harm arrives once');
    const ended = this.told.some((one) => one.id === id && one.life === life && ENDS.includes(one.state));
    assert.ok(!ended, 'what has ended is not sent');
    const held = this.holds.some((hold) => ['', address].includes(hold.address) && now < Date.parse(hold.until));
    assert.ok(!held || order.who !== undefined, 'automation is held back');
    const last = this.handed.findLast((one) => one.order.address === address);
    if (last?.life === life) assert.ok(now - last.at >= pause || this.notConnected > 0, 'with a pause');
    const indexOf = ({ commandId }: Order): number => this.added.findIndex((one) => one.commandId === commandId);
    // of two that could be sent at once, the later one never goes before the earlier one
    const index = indexOf(order);
    const later = this.handed.find(
      (one) =>
        one.order.address === address && indexOf(one.order) > index && this.plain.has(one.order.commandId),
    );
    assert.ok(!this.plain.has(id) || later === undefined, 'in order');
  }

  /** What must be true in the end. */
  checkEnd(): void {
    if (this.faults.length > 0) throw this.faults[0];
    for (const { commandId: id, level } of this.added) {
      const ends = this.told.filter((one) => one.id === id && (ENDS.includes(one.state) || one.state === level));
      for (let life = 0; life <= this.life; life++) {
        const finals = ends.filter((one) => one.life === life && ENDS.includes(one.state));
        assert.ok(finals.length <= 1, `one end: ${id}`);
      }
      if (this.promised.has(id)) assert.ok(ends.length >= 1, `an end for each: ${id}`);
      const told = (state: string): boolean => ends.some((one) => one.state === state);
      if (told('done')) assert.ok(this.finished.has(id), 'done is what was done');
      if (level === 'accepted' && told('accepted')) assert.ok(this.arrived.includes(id), 'accepted is what arrived');
    }
  }
}

const addressOf = (address: number): string => (address === 3 ? '' : `a${address}`);
const setting: fc.Arbitrary<Setting> = fc.record({
  again: fc.boolean(),
  retries: fc.nat(3),
  pause: fc.constantFrom(0, 0, 3000),
  asks: fc.boolean(),
});

describe('the outbox against a model', function () {
  this.timeout(120_000);

  it('loses nothing and doubles nothing, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(setting, fc.array(step, { minLength: 1, maxLength: 40 }), async (rules, steps) => {
        const world = new World(rules);
        await world.run(steps);
        world.checkEnd();
      }),
      { numRuns: Number(process.env['CITY_RUNS'] ?? 3000) },
    );
  });
});
