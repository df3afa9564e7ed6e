/** Statuses that feed rules: what is raised, not known, cleared of one is so for the rule behind it, whatever comes together. */
import assert from 'node:assert/strict';
import type { Mode } from '../../nodes/ecdm/city';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent, EventKind } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, statusToEvent, type PatternEngine } from '../../nodes/pattern-status/cep';
import { cityEvent, Random } from '../properties/random';

const MIN = 60_000;
const ZONES = [{ id: 'z1', name: 'North', level: 'zone' }];
const KINDS: Record<string, EventKind> = { '+': 'begin', '-': 'end', '?': 'nodata' };

const on = (event: string): Pattern => ({ op: 'event', event });

/** "A+" begins, "A-" ends, "A?" is not known, "a" is a point. */
function event(minute: number, what: string, key = 'k'): CityEvent {
  const kind = KINDS[what.at(-1)!] ?? 'point';
  const at = Math.round(minute * MIN);
  return {
    ...cityEvent(what[0]!, kind, at),
    id: `${what}|${key}|${at}`,
    key,
    stream: `${what[0]!}|${key}`,
    zones: ZONES,
  };
}

/** A rule of stations, one of their zone behind it, and one that is told only while no station is raised. */
class Chain {
  now = 0;
  readonly stations: Rule;
  readonly zone: Rule;
  readonly other: Rule;

  constructor(station: Partial<StatusDefinition>, mode: Mode) {
    const base = {
      name: 'Rule',
      severity: 'minor',
      updateEvery: '0 s',
      flapping: false,
      per: { by: 'station' },
    } as const;
    const behind = { ...base, lateness: '0 s', clear: { after: '0 s' } };
    const now = (): number => this.now;
    this.stations = new Rule({ ...base, lateness: '0 s', id: 'R', when: on('A'), ...station }, mode, now);
    this.zone = new Rule({ ...behind, id: 'Z', when: on('R'), per: { by: 'zone', level: 'zone' } }, mode, now);
    this.other = new Rule({ ...behind, id: 'S', when: on('Q'), notWhile: ['R'] }, mode, now);
  }

  /** What comes in a minute, and what the rule of stations makes of it. */
  at(minute: number, ...events: CityEvent[]): this {
    this.now = minute * MIN;
    const { stations, other } = this;
    const isQ = ({ event: name }: CityEvent): boolean => name === 'Q';
    other.take(events.filter(isQ), this.now);
    const told = stations.take(events.filter((one) => !isQ(one)), this.now); // prettier-ignore
    this.hand(told);
    return this;
  }

  byHand(minute: number): this {
    this.now = minute * MIN;
    const told: Status[] = [];
    this.stations.engine.clearByHand(undefined, this.now, told);
    this.stations.out.push(...told);
    this.hand(told);
    return this;
  }

  private hand(told: readonly Status[]): void {
    const events = told.flatMap((status) => statusToEvent(status) ?? []);
    // messages of one moment are a millisecond apart
    const until = Math.max(this.now, ...events.map(({ time }) => time)) + 1;
    this.zone.take(events, until);
    this.other.take(events, until);
  }
}

class Rule {
  readonly engine: PatternEngine;
  readonly out: Status[] = [];
  readonly codes: string[] = [];

  constructor(definition: StatusDefinition, private readonly mode: Mode, now: () => number) {
    const emit = (id: string): 'state' | 'point' => (id === id.toLowerCase() ? 'point' : 'state');
    this.engine = compileStatus(definition, { names: (id) => id, emit, now });
    this.engine.setMode(mode);
  } // prettier-ignore

  take(events: readonly CityEvent[], time: number): Status[] {
    const from = this.out.length;
    const problems: { code: string }[] = [];
    this.engine.push([...events], this.out, problems as never[]);
    this.engine.clock({ source: 's', time }, this.mode, this.out, problems as never[]);
    this.codes.push(...problems.map(({ code }) => code));
    return this.out.slice(from);
  }

  /** Keys that are raised, or not known, as was told last. */
  get open(): Record<string, string> {
    const open: Record<string, string> = {};
    for (const { key, state } of this.out) {
      if (state === 'cleared') delete open[key];
      else if (state !== 'pending') open[key] = state === 'nodata' ? 'nodata' : 'raised';
    }
    return open;
  }
}

