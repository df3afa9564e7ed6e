/** Rules per zone over states of what moves: one state per stream, open in the zones that its newest begin has named. */
import assert from 'node:assert/strict';
import type { CityClock, Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import type { ZoneRef } from '../../nodes/ecdm/zone';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';
import { and, e } from '../support/patterns';

const S = 1000;
const L = 600 * S;
const T0 = Date.UTC(2026, 0, 5, 8);

/** "z1": a zone; "d1": a district. */
const zone = (id: string): ZoneRef => ({ id, name: id, level: id.startsWith('d') ? 'district' : 'zone' });
const zones = (ids: string): ZoneRef[] => ids.split(' ').filter(Boolean).map(zone);

/** "A[ 0 z1 z2": a begin at 0 s in two zones; "A] 9": an end outside of all; "A? 9 ?": nobody knows where; "A^2[": another stream. */
function event(text: string): CityEvent {
  const [, name, stream = '1', mark, time, where] = /^(\w)(?:\^(\w))?([[\]?.]) (\d+) ?(.*)$/.exec(text)!;
  const kind = ({ '[': 'begin', ']': 'end', '?': 'nodata', '.': 'point' } as const)[mark!] as EventKind;
  const made = cityEvent(name!, kind, T0 + Number(time) * S, stream);
  return { ...made, zones: where === '?' ? undefined : zones(where!) };
}

class Rule {
  readonly out: Status[] = [];
  readonly problems: Problem[] = [];
  engine: PatternEngine;
  private now = T0;

  constructor(
    when: Pattern,
    more: Partial<StatusDefinition> = {},
    private readonly mode: Mode = 'replay',
  ) {
    this.definition = {
      id: 'r', name: 'r', when, per: { by: 'zone' }, severity: 'minor', clear: { after: '0 s' }, lateness: `${L} ms`,
      updateEvery: '1 h', flapping: false, ...more,
    }; // prettier-ignore
    this.engine = this.compile();
  }
  private definition: StatusDefinition;

  private compile(): PatternEngine {
    const now = this.mode === 'live' ? (): number => this.now : undefined;
    const engine = compileStatus(this.definition, { names: (id) => id, emit, now });
    engine.setMode(this.mode);
    return engine;
  }

  push(...texts: string[]): this {
    for (const text of texts) this.take(event(text));
    return this;
  }

  take(one: CityEvent): this {
    this.now = Math.max(this.now, one.time);
    this.engine.push([one], this.out, this.problems);
    return this;
  }

  clock(time: number, more: Partial<CityClock> = {}): this {
    this.now = Math.max(this.now, T0 + time * S);
    this.engine.clock({ source: 's', time: T0 + time * S, ...more }, this.mode, this.out, this.problems);
    return this;
  }

  /** The process ends and starts again with what it had written, perhaps with another rule. */
  restart(more: Partial<StatusDefinition> = {}): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.definition = { ...this.definition, ...more };
    this.engine = this.compile();
    this.engine.restore(kept);
    return this;
  }

  /** "z1 0-180": raised in z1 from 0 s to 180 s; open where nothing has ended it. */
  get spans(): string[] {
    this.clock(20_000, { end: true });
    const found = new Map<string, string>();
    const seconds = (text: string): number => (Date.parse(text) - T0) / S;
    for (const { statusId, state, key, since, until } of this.out) {
      if (state === 'pending') continue;
      found.set(statusId, `${key} ${seconds(since)}-${until === undefined ? '' : seconds(until)}`);
    }
    return [...found.values()].sort();
  }
}

const A = e('A');

