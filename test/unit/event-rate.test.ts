/** How often readings come, as the line under a node says it. */
import assert from 'node:assert/strict';
import { Rate } from '../../nodes/ecdm-event/rate';

describe('the rate under a node', () => {
  /** Readings that come one by one, this many milliseconds apart. */
  const every = (ms: number, times: number): Rate => {
    const rate = new Rate();
    for (let i = 0; i < times; i++) rate.add(1, 5000 + i * ms);
    return rate;
  };

  it('counts until it can be told how often', () => {
    assert.deepEqual(every(100, 16).shown, { per: 'first', count: 16 });
  });
  it('counts a sensor of every minute by the minute, and one of every hour by the hour', () => {
    assert.deepEqual(every(60_000, 9).shown, { per: 'min', count: '1.0' });
    assert.deepEqual(every(3_600_000, 9).shown, { per: 'h', count: '1.0' });
  });
  it('keeps three digits', () => {
    assert.deepEqual(every(500, 100).shown, { per: 's', count: '2.0' });
    const fast = new Rate();
    for (let i = 0; i < 10; i++) fast.add(30_000, i * 1000);
    assert.deepEqual(fast.shown, { per: 's', count: '30k' });
  });
});
