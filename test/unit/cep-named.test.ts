/** What other engines get wrong, one test each. */
import * as assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent, type PatternEngine, type PatternOptions } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from './cep-random';

const S = 1000;
const MIN = 60 * S;
const HOUR = 60 * MIN;
const T0 = Date.UTC(2026, 0, 5, 8);

const e = (event: string): Pattern => ({ op: 'event', event });
const no = (event: string, length?: string): Pattern => ({
  op: 'no',
  of: e(event),
  ...(length ? { for: length } : {}),
});
const and = (within: string | undefined, ...of: Pattern[]): Pattern => ({
  op: 'and',
  of,
  ...(within ? { within } : {}),
});
const then = (within: string, ...of: Pattern[]): Pattern => ({ op: 'then', of, within });
const times = (min: number, within: string, of: Pattern): Pattern => ({ op: 'times', of, min, within });

/** One engine with all that came out of it. Capital letters are states, small ones instants. */
class Desk {
  readonly engine: PatternEngine;
  readonly statuses: Status[] = [];
  readonly problems: Problem[] = [];
  wall = T0;

  constructor(
    when: Pattern,
    rule: Partial<StatusDefinition> = {},
    mode: Mode = 'replay',
    options: Partial<PatternOptions> = {},
  ) {
    const definition: StatusDefinition = {
      id: 'r',
      name: 'R',
      when,
      per: { by: 'station' },
      severity: 'major',
      ...rule,
    };
    this.engine = compileStatus(definition, { names: (id) => id, emit, now: () => this.wall, ...options });
    this.engine.setMode(mode);
  }

  push(...events: CityEvent[]): this {
    this.engine.push(events, this.statuses, this.problems);
    return this;
  }

  clock(time: number, events?: string[], mode: Mode = 'replay', source = 's'): this {
    this.engine.clock({ source, time: T0 + time, events }, mode, this.statuses, this.problems);
    return this;
  }

  end(time: number): this {
    this.engine.clock({ source: 's', time: T0 + time, end: true }, 'replay', this.statuses, this.problems);
    return this;
  }

  /** Lets the wall clock go on, second by second. */
  wait(ms: number): this {
    for (const until = this.wall + ms; this.wall < until;) {
      this.wall += S;
      this.engine.tick(this.wall, this.statuses, this.problems);
    }
    return this;
  }

  get said(): string[] {
    return this.statuses.map((s) => {
      const at = s.state === 'cleared' ? s.until! : s.state === 'raised' ? s.since : s.updated;
      return `${s.key} ${s.state} ${(Date.parse(at) - T0) / S}`;
    });
  }

  get codes(): string[] {
    return this.problems.map((p) => p.code);
  }
}

const at = (name: string, time: number, key = 'k'): CityEvent => cityEvent(name, 'point', T0 + time, '1', key);
const begin = (name: string, time: number, key = 'k', stream = '1'): CityEvent =>
  cityEvent(name, 'begin', T0 + time, stream, key);
const end = (name: string, time: number, key = 'k', stream = '1'): CityEvent =>
  cityEvent(name, 'end', T0 + time, stream, key);

