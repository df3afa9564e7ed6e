/** Rules that look around the first event: what must not have happened before it, and what clears or steps, at other stations. */
import * as assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import { distance } from '../../nodes/ecdm/sphere';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { MOST_RECENT, RecentEvents } from '../../nodes/pattern-status/cep/runs/recent';
import { cityEvent, Random } from '../properties/random';
import { and, e, no, then } from '../support/patterns';
import { Oracle } from './cep-runs-oracle';

const METRES = 100;
const DEGREE = 111_195.08;

/** "b5@250": an event b at 5 ms, 250 m east of the origin; the place is the station. */
function event(text: string): CityEvent {
  const [, name, time, east] = /^([a-z]+)(\d+)@(\d+)$/.exec(text)!;
  return { ...cityEvent(name!, 'point', Number(time), '1', `s${east}`), place: [Number(east) / DEGREE, 0], value: 1 };
}
const events = (text: string): CityEvent[] => text.split(' ').map(event);

function engineOf(when: Pattern, more: Partial<StatusDefinition> = {}): PatternEngine {
  const definition: StatusDefinition = {
    id: 'r', name: 'r', when, per: { by: 'near', metres: METRES }, severity: 'minor', clear: { after: '1 h' },
    lateness: '2 ms', flapping: false, updateEvery: '0 s', ...more,
  }; // prettier-ignore
  const engine = compileStatus(definition, { names: (id) => id });
  engine.setMode('replay');
  return engine;
}

function end(engine: PatternEngine, out: Status[]): void {
  engine.clock({ source: 's', time: 1000, end: true }, 'replay', out, []);
}

/** Station and time of what was raised. */
function raised(when: Pattern, text: string, more?: Partial<StatusDefinition>): string {
  const engine = engineOf(when, more);
  const out: Status[] = [];
  engine.push(events(text), out, []);
  end(engine, out);
  return said(out);
}
const said = (out: readonly Status[]): string =>
  out.filter(({ state, revision }) => state === 'raised' && revision === 1)
    .map(({ key, updated }) => `${key}:${Date.parse(updated)}`).sort().join(' '); // prettier-ignore

