import assert from 'node:assert/strict';
import { ClockTracker } from '../../nodes/ecdm/clock-tracker';

describe('ClockTracker', () => {
  it('is the minimum over the streams that are not idle', () => {
    const tracker = new ClockTracker('n1', { idleAfter: 1000 });
    assert.equal(tracker.clock(0), undefined);
    tracker.seen('a', 5000, 5000);
    tracker.seen('b', 3000, 5000);
    assert.deepEqual(tracker.clock(5000), { source: 'n1', time: 3000 });
    tracker.seen('a', 9000, 9000);
    assert.equal(tracker.watermark(9000), 9000, 'b is idle and holds nothing back');
  });

  it('never goes back and tells only what has moved', () => {
    const tracker = new ClockTracker('n1');
    tracker.seen('a', 5000, 5000);
    assert.equal(tracker.clockIfMoved(5000)?.time, 5000);
    assert.equal(tracker.clockIfMoved(5001), undefined);
    tracker.seen('b', 1000, 5002);
    assert.equal(tracker.watermark(5002), 5000);
    tracker.seen('a', NaN, 5003);
    assert.equal(tracker.newestTime, 5000);
  });

  it('waits three of the usual intervals of a slow stream', () => {
    const hour = 3_600_000;
    const tracker = new ClockTracker('n1');
    tracker.seen('slow', 0, 0, hour);
    tracker.seen('fast', 2 * hour, 2 * hour, 1000);
    assert.equal(tracker.watermark(2 * hour), 0);
    tracker.seen('fast', 4 * hour, 4 * hour, 1000);
    assert.equal(tracker.watermark(4 * hour), 4 * hour);
  });

  it('reaches the newest time at the end', () => {
    const tracker = new ClockTracker('n1');
    tracker.seen('a', 5000, 5000);
    tracker.seen('b', 3000, 5000);
    assert.deepEqual(tracker.clock(5000, true), { source: 'n1', time: 5000, end: true });
  });

  it('is bounded', () => {
    const tracker = new ClockTracker('n1', { maxStreams: 2 });
    for (let i = 0; i < 10; i++) tracker.seen(`s${i}`, 100 - i, 100);
    assert.equal(tracker.watermark(100), 99);
  });
});