const MODES = ['replay', 'live'] as const;

describe('a rule behind a rule', () => {
  it('hears the end also of what is told to go on at the same moment', () => {
    for (const mode of MODES) {
      const byStep = new Chain({ steps: [{ severity: 'critical', when: on('D') }] }, mode);
      byStep.at(0, event(0, 'A+')).at(1, event(1, 'Q+')).at(10, event(10, 'D+'), event(10, 'A-')).at(20);
      assert.deepEqual([byStep.zone.open, byStep.other.open], [{}, { k: 'raised' }], mode);
      const byPattern = new Chain({ when: on('a'), clear: { when: on('c') } }, mode);
      byPattern.at(0, event(0, 'a')).at(5, event(5, 'a'), event(5, 'c')).at(20);
      assert.deepEqual(byPattern.zone.open, {}, mode);
    }
  });

  it('hears that nothing is known also where that is so from the begin', () => {
    for (const mode of MODES) {
      const chain = new Chain({ for: '5 min' }, mode);
      chain.at(0, event(0, 'A+')).at(3, event(3, 'A?')).at(6);
      assert.deepEqual(chain.zone.open, { z1: 'nodata' }, mode);
    }
  });

  it('hears an end that came late, behind what was told meanwhile', () => {
    const chain = new Chain({ steps: [{ severity: 'critical', after: '4 min' }] }, 'live');
    chain.at(12, event(12, 'A+')).at(18).at(19, event(13, 'A-')).at(40);
    assert.deepEqual([chain.zone.open, chain.zone.codes], [{}, []]);
    assert.equal(chain.stations.out.at(-1)!.until, '1970-01-01T00:13:00Z');
  });

  it('hears of the next one also where that began before the one before was told to be over', () => {
    const chain = new Chain({ lateness: '30 s', clear: { after: '1 s' } }, 'live');
    chain.at(0, event(0, 'A+')).at(2);
    chain.at(9.9, event(9.8, 'A-')).at(9.95, event(9.92, 'A+')).byHand(10).at(12).at(20);
    assert.deepEqual([chain.stations.open, chain.zone.open], [{ k: 'raised' }, { z1: 'raised' }]);
    const times = chain.stations.out.map(({ updated }) => Date.parse(updated));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });

  it('is kept down for keys that come later, although it is told again and again that nothing is known', () => {
    const chain = new Chain({ remindEvery: '2 min' }, 'replay');
    chain.at(0, event(0, 'A+')).at(1, event(1, 'A?'));
    for (let minute = 2; minute < 20; minute++) chain.at(minute);
    chain.at(20, event(20, 'Q+'));
    assert.equal(chain.stations.out.filter(({ state }) => state === 'nodata').length > 5, true);
    assert.deepEqual(chain.other.open, {});
  });

  it('is raised just when a rule before it is, in random histories', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = new Random(seed);
      const chain = new Chain(
        {
          for: random.pick(['0 s', '2 min']), clear: { after: random.pick(['0 s', '1 min', '5 min']) },
          updateEvery: random.pick(['0 s', '2 min']), remindEvery: random.pick([undefined, '3 min']),
          steps: [[], [{ severity: 'critical' as const, when: on('D') }], [{ severity: 'major' as const, after: '3 min' }]][random.int(3)]!,
        },
        random.pick(MODES),
      ); // prettier-ignore
      const asked = { j: random.int(30), k: random.int(30) };
      for (let minute = 0; minute < 40; minute++) {
        const events: CityEvent[] = [];
        for (const key of ['j', 'k'] as const) {
          for (const name of ['A', 'D']) if (random.chance(0.15)) events.push(event(minute, name + random.pick(['+', '-', '?']), key)); // prettier-ignore
          if (asked[key] === minute) events.push(event(minute, 'Q+', key));
        }
        chain.at(minute, ...events);
        const stations = chain.stations.open;
        const all = Object.values(stations);
        const zone = all.length === 0 ? undefined : all.includes('raised') ? 'raised' : 'nodata';
        assert.equal(chain.zone.open['z1'], zone, `seed ${seed}, minute ${minute}`);
        for (const key of ['j', 'k'] as const)
          assert.equal(
            key in chain.other.open,
            asked[key] <= minute && !(key in stations),
            `seed ${seed}, minute ${minute}, ${key}`,
          );
      }
    }
  });
});