describe('near: what must not have happened before', function () {
  this.timeout(60_000);
  const rule = and(10, e('a'), no('b'));

  it('counts at every station near the first event, and at no other', () => {
    assert.equal(raised(rule, 'b0@50 a5@0'), '');
    assert.equal(raised(rule, 'b0@0 a5@0'), '');
    assert.equal(raised(rule, 'b0@150 a5@0'), 's0:5');
    assert.equal(raised(rule, 'b5@50 a5@0'), '');
    assert.equal(raised(rule, 'b6@50 a5@0'), 's0:5');
  });

  it('is looked for as far back as the time says, the border inclusive', () => {
    assert.equal(raised(rule, 'b0@50 a10@0'), '');
    assert.equal(raised(rule, 'b0@50 a11@0'), 's0:11');
  });

  it('counts between the events of a match, too, near the first of them', () => {
    const both = and(10, e('a'), e('c'), no('b'));
    assert.equal(raised(both, 'a0@0 b3@50 c6@90'), '');
    assert.equal(raised(both, 'a0@0 b3@150 c6@90'), 's0:6');
    assert.equal(raised(both, 'a0@0 c6@90'), 's0:6');
  });

  it('counts where its comparison holds only', () => {
    const compared: Pattern = {
      op: 'and',
      of: [e('a'), { op: 'no', of: { op: 'event', event: 'b', as: 'x' } }],
      where: [{ left: { of: 'x' }, op: '>', right: { value: 5 } }],
      within: '10 ms',
    };
    for (const [value, expected] of [[6, ''], [5, 's0:5']] as const) {
      const engine = engineOf(compared);
      const out: Status[] = [];
      engine.push([{ ...event('b0@50'), value }, event('a5@0')], out, []);
      end(engine, out);
      assert.equal(said(out), expected);
    } // prettier-ignore
  });

  it('says what the brute-force matcher says, whatever the order of arrival', () => {
    let [kept, forbidden] = [0, 0];
    for (let seed = 0; seed < 2000; seed++) {
      const random = new Random(seed);
      const named = (name: string): Pattern => ({ op: 'event', event: name, as: name });
      const when = random.pick([
        and(4, named('a'), no('b')),
        and(6, named('a'), named('c'), no('b')),
        then(undefined, named('a'), no('b', 4)),
      ]);
      const times = random.shuffle([...Array(20).keys()]).slice(0, 10);
      const history = times.map((time) => event(`${random.pick(['a', 'b', 'c'])}${time}@${40 * random.int(8)}`));
      const near = (x: CityEvent, y: CityEvent): boolean =>
        distance(x.place![0], x.place![1], y.place![0], y.place![1]) <= METRES;
      const sorted = history.slice().sort((x, y) => x.time - y.time);
      const found = new Oracle(sorted, near).matches(when);
      const text = (list: { key: string; end: number }[]): string =>
        [...new Set(list.map(({ key, end: at }) => `${key}:${at}`))].sort().join(' ');
      const expected = text(
        found.map((match) => ({
          key: [...match.bound.values()].flat().find(({ time }) => time === match.start)!.key,
          end: match.end,
        })),
      );
      const matches: { key: string; end: number }[] = [];
      const definition: StatusDefinition = {
        id: 'r', name: 'r', when, per: { by: 'near', metres: METRES }, severity: 'minor', pairing: 'all', lateness: '30 s',
      }; // prettier-ignore
      const engine = compileStatus(definition, { names: (id) => id, onMatch: (match) => matches.push(match) });
      engine.setMode('replay');
      engine.push(random.shuffle(history), [], []);
      end(engine, []);
      assert.equal(text(matches), expected, `seed ${seed}: ${JSON.stringify(when)}`);
      kept += found.length;
      if (when.op !== 'and') continue;
      const free = { ...when, of: when.of.filter(({ op }) => op !== 'no') };
      forbidden += new Oracle(sorted, near).matches(free).length - found.length;
    }
    assert.ok(kept > 1000 && forbidden > 1000, `${kept} matches, ${forbidden} that must not be`);
  });

  it('is remembered over a restart', () => {
    const before = engineOf(rule);
    before.push(events('b0@50 b1@500'), [], []);
    before.clock({ source: 's', time: 4 }, 'replay', [], []);
    const lines = JSON.parse(JSON.stringify(before.snapshot())) as [string, { version: number }][];
    const after = (kept: unknown): string => {
      const engine = engineOf(rule);
      assert.equal(engine.restore(kept), true);
      engine.setMode('replay');
      const out: Status[] = [];
      engine.push(events('a5@0'), out, []);
      end(engine, out);
      return said(out);
    };
    assert.equal(after(lines), '');
    // one of an earlier program is read, too, with what it knew
    const old = lines.filter(([kind]) => kind !== 'b');
    assert.equal(old.length, lines.length - 1);
    old[0]![1].version = 6;
    assert.equal(after(old), 's0:5');
  });

  it('is forgotten when it is too old, and given up, counted and said when there is too much of it', () => {
    const recent = new RecentEvents(METRES, new Set(['b']), 10, 3);
    assert.equal(recent.take(events('b0@0 b1@0 a1@0'), 0), 0);
    assert.equal(recent.take(events('b2@500 b3@0'), 3), 1);
    assert.deepEqual(recent.save().map(({ time }) => time), [1, 2, 3]); // prettier-ignore
    assert.equal(recent.take([], 12), 0);
    assert.deepEqual(recent.save().map(({ time }) => time), [2, 3]); // prettier-ignore

    const engine = engineOf(and(1_000_000, e('a'), no('b')));
    const problems: Problem[] = [];
    const one = event('b0@0');
    engine.push(Array.from({ length: MOST_RECENT + 7 }, (_, i) => ({ ...one, id: `b${i}`, time: i })), [], problems); // prettier-ignore
    engine.clock({ source: 's', time: 1_000_000, end: true }, 'replay', [], problems);
    assert.equal(engine.counters().backDropped, 7);
    assert.deepEqual(problems.map(({ code }) => code), ['too-many-remembered']); // prettier-ignore
  });

  it('can be a single event only: of what is made of several no place is known', () => {
    assert.throws(() => engineOf(and(10, e('a'), { op: 'no', of: then(5, e('b'), e('c')) })), /single event/);
  });
});

