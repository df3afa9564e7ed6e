/** The way out of a rule that has a journal, and what it says it has taken from the rules before it. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { flowsStarted } from '../../nodes/pattern-status/journalled';
import { Outlet } from '../../nodes/pattern-status/outlet';
import type { RuntimeApi } from '../../nodes/runtime/node-red';
import { MemoryJournal } from '../support/memory-journal';
import { statusAt } from '../support/statuses';

describe('a rule behind another rule', () => {
  const fail = (thrown: unknown): void => assert.fail(String(thrown));
  const { statusId } = statusAt(0, 1);

  it('says that it has taken a status only when its own state is on the disk', () => {
    const journal = new MemoryJournal();
    const outlet = new Outlet('behind', journal, fail);
    outlet.take([statusAt(0, 1), { id: 'an event', event: 'pm' }, undefined, 'text', statusAt(0, 2)]);
    // one of a simulation may have the id of a real one that is still on its way
    outlet.take([{ ...statusAt(0, 3), simulated: true }]);
    assert.deepEqual(journal.reports, []);
    const saved = outlet.saving();
    // what comes while the state is written is not in it
    outlet.take([statusAt(0, 3)]);
    saved();
    const told = (revision: number): unknown[] => [statusId, revision, 'behind'];
    assert.deepEqual(journal.reports, [told(1), told(2)]);
    outlet.saving()();
    assert.deepEqual(journal.reports, [told(1), told(2), told(3)]);
    outlet.saving()();
    assert.equal(journal.reports.length, 3);
  });

  it('remembers ten thousand at most, the newest', () => {
    const journal = new MemoryJournal();
    const outlet = new Outlet('behind', journal, fail);
    for (let revision = 1; revision <= 10_500; revision++) outlet.take([statusAt(0, revision)]);
    outlet.saving()();
    assert.deepEqual([journal.reports.length, journal.reports[0]![1]], [10_000, 501]);
  });

  it('passes over what cannot be looked at', () => {
    const journal = new MemoryJournal();
    const outlet = new Outlet('behind', journal, fail);
    const hostile = {
      get statusId(): string {
        throw new Error('not to be read');
      },
    };
    outlet.take([hostile, statusAt(0, 1)]);
    outlet.saving()();
    assert.deepEqual(journal.reports, [[statusId, 1, 'behind']]);
  });

  it('without a journal there is nobody to be told', () => {
    const outlet = new Outlet('behind', undefined, fail);
    outlet.take([statusAt(0, 1)]);
    outlet.saving()();
    assert.deepEqual(outlet['taken'], []);
  });

  it('however many rules wait for the flows, one listens', async () => {
    const events = new EventEmitter();
    const rules = Array.from({ length: 20 }, () => flowsStarted({ events } as unknown as RuntimeApi));
    assert.equal(events.listenerCount('flows:started'), 1);
    events.emit('flows:started');
    await Promise.all(rules.map(({ started }) => started));
    for (const { off } of rules) off();
    assert.equal(events.listenerCount('flows:started'), 0);
  });
});
