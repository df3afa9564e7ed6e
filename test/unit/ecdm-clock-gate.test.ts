import assert from 'node:assert/strict';
import { ClockGate } from '../../nodes/ecdm/clock-gate';

describe('clock gate', () => {
  const clock = { source: 's', time: 1 };

  it('lets the clock through once a second when live', () => {
    const gate = new ClockGate();
    const passed = [0, 400, 999, 1000, 1500, 2100].filter((now) => gate.passes({ mode: 'live', clock }, now));
    assert.deepEqual(passed, [0, 1000, 2100]);
  });

  it('always lets a replay, a roster and the end through, and never a message without either', () => {
    const gate = new ClockGate();
    for (let i = 0; i < 3; i++) {
      assert.ok(gate.passes({ mode: 'replay', clock }, 0));
      assert.ok(gate.passes({ mode: 'simulated', clock }, 0));
      assert.ok(gate.passes({ mode: 'poll', roster: [] }, 0));
      assert.ok(gate.passes({ mode: 'live', clock: { ...clock, end: true } }, 0));
      assert.ok(!gate.passes({ mode: 'live' }, 0));
    }
  });
});
