/** What a rule tells when a person ends one of very many alarms. */
import assert from 'node:assert/strict';
import type { AlarmView } from '../../nodes/city-journal/journal-source';
import type { OperatorAct } from '../../nodes/ecdm/operator';
import type { Status } from '../../nodes/ecdm/status';
import { compileStatus } from '../../nodes/pattern-status/cep';
import { clearedByHand } from '../../nodes/pattern-status/journalled';
import { cityEvent, emit } from '../properties/random';

const KEYS = 1100;
const act: OperatorAct = { act: 'clear', alarm: 'r|k1', who: 'Ann', why: 'looked at it', at: '2026-03-01T10:00:00Z' };

function manyLatched(): { last: Status; clear: (status: Status) => Status[] } {
  const engine = compileStatus(
    {
      id: 'r', name: 'r', when: { op: 'event', event: 'A' }, per: { by: 'station' }, severity: 'minor', clear: { latched: true },
      lateness: '0 ms', updateEvery: '0 s', flapping: false,
    },
    { names: (id) => id, emit },
  ); // prettier-ignore
  const out: Status[] = [];
  engine.setMode('replay');
  const begins = Array.from({ length: KEYS }, (_, n) => ({
    ...cityEvent('A', 'begin', n, '1'),
    key: `k${n}`,
    stream: `s${n}`,
  }));
  engine.push(begins, out, []);
  engine.clock({ source: 's', time: KEYS + 1 }, 'replay', out, []);
  const clear = (status: Status): Status[] => clearedByHand(engine, { status } as AlarmView, act, 'en-US');
  return { last: out.at(-1)!, clear };
}

describe('an alarm that a person ends', () => {
  it('is ended by its rule, however many it has: what is latched and still holds is not told as cleared', () => {
    const { last, clear } = manyLatched();
    assert.deepEqual([last.key, last.state], [`k${KEYS - 1}`, 'raised']);
    assert.deepEqual(clear(last), []);
  });

  it('is told as ended where the rule knows nothing of it any more', () => {
    const { last, clear } = manyLatched();
    const [told, ...more] = clear({ ...last, key: 'lost in a restart' });
    assert.deepEqual([told?.state, told?.key, more.length], ['cleared', 'lost in a restart', 0]);
  });
});
