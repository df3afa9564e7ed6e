/** The machine slept, or its clock was set forward: nobody watched that time, and its silence says nothing. */
import assert from 'node:assert/strict';
import type { Pattern, StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus, type PatternEngine } from '../../nodes/pattern-status/cep';
import { WallWatch } from '../../nodes/runtime/wall-watch';
import { acceptedRule } from '../properties/running';
import { cityEvent, emit, Random, randomHistory, randomRule } from '../properties/random';

const MIN = 60_000;
const point = (time: number, name = 'a'): CityEvent => cityEvent(name, 'point', time);
const silent = (event: string, length: string): Pattern => ({ op: 'no', of: { op: 'event', event }, for: length });

class Bench {
  readonly out: Status[] = [];
  engine: PatternEngine;
  now = 0;

  constructor(private readonly rule: StatusDefinition) {
    this.engine = this.made();
  }

  private made(): PatternEngine {
    const engine = compileStatus(this.rule, { names: (id) => id, emit, now: () => this.now });
    engine.setMode('live');
    return engine;
  }

  at(now: number, ...events: CityEvent[]): this {
    this.now = now;
    this.engine.push(events, this.out, []);
    this.engine.tick(now, this.out, []);
    return this;
  }

  /** Looks once a second, as the node does. */
  until(now: number): this {
    while (this.now < now) this.at(Math.min(now, this.now + 1000));
    return this;
  }

  sleep(until: number): this {
    this.engine.awake(this.now, until);
    return this.at(until);
  }

  restart(until: number): this {
    const kept: unknown = JSON.parse(JSON.stringify(this.engine.snapshot()));
    this.engine = this.made();
    assert.equal(this.engine.restore(kept, until), true);
    return this.at(until);
  }

  get said(): string[] {
    return this.out.map(({ state, updated }) => `${Date.parse(updated) / MIN} ${state}`);
  }
}

const rule = (more: Partial<StatusDefinition>): StatusDefinition => ({
  id: 'r', name: 'Rule', when: silent('a', '10 min'), per: { by: 'station' }, severity: 'minor', flapping: false, lateness: '0 s', ...more,
}); // prettier-ignore

describe('a machine that slept', () => {
  it('raises no silence when it wakes, but when that has lasted since', () => {
    const bench = new Bench(rule({})).at(0, point(0)).until(5 * MIN).sleep(120 * MIN); // prettier-ignore
    bench.until(129.9 * MIN);
    assert.deepEqual(bench.said, []);
    assert.deepEqual(bench.until(131 * MIN).said, ['130 raised']);
  });

  it('does not find the silence after all when something comes late, of the night or from before it', () => {
    for (const late of [4, 60]) {
      const bench = new Bench(rule({ lateness: '2 min' })).at(0, point(0)).until(5 * MIN).sleep(120 * MIN); // prettier-ignore
      bench.at(120 * MIN, point(119 * MIN)).at(120.1 * MIN, point(late * MIN));
      for (let minute = 121; minute < 150; minute++) bench.at(minute * MIN, point(minute * MIN));
      assert.deepEqual(bench.said, [], `${late} min`);
    }
  });

  it('does not hold a silence back that was told before, nor that of another night', () => {
    const bench = new Bench(rule({})).at(0, point(0)).until(11 * MIN).sleep(120 * MIN).until(125 * MIN); // prettier-ignore
    assert.deepEqual(bench.said, ['10 raised']);
    bench
      .at(125 * MIN, point(125 * MIN))
      .sleep(200 * MIN)
      .until(211 * MIN);
    assert.deepEqual(bench.said, ['10 raised', '125 cleared', '210 raised']);
  });

  it('goes on as after a restart, whatever the rule', () => {
    const random = new Random(20261124);
    let told = 0;
    for (let n = 0; n < 3000; n++) {
      const drawn = (): StatusDefinition => ({
        ...randomRule(random), lateness: random.pick(['0 ms', '2 ms']), updateEvery: '0 ms', clear: { after: random.pick(['0 ms', '3 ms']) },
      }); // prettier-ignore
      const definition = acceptedRule(random, drawn);
      const events = randomHistory(random).sort((a, b) => a.time - b.time);
      const [slept, restarted] = [new Bench(definition), new Bench(definition)];
      const away = 1 + random.int(20);
      const half = random.int(events.length + 1);
      const sleeps = Math.max(0, ...events.slice(0, half).map(({ time }) => time));
      for (const bench of [slept, restarted]) {
        for (const event of events.slice(0, half)) bench.at(event.time, event);
        bench.at(sleeps);
      }
      slept.sleep(sleeps + away);
      restarted.restart(sleeps + away);
      for (const bench of [slept, restarted]) {
        for (const event of events.slice(half)) bench.at(event.time + away, { ...event, time: event.time + away });
        for (let time = bench.now; time < 120; time++) bench.at(time);
      }
      assert.deepEqual(slept.out, restarted.out, JSON.stringify({ definition, events, half, away }));
      told += slept.out.length;
    }
    assert.ok(told > 2000, `${told}`);
  });

  it('is noticed by whoever looks, and not what only took long', () => {
    const watch = new WallWatch();
    assert.equal(watch.look(1000), undefined);
    assert.equal(watch.look(20_000), undefined);
    assert.deepEqual(watch.look(3_600_000), { from: 20_000, to: 3_600_000 });
    assert.equal(watch.look(3_601_000), undefined);
    assert.deepEqual(watch.look(0), { from: 3_601_000, to: 0 }, 'a clock that is set back');
    assert.equal(watch.look(1000), undefined);
    assert.equal(watch.look(0), undefined, 'by a little');
  });
});