describe('pattern core, where others go wrong', () => {
  it('AND fires when B comes first', () => {
    const desk = new Desk(and('1 min', e('a'), e('b'))).push(at('b', 0), at('a', 10 * S)).end(HOUR);
    assert.deepEqual(desk.said, ['k raised 10', 'k cleared 70']);
  });

  it('AND and a count do not miss a match because the first event has expired', () => {
    const both = new Desk(and('1 s', e('a'), e('b'))).push(at('a', 0), at('a', 900), at('b', 1500)).end(HOUR);
    assert.equal(both.said[0], 'k raised 1.5');
    const three = new Desk(times(3, '1 s', e('a')))
      .push(at('a', 0), at('a', 900), at('a', 1500), at('a', 1600))
      .end(HOUR);
    assert.equal(three.said[0], 'k raised 1.6');
  });

  it('two branches that deliver one after the other give what one branch gives', () => {
    const desk = new Desk(and(undefined, e('A'), e('B')));
    desk.push(begin('A', 0), end('A', HOUR), begin('A', 5 * HOUR)).clock(6 * HOUR, ['A']);
    assert.deepEqual(desk.said, []);
    desk.push(begin('B', 10 * MIN), end('B', 2 * HOUR)).clock(6 * HOUR, ['B']);
    assert.deepEqual(desk.said, ['k raised 600', 'k cleared 3600']);
    assert.deepEqual(desk.codes, []);
    assert.equal(desk.engine.counters().late, 0);
  });

  it('states overlap although their begins lie hours apart', () => {
    const desk = new Desk(and(undefined, e('A'), e('B'))).push(
      begin('A', 0),
      begin('B', 9 * HOUR),
      end('A', 10 * HOUR),
    );
    desk.end(12 * HOUR);
    assert.deepEqual(desk.said, [`k raised ${9 * 3600}`, `k cleared ${10 * 3600}`]);
  });

  it('states that touch do not overlap, whatever arrives first; the gap between them may be bridged with within', () => {
    const events = [begin('A', 0), end('A', MIN), begin('B', MIN), end('B', 2 * MIN)];
    for (const order of [events, [events[2]!, events[3]!, events[0]!, events[1]!]]) {
      assert.deepEqual(
        new Desk(and(undefined, e('A'), e('B')), { lateness: '5 min' }).push(...order).end(HOUR).said,
        [],
      );
    }
    const bridged = new Desk(and('1 min', e('A'), e('B'))).push(...events).end(HOUR);
    assert.equal(bridged.said[0], 'k raised 60');
  });

  it('equal time stamps are not one after the other, and count as two', () => {
    assert.deepEqual(new Desk(then('1 min', e('a'), e('b'))).push(at('a', 0), at('b', 0)).end(HOUR).said, []);
    const two = new Desk(times(2, '1 min', e('a')), { per: { by: 'city' } });
    two.push(cityEvent('a', 'point', T0, '1', 'x'), cityEvent('a', 'point', T0, '1', 'y')).end(HOUR);
    assert.equal(two.said[0], 'city raised 0');
  });

  it('a state of several sensors holds until the last of them is back, and does not flap in between', () => {
    const desk = new Desk(e('A'), { per: { by: 'city' } });
    desk.push(begin('A', 0, 'x'), begin('A', MIN, 'y'), end('A', 2 * MIN, 'x'), begin('A', 3 * MIN, 'x', '2'));
    desk.push(end('A', 3 * MIN, 'y'), end('A', 4 * MIN, 'x', '2')).end(HOUR);
    assert.deepEqual(desk.said.filter((s) => !s.includes('updated')), ['city raised 0', 'city cleared 240']); // prettier-ignore
  });

  it('a late event is sorted in; one that is too late is named', () => {
    const desk = new Desk(then('1 min', e('a'), e('b')), { lateness: '30 s' }, 'live');
    desk.push(at('b', 20 * S)).push(at('a', 10 * S));
    assert.equal(desk.said[0], 'k raised 20');
    desk.push(at('a', 120 * S), at('a', 80 * S), at('b', 10 * S, 'other'));
    assert.deepEqual(desk.codes, ['too-late']);
    assert.match(desk.problems[0]!.message, /10 s too late/);
  });

  it('an earlier begin that comes late moves since, not the identity', () => {
    const desk = new Desk(e('A'), { lateness: '30 s', updateEvery: '0 s' }, 'live');
    desk
      .push(begin('A', 20 * S))
      .push(begin('A', 10 * S))
      .wait(2 * MIN);
    assert.deepEqual(desk.statuses.map((s) => [s.state, (Date.parse(s.since) - T0) / S]), [['raised', 20], ['updated', 10]]); // prettier-ignore
    assert.equal(new Set(desk.statuses.map((s) => s.statusId)).size, 1);
  });

  it('hourly values that are published 40 min late are in time, of whatever sensor they come first', () => {
    const desk = new Desk(and(undefined, e('A'), e('B')), {}, 'live');
    desk.wall = T0 + 40 * MIN;
    desk
      .push(begin('A', 0))
      .wait(5 * MIN)
      .push(begin('B', 0))
      .wait(5 * MIN);
    assert.deepEqual(desk.said, ['k raised 0']);
    desk.wall = T0 + HOUR + 40 * MIN;
    desk.push(end('A', HOUR)).wait(MIN);
    assert.deepEqual(desk.said, ['k raised 0', 'k cleared 3600']);
    assert.deepEqual(desk.codes, []);
  });

  it('live: what two sources publish at different times is decided when the slower one has spoken', () => {
    const desk = new Desk(and(undefined, e('A'), e('B')), {}, 'live');
    // both have spoken hourly, 40 min after the hour
    desk.wall = T0 - 80 * MIN;
    desk.clock(-2 * HOUR, ['A'], 'live', 'other').clock(-2 * HOUR, ['B'], 'live');
    desk.wall = T0 - 20 * MIN;
    desk.push(begin('B', -HOUR)).clock(-HOUR, ['A'], 'live', 'other').clock(-HOUR, ['B'], 'live');
    desk.wall = T0 + 40 * MIN;
    // A of 08:00 comes now, the end of B of 08:00 half a minute later: they never overlapped
    desk
      .push(begin('A', 0))
      .clock(0, ['A'], 'live', 'other')
      .wait(30 * S);
    desk
      .push(end('B', 0))
      .clock(0, ['A', 'B'], 'live')
      .wait(5 * MIN);
    assert.deepEqual(desk.said, []);
  });

  it('duplicates are ignored and counted, before anything is called late', () => {
    const desk = new Desk(times(2, '1 h', e('a'))).push(at('a', 0), at('a', 0), at('b', HOUR)).end(2 * HOUR);
    assert.deepEqual([desk.said, desk.codes, desk.engine.counters().duplicates], [[], [], 1]);
    const late = new Desk(e('a')).push(at('a', 0), at('a', HOUR), at('a', 0));
    assert.deepEqual([late.codes, late.engine.counters().duplicates], [[], 1]);
  });

  it('silence is noticed while nothing arrives at all', () => {
    const desk = new Desk(no('a', '10 min'), { lateness: '30 s' }, 'live').push(at('a', 0));
    desk.wait(10 * MIN);
    assert.deepEqual(desk.said, []);
    desk.wait(31 * S);
    assert.deepEqual(desk.said, ['k raised 600']);
    desk.push(at('a', 11 * MIN)).wait(MIN);
    assert.deepEqual(desk.said, ['k raised 600', 'k cleared 660']);
  });

  it('silence is counted from when values usually come: 40 min late is not silent', () => {
    const desk = new Desk(no('a', '90 min'), {}, 'live');
    for (let hour = 0; hour < 4; hour++) {
      desk.wall = T0 + hour * HOUR + 40 * MIN;
      desk.push(at('a', hour * HOUR)).wait(59 * MIN);
    }
    assert.deepEqual(desk.said, []);
    desk.wait(32 * MIN);
    assert.deepEqual(desk.said, [`k raised ${3 * 3600 + 90 * 60}`]);
  });

  it('silence in a replay fires by the clock of the data, at exactly the border in time', () => {
    const desk = new Desk(no('a', '10 min'), { lateness: '0 s' }).push(at('a', 0), at('a', 10 * MIN)).clock(15 * MIN);
    assert.deepEqual(desk.said, []);
    desk.clock(20 * MIN);
    assert.deepEqual(desk.said, ['k raised 1200']);
  });

  it('one stamp from the future does not make everything after it late', () => {
    const desk = new Desk(e('A'), {}, 'live').push(begin('A', 2 * 24 * HOUR, 'mad'));
    desk.wait(10 * S).push(begin('A', 9 * S));
    assert.deepEqual(desk.codes, ['future']);
    assert.deepEqual(desk.said, ['k raised 9']);
    assert.equal(desk.engine.counters().future, 1);
  });

  it('a million keys stay bounded, and what is raised is not forgotten', () => {
    const desk = new Desk(e('A'), {}, 'replay', { maxKeys: 100 }).push(begin('A', 0, 'first')).clock(1 * S);
    for (let i = 0; i < 5000; i++) {
      desk.push(begin('A', (i + 1) * S, `k${i}`), end('A', (i + 1) * S + 1, `k${i}`));
      desk.clock((i + 60) * S);
    }
    const counters = desk.engine.counters();
    assert.equal(counters.keys, 100);
    assert.ok(counters.evicted > 4800);
    assert.equal(
      counters.raised,
      1 + desk.statuses.length - 1 - 2 * desk.statuses.filter((s) => s.state === 'cleared').length,
    );
    desk.push(end('A', 6000 * S, 'first')).end(7000 * S);
    assert.equal(desk.statuses.at(-1)!.key, 'first');
    // named, but not once per key
    const named = desk.codes.filter((code) => code === 'too-many-keys').length;
    assert.ok(named >= 1 && named <= 90, `${named}`);
  });

  it('an event in two zones counts in both', () => {
    const zones = [
      { id: 'z1', name: 'Old town', level: 'zone' },
      { id: 'z2', name: 'School belt', level: 'zone' },
      { id: 'c', name: 'Trang', level: 'city' },
    ];
    const desk = new Desk(and('5 min', e('a'), e('b')), { per: { by: 'zone', level: 'zone' } });
    desk.push({ ...at('a', 0), zones }, { ...at('b', MIN, 'other'), zones: zones.slice(1) }).end(HOUR);
    assert.deepEqual(desk.said, ['z2 raised 60', 'z2 cleared 360']);
    assert.equal(desk.statuses[0]!.keyName, 'School belt');
    assert.match(desk.statuses[0]!.reason, /at School belt since 5 Jan 2026 08:01/);
  });

  it('a sensor that falls silent while raised makes it no-data, not cleared', () => {
    const nodata = cityEvent('A', 'nodata', T0 + HOUR);
    const desk = new Desk(e('A'))
      .push(begin('A', 0), nodata)
      .push(begin('A', 3 * HOUR), end('A', 4 * HOUR))
      .end(5 * HOUR);
    assert.deepEqual(desk.said, ['k raised 0', 'k nodata 3600', 'k updated 10800', 'k cleared 14400']);
    assert.deepEqual(desk.statuses[1]!.flags, ['nodata']);
    assert.match(desk.statuses[1]!.reason, /it is not known whether this still holds/);
    const [key] = desk.engine.summary();
    assert.deepEqual([key!.raisedMs, key!.nodataMs, key!.episodes], [2 * HOUR, 2 * HOUR, 1]);
  });

  it('a restart in the middle of "lasting" goes on; silence begins anew', () => {
    const rule: Partial<StatusDefinition> = { for: '10 min', lateness: '0 s' };
    const before = new Desk(e('A'), rule).push(begin('A', 0)).clock(5 * MIN);
    assert.deepEqual(before.said, ['k pending 0']);
    const after = new Desk(e('A'), rule);
    assert.equal(after.engine.restore(JSON.parse(JSON.stringify(before.engine.snapshot()))), true);
    after.clock(11 * MIN);
    assert.deepEqual(after.said, ['k raised 0']);
    assert.equal(after.statuses[0]!.revision, 2);
    assert.equal(new Desk(e('B'), rule).engine.restore(before.engine.snapshot()), 'rule');

    const silent = new Desk(no('a', '10 min'), { lateness: '0 s' }, 'live').push(at('a', 0)).wait(4 * MIN);
    const later = new Desk(no('a', '10 min'), { lateness: '0 s' }, 'live');
    later.wall = T0 + 8 * HOUR;
    assert.equal(later.engine.restore(JSON.parse(JSON.stringify(silent.engine.snapshot())), later.wall), true);
    later.wait(5 * MIN);
    assert.deepEqual(later.said, []);
    later.wait(2 * MIN);
    assert.deepEqual(later.said, ['k raised 600']);
  });

  it('pending that does not last is taken back without ever having been raised', () => {
    const desk = new Desk(e('A'), { for: '10 min' }).push(begin('A', 0), end('A', MIN)).end(HOUR);
    assert.deepEqual(desk.said, ['k pending 0', 'k cleared 60']);
    assert.deepEqual(desk.statuses[1]!.flags, ['never-raised']);
    assert.equal(statusToEvent(desk.statuses[1]!), undefined);
  });

  it('is cleared by another pattern, or by hand only', () => {
    const by = new Desk(e('a'), { clear: { when: e('b') } }).push(at('a', 0), at('b', 2 * HOUR)).end(5 * HOUR);
    assert.deepEqual(by.said, ['k raised 0', 'k cleared 7200']);
    const hand = new Desk(e('A'), { clear: { byHand: true } }).push(begin('A', 0), end('A', MIN)).end(5 * HOUR);
    assert.deepEqual(hand.said, ['k raised 0']);
    assert.equal(hand.engine.clearByHand('k', T0 + 2 * HOUR, hand.statuses), 1);
    assert.deepEqual(hand.said, ['k raised 0', 'k cleared 7200']);
  });

  it('updates at most as often as asked, with the newest evidence, at most twenty pieces', () => {
    const desk = new Desk(e('a'), { updateEvery: '10 min' });
    for (let i = 0; i < 60; i++) desk.push(at('a', i * MIN));
    desk.clock(59 * MIN + 30 * S);
    assert.deepEqual(desk.said.map((s) => s.split(' ')[1]), ['raised', ...new Array<string>(5).fill('updated')]); // prettier-ignore
    const last = desk.statuses.at(-1)!;
    assert.equal(last.evidence.length, 20);
    assert.equal(last.count, 51);
    assert.equal(last.evidence.at(-1)!.time, '2026-01-05T08:50:00Z');
  });

  it('statuses feed the next rule: zones rise to the city', () => {
    const inner = new Desk(e('A')).push(
      begin('A', 0, 'x'),
      begin('A', MIN, 'y'),
      end('A', HOUR, 'x'),
      end('A', HOUR, 'y'),
    );
    inner.end(2 * HOUR);
    const outer = new Desk(times(2, '10 min', e('r')), { id: 'city-wide', per: { by: 'city' } }, 'replay', {
      emit: () => 'state',
    });
    const events = inner.statuses.map(statusToEvent).filter((event) => event !== undefined);
    outer.push(...events).end(2 * HOUR);
    assert.equal(outer.said[0], 'city raised 60');
  });

  it('six hours of catch-up over 1,000 streams equal the same in order', () => {
    const rule = and(undefined, e('A'), e('B'));
    const events: CityEvent[] = [];
    for (let k = 0; k < 500; k++) {
      for (let h = 0; h < 6; h++) {
        const name = h % 2 === 0 ? begin : end;
        events.push(name('A', h * HOUR + (k % 60) * MIN, `k${k}`), name('B', h * HOUR + ((k * 7) % 60) * MIN, `k${k}`));
      }
    }
    const inOrder = new Desk(rule).push(...[...events].sort((x, y) => x.time - y.time)).end(7 * HOUR);
    const perStream = new Desk(rule, {}, 'catch-up');
    const streams = new Set(events.map((event) => event.stream));
    assert.equal(streams.size, 1000);
    for (const stream of streams) perStream.push(...events.filter((event) => event.stream === stream));
    perStream.end(7 * HOUR);
    assert.deepEqual(perStream.statuses, inOrder.statuses);
    assert.ok(inOrder.statuses.length > 1000);
  });
});