describe('a state that moves, per zone', () => {
  it('that began in one zone and ends in another ends where it began, and is nothing in the other', () => {
    assert.deepEqual(new Rule(A).push('A[ 0 z1', 'A] 180 z3').spans, ['z1 0-180']);
  });

  it('ends outside of all zones, and where nobody knows', () => {
    const rule = new Rule(A).push('A[ 0 z1', 'A] 180');
    assert.deepEqual(rule.spans, ['z1 0-180']);
    assert.equal(rule.engine.counters().dropped, 0);
    assert.deepEqual(new Rule(A).push('A[ 0 z1 z2', 'A] 180 ?').spans, ['z1 0-180', 'z2 0-180']);
  });

  it('goes with its next begin: over in the zone that was left, on in those that both name', () => {
    assert.deepEqual(new Rule(A).push('A[ 0 d1 z1', 'A[ 60 d1 z2', 'A] 180 d1 z2').spans, ['d1 0-180', 'z1 0-60', 'z2 60-180']); // prettier-ignore
    assert.deepEqual(new Rule(A).push('A[ 0 z1', 'A[ 60', 'A[ 90 z1', 'A] 180').spans, ['z1 0-60', 'z1 90-180']);
  });

  it('stays where it is at a begin that does not say where', () => {
    assert.deepEqual(new Rule(A).push('A[ 0 z1', 'A[ 60 ?', 'A] 180 z2').spans, ['z1 0-180']);
  });

  it('is not known any more where it began, when it is not known elsewhere', () => {
    const rule = new Rule(A).push('A[ 0 z1', 'A? 60 z2', 'A[ 90 z3', 'A] 180 z3');
    assert.deepEqual(rule.spans, ['z1 0-90', 'z3 90-180']);
    assert.deepEqual(
      rule.out.filter(({ key }) => key === 'z1').map(({ state }) => state),
      ['raised', 'nodata', 'cleared'],
    );
  });

  it('counts at the level of the rule', () => {
    const byDistrict = { per: { by: 'zone', level: 'district' } } as const;
    assert.deepEqual(new Rule(A, byDistrict).push('A[ 0 d1 z1', 'A[ 60 d1 z2', 'A] 180 d2 z2').spans, ['d1 0-180']);
    assert.deepEqual(new Rule(A, byDistrict).push('A[ 0 d1 z1', 'A[ 60 z1', 'A] 180 z1').spans, ['d1 0-60']);
  });

  it('is one of several: the others of the zone go on, of another event of that stream, too', () => {
    assert.deepEqual(new Rule(A).push('A[ 0 z1', 'A^2[ 10 z1', 'A] 60 z2', 'A^2] 90').spans, ['z1 0-90']);
    const sameStream = (text: string): CityEvent => ({ ...event(text), stream: 'bus' });
    const rule = new Rule({ op: 'or', of: [A, e('B')] });
    for (const text of ['A[ 0 z1', 'B[ 10 z2', 'A] 60', 'B] 90']) rule.take(sameStream(text));
    assert.deepEqual(rule.spans, ['z1 0-60', 'z2 10-90']);
  });

  it('is told in any order of arrival within the lateness', () => {
    const moves = ['A[ 0 z1', 'A[ 60 z2', 'A? 80 z3', 'A[ 100 z1 z3', 'A] 180 z4'];
    const must = ['z1 0-60', 'z1 100-180', 'z2 60-100', 'z3 100-180'];
    const orders = (list: string[]): string[][] =>
      list.length < 2 ? [list] : list.flatMap((one) => orders(list.filter((x) => x !== one)).map((rest) => [one, ...rest])); // prettier-ignore
    for (const mode of ['replay', 'live'] as const) {
      for (const order of orders(moves)) {
        // live, where it was seen first it may be told and then corrected
        const rule = new Rule(A, {}, mode).push(...order);
        if (mode === 'replay') assert.deepEqual(rule.spans, must, order.join(', '));
        else assert.equal(rule.spans.filter((span) => span.endsWith('-')).length, 0, order.join(', '));
      }
    }
  });

  it('clears "A and B" at the first end, wherever that is', () => {
    const both = and(undefined, A, e('B'));
    assert.deepEqual(new Rule(both).push('A[ 0 z1', 'B[ 10 z1', 'A] 60 z2', 'B] 90 z1').spans, ['z1 10-60']);
  });

  it('ends live as well, long after what is kept of it for late ones', () => {
    const rule = new Rule(A, { lateness: '0 s' }, 'live').push('A[ 0 z1');
    for (let i = 1; i < 40; i++) rule.push(`A? ${20 * i} z2`, `A[ ${20 * i + 10} ?`);
    assert.deepEqual(rule.push('A] 1000 z3').spans, ['z1 0-1000']);
  });

  it('takes its end over a restart, and over one with another rule', () => {
    assert.deepEqual(new Rule(A).push('A[ 0 z1').restart().push('A] 180 z3').spans, ['z1 0-180']);
    const late = new Rule(A).push('A] 180 z3').restart().push('A[ 0 z1');
    assert.deepEqual(late.spans, ['z1 0-180']);
    const when: Pattern = { op: 'or', of: [A, e('B')] };
    const other = new Rule(A, { lateness: '0 s' }).push('A[ 0 z1').clock(1).restart({ when }).push('A] 180 z3');
    assert.deepEqual(other.spans, ['z1 0-180']);
    const moved = new Rule(A).push('A[ 0 z1', 'A[ 60 z2').restart({ when, per: { by: 'station' } });
    assert.deepEqual(moved.push('A] 180').spans, ['k 0-180']);
  });

  it('reads what was written before streams were followed', () => {
    const kept = JSON.parse(JSON.stringify(new Rule(A).push('A[ 0 z1').engine.snapshot())) as [string, { version: number }][]; // prettier-ignore
    const older = kept.filter(([kind]) => kind !== 'z');
    assert.equal(older.length, kept.length - 1);
    older[0]![1].version = 6;
    const rule = new Rule(A);
    assert.equal(rule.engine.restore(older), true);
    assert.deepEqual(rule.push('A] 180 z1').spans, ['z1 0-180']);
    older[0]![1].version = 5;
    assert.equal(new Rule(A).engine.restore(older), 'version');
  });

  it('goes on beside a status that keeps it down', () => {
    const rule = new Rule(A, { notWhile: ['M'], lateness: '0 s' });
    const down = (text: string): CityEvent => ({ ...event(text), key: 'z1', stream: 'M|z1' });
    rule.push('A[ 0 z1').take(down('M[ 30 z1')).push('A[ 60 z2').take(down('M] 90 z1')).push('A] 180 z3');
    assert.deepEqual(rule.spans, ['z1 0-30', 'z2 60-180']);
  });

  it('follows so many open states at most, and says so', () => {
    const rule = new Rule(A);
    const events: CityEvent[] = [];
    for (let i = 0; i <= 100_000; i++) events.push({ ...event(`A[ 0 z${Math.floor(i / 1000)}`), stream: `A|${i}` });
    rule.engine.push(events, rule.out, rule.problems);
    assert.deepEqual(rule.problems.map(({ code }) => code), ['too-many-states']); // prettier-ignore
    rule.engine.push(events.map((one) => ({ ...one, id: 'end', kind: 'end', time: T0 + 9 * S, zones: [] })), rule.out, []); // prettier-ignore
    const { spans } = rule;
    assert.equal(spans.length, 101);
    assert.deepEqual(spans.filter((span) => !span.endsWith(' 0-9')), ['z0 0-'], 'those that were forgotten'); // prettier-ignore
  });

  it('counts once in a zone that is named twice', () => {
    const twice: Pattern = { op: 'times', of: e('a'), min: 2, within: '10 s' };
    assert.deepEqual(new Rule(twice).push('a. 0 z1 z1').spans, []);
    assert.deepEqual(new Rule(twice).push('a. 0 z1 z2 z1', 'a. 5 z1').spans.length, 1);
  });
});
