/** What a lock knows: what is over or simulated must not make it forget what is raised, and so open it. */
import assert from 'node:assert/strict';
import { KnownStatuses, refusing, type Interlock, type Known } from '../../nodes/actuator-out/interlock';
import { LedgerState, type Line } from '../../nodes/actuator-out/ledger';
import { readSettings } from '../../nodes/actuator-out/settings';

const gate = (key: string, more: Partial<Known> = {}): Known => ({
  status: 'gate', name: 'Gate open', key, state: 'raised', since: '2026-01-05T08:00:00Z', statusId: `gate|${key}|1`, revision: 1, ...more,
}); // prettier-ignore
const locks: Interlock[] = [{ rule: 'while', status: 'gate', keys: 'same' }];
const isLocked = (known: KnownStatuses, key: string, simulated = false): boolean =>
  refusing(locks, { key, simulated }, [...known.values()]) !== undefined;
/** What is in a file, as it is after a restart with it. */
function restorable(): { known: () => KnownStatuses; apply: (line: Line) => void; lines: () => Iterable<Line> } {
  let state = new LedgerState();
  return {
    known: () => state.known,
    lines: () => state.lines(),
    apply: (line) => {
      state.apply(line);
      const kept = [...state.lines()].map((one) => JSON.parse(JSON.stringify(one)) as Line);
      state = new LedgerState();
      for (const one of kept) state.apply(one);
    },
  };
}

describe('actuators: what locks know', () => {
  it('at the bound what is over goes before what is raised', () => {
    const known = new KnownStatuses(3);
    known.set(gate('a'));
    known.set(gate('b', { state: 'cleared', revision: 2 }));
    for (const key of ['c', 'd']) known.set(gate(key));
    assert.deepEqual(['a', 'b', 'c', 'd'].map((key) => isLocked(known, key)), [true, false, true, true]); // prettier-ignore
    known.set(gate('e'));
    assert.deepEqual([...known.values()].map(({ key }) => key), ['c', 'd', 'e'], 'bounded all the same'); // prettier-ignore
  });

  it('a replay of many keys makes nothing real forgotten', () => {
    const known = new KnownStatuses(3);
    known.set(gate('a'));
    for (let n = 0; n < 10; n++) known.set(gate(`r${n}`, { simulated: true }));
    assert.ok(isLocked(known, 'a'));
    assert.ok(!isLocked(known, 'r9') && isLocked(known, 'r9', true));
    assert.equal([...known.values()].length, 4);
  });

  it('a simulation and a replay lock each their own orders, and each forgets by itself', () => {
    const { known, apply, lines } = restorable();
    const locked = (): boolean[] => (['real', 'simulated', 'replay'] as const).map((realm) =>
      refusing(locks, { key: 'a', simulated: realm !== 'real', realm }, [...known().values()]) !== undefined); // prettier-ignore
    const later = { since: '2026-01-05T09:00:00Z', statusId: 'gate|a|2', simulated: true };
    apply({ known: gate('a', { simulated: true, realm: 'simulated' }) });
    apply({ known: gate('a', { ...later, realm: 'replay', state: 'cleared' }) });
    assert.deepEqual(locked(), [false, true, false]);
    apply({ known: gate('a', { ...later, realm: 'replay', revision: 2 }) });
    assert.deepEqual(locked(), [false, true, true]);
    assert.deepEqual([...lines()].length, 2);
    apply({ startsOver: 'replay' });
    assert.deepEqual(locked(), [false, true, false]);
    apply({ known: gate('a') });
    assert.deepEqual(locked(), [true, true, true], 'what is real locks all');
  });

  it('what a version before has kept is read: it knew of no replay apart', () => {
    const { known, apply } = restorable();
    apply({ known: gate('a', { simulated: true }) });
    assert.ok(isLocked(known(), 'a', true));
    apply({ known: gate('b') });
    apply({ known: 'startsOver' });
    assert.deepEqual([...known().values()].map(({ key }) => key), ['b']); // prettier-ignore
  });

  it('all locks of a flow count, however many', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ rule: 'while', status: `gate ${n}`, keys: 'any' }));
    const { interlocks } = readSettings({ interlocks: many });
    const last = gate('a', { status: 'gate 59', name: 'gate 59' });
    assert.ok(refusing(interlocks, { simulated: false }, [last]) !== undefined);
  });

  it('what is told again late opens nothing', () => {
    const known = new KnownStatuses();
    known.set(gate('a', { statusId: 'gate|a|2', since: '2026-01-05T09:00:00Z' }));
    assert.ok(!known.set(gate('a', { state: 'cleared', revision: 9 })));
    assert.ok(isLocked(known, 'a'));
  });
});
