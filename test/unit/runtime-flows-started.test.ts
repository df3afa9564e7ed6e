import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { onFlowsStarted } from '../../nodes/runtime/flows-started';
import type { RuntimeApi } from '../../nodes/runtime/node-red';

describe('who waits for the flows', () => {
  it('shares one listener, however many nodes there are, and leaves none', () => {
    const events = new EventEmitter();
    const RED = { events } as unknown as RuntimeApi;
    const called: number[] = [];
    const ends = Array.from({ length: 50 }, (_, i) => onFlowsStarted(RED, () => called.push(i)));
    assert.equal(events.listenerCount('flows:started'), 1);
    events.emit('flows:started');
    assert.deepEqual(called, Array.from(ends.keys()));
    ends[7]!();
    ends[7]!();
    events.emit('flows:started');
    assert.equal(called.length, 50 + 49);
    assert.equal(called.filter((i) => i === 7).length, 1);
    for (const end of ends) end();
    assert.equal(events.listenerCount('flows:started'), 0);
    const again = onFlowsStarted(RED, () => called.push(50));
    events.emit('flows:started');
    assert.equal(called.at(-1), 50);
    again();
    assert.equal(events.listenerCount('flows:started'), 0);
  });

  it('lets a node end while it is told', () => {
    const events = new EventEmitter();
    const RED = { events } as unknown as RuntimeApi;
    let told = 0;
    const ends = [1, 2, 3].map(() => onFlowsStarted(RED, () => (told++, ends[0]!())));
    events.emit('flows:started');
    assert.equal(told, 3);
    for (const end of ends) end();
    assert.equal(events.listenerCount('flows:started'), 0);
  });
});
