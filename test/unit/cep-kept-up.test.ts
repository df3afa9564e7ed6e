/** A status that is kept up although its condition is over, of a rule that waits for times of its own. */
import assert from 'node:assert/strict';
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { cityEvent, emit } from '../properties/random';

const RULE: StatusDefinition = {
  id: 'r',
  name: 'r',
  when: {
    op: 'then',
    of: [
      { op: 'event', event: 'a' },
      { op: 'no', of: { op: 'event', event: 'b' }, for: '5 ms' },
    ],
  },
  per: { by: 'station' },
  severity: 'minor',
  lateness: '0 ms',
  clear: { after: '2 ms' },
};

const point = (event: string, time: number): CityEvent => cityEvent(event, 'point', time);

/** @returns what was told: state, flags, and the milliseconds of its time */
function tell(rule: StatusDefinition, events: readonly CityEvent[]): [string, string, number][] {
  const engine = compileStatus(rule, { names: (id) => id, emit });
  const out: Status[] = [];
  engine.setMode('replay');
  for (const event of events) {
    engine.push([event], out, []);
    engine.clock({ source: 's', time: event.time }, 'replay', out, []);
  }
  engine.clock({ source: 's', time: 130_000 }, 'replay', out, []);
  return out.map(({ state, flags, updated }) => [state, flags.join(), Date.parse(updated)]);
}

describe('a status that is kept up while its rule waits for times of its own', () => {
  it('is steady in time, although the last event only ended the waiting', () => {
    const flapping = { raises: 2, in: '100 ms', steady: '50 ms' };
    // raised at 5, over at 7; raised again at 15 (it flaps), over at 17; what waits from 30 on is ended at 31
    const events = [point('a', 0), point('a', 10), point('a', 30), point('b', 31)];
    assert.deepEqual(tell({ ...RULE, flapping }, events), [
      ['raised', '', 5],
      ['cleared', '', 7],
      ['raised', 'flapping', 15],
      ['cleared', 'steady', 67],
    ]);
  });

  it('reminds in time while it is latched', () => {
    const rule: StatusDefinition = { ...RULE, clear: { after: '2 ms', latched: true }, remindEvery: '1 min' };
    assert.deepEqual(tell({ ...rule, flapping: false }, [point('a', 0), point('a', 30), point('b', 31)]).slice(0, 4), [
      ['raised', '', 5],
      ['updated', 'latched', 7],
      ['updated', 'reminder,latched', 60_005],
      ['updated', 'reminder,latched', 120_005],
    ]);
  });

  it('has been raised as long as it was looked at, also where more waits than there is room for', () => {
    const rule: StatusDefinition = { ...RULE, when: { op: 'event', event: 'a' }, clear: { after: '1 min' } };
    const raised = (inFull: boolean): number => {
      const engine = compileStatus(rule, { names: (id) => id, emit });
      engine.setMode('replay');
      if (inFull) engine.save();
      engine.push([point('a', 0), point('a', 1)], [], []);
      engine.clock({ source: 's', time: 1 }, 'replay', [], []);
      // nothing says that time goes on: the earliest of them are looked at nevertheless
      engine.push(Array.from({ length: 10_500 }, (_, i) => point('a', i + 2)), [], []); // prettier-ignore
      return engine.summary()[0]!.raisedMs;
    };
    assert.ok(raised(true) >= 500, String(raised(true)));
    assert.equal(raised(false), raised(true));
  });
});