describe('near: nothing for a time at the end', () => {
  it('needs no other limit, as at one station', () => {
    const rule = then(undefined, e('a'), no('b', 10));
    assert.equal(raised(rule, 'a0@0'), 's0:10');
    assert.equal(raised(rule, 'a0@0 b10@50'), '');
    assert.equal(raised(rule, 'a0@0 b11@50'), 's0:10');
    assert.equal(raised(rule, 'a0@0 b5@150'), 's0:10');
    assert.throws(() => engineOf(then(undefined, e('a'), e('c'), no('b', 10))), /needs a time/);
  });
});

describe('near: what clears it, or changes its severity', () => {
  const told = (text: string, more: Partial<StatusDefinition>, when = e('a')): string => {
    const engine = engineOf(when, more);
    const out: Status[] = [];
    engine.push(events(text), out, []);
    end(engine, out);
    return out
      .map(({ key, state, severity, updated }) => `${key} ${state} ${severity} ${Date.parse(updated)}`)
      .join(', ');
  };
  const byC = { clear: { when: e('c') } };

  it('counts at every station near the first event, and at no other', () => {
    for (const east of [0, 20, 99]) {
      assert.equal(told(`a0@0 c5@${east}`, byC), 's0 raised minor 0, s0 cleared minor 5');
    }
    assert.equal(told('a0@0 c5@150', byC), 's0 raised minor 0');
    // it is open for more, so that what comes from the cells around reaches it
    assert.equal(told('a0@0 c5@150', { ...byC, pairing: 'all' }, then(100, e('a'), e('d'))), '');
    assert.equal(told('a0@0 d1@0 c5@150', { ...byC, pairing: 'all' }, then(100, e('a'), e('d'))), 's0 raised minor 1');
  });

  it('clears every status near it, and only those that are open then', () => {
    assert.equal(
      told('a0@0 a1@50 a2@300 c5@60', byC),
      's0 raised minor 0, s50 raised minor 1, s300 raised minor 2, s0 cleared minor 5, s50 cleared minor 5',
    );
    assert.equal(told('c0@50 a5@0 c9@50 c10@50', byC), 's0 raised minor 5, s0 cleared minor 9');
  });

  it('before it is open only what happens at its own station leads to the clearing', () => {
    const byCThenD = { clear: { when: then(20, e('c'), e('d')) } };
    assert.equal(
      told('a0@0 b1@0 c2@0 d3@0 a5@0 c6@50 b7@0 d8@50', byCThenD, then(20, e('a'), e('b'))),
      's0 raised minor 1, s0 cleared minor 3, s0 raised minor 7',
    );
  });

  it('each at its own moment, also where one that came late makes the past be looked at again', () => {
    const engine = engineOf(e('a'), byC);
    const out: Status[] = [];
    engine.push(events('a0@0 c8@0'), out, []);
    engine.clock({ source: 's', time: 20 }, 'replay', out, []);
    assert.equal(engine.summary()[0]!.raisedMs, 8);
    engine.push([{ ...event('c5@0'), stream: 'c of another sensor' }], out, []);
    engine.clock({ source: 's', time: 30 }, 'replay', out, []);
    assert.equal(engine.summary()[0]!.raisedMs, 5);
  });

  it('makes it as severe as a step says, near it', () => {
    const steps = { clear: { after: '1 h' }, steps: [{ severity: 'critical' as const, when: e('c') }] };
    assert.equal(told('a0@0 c5@20', steps), 's0 raised minor 0, s0 updated critical 5');
    assert.equal(told('a0@0 c5@150', steps), 's0 raised minor 0');
  });

  it('goes on after a restart', () => {
    const before = engineOf(e('a'), byC);
    const out: Status[] = [];
    before.push(events('a0@0'), out, []);
    before.clock({ source: 's', time: 4 }, 'replay', out, []);
    const after = engineOf(e('a'), byC);
    assert.equal(after.restore(JSON.parse(JSON.stringify(before.snapshot()))), true);
    after.setMode('replay');
    after.push(events('c5@20'), out, []);
    end(after, out);
    assert.deepEqual(out.map(({ state }) => state), ['raised', 'cleared']); // prettier-ignore
  });
});
