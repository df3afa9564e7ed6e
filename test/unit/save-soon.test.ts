/** What is raised or over is written soon, and a rule that takes long to write not all the time. */
import assert from 'node:assert/strict';
import type { Status } from '../../nodes/ecdm/status';
import { SaveSoon } from '../../nodes/pattern-status/save-soon';

const told = (...states: Status['state'][]): Status[] => states.map((state) => ({ state }) as Status);

describe('writing down soon what a rule has told', () => {
  let clock = 0;
  let saves: number[] = [];
  let due: { run: () => void; at: number }[] = [];
  const timers = {
    now: () => clock,
    later: (run: () => void, ms: number) => {
      const one = { run, at: clock + ms };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
  };
  const start = (takes = 0): SaveSoon => {
    clock = 0;
    saves = [];
    due = [];
    const save = (): Promise<void> => {
      saves.push(clock);
      clock += takes;
      return Promise.resolve();
    };
    return new SaveSoon(save, 10_000, timers);
  };
  /** Time goes on. */
  const wait = async (ms: number): Promise<void> => {
    for (const end = clock + ms; clock < end;) {
      clock += 100;
      const now = due.filter(({ at }) => at <= clock);
      due = due.filter(({ at }) => at > clock);
      for (const { run } of now) run();
      await new Promise(setImmediate);
    }
  };

  it('comes a second after something is raised or over, once for all of that second', async () => {
    const soon = start();
    soon.told(told('raised'));
    await wait(500);
    soon.told(told('updated', 'cleared'));
    await wait(5000);
    assert.deepEqual(saves, [1000]);
    soon.told(told('cleared'));
    await wait(2000);
    assert.equal(saves.length, 2);
  });

  it('does not come for what only goes on', async () => {
    const soon = start();
    soon.told(told('updated'));
    soon.told([]);
    await wait(5000);
    assert.deepEqual(saves, []);
  });

  it('uses a hundredth of the time, and leaves what takes longer to the usual times', async () => {
    const soon = start(50);
    soon.told(told('raised'));
    await wait(1100);
    soon.told(told('cleared'));
    await wait(4500);
    assert.deepEqual(saves, [1000]);
    await wait(1500);
    assert.equal(saves.length, 2);
    const slow = start(500);
    slow.told(told('raised'));
    await wait(1100);
    slow.told(told('cleared'));
    await wait(20_000);
    assert.deepEqual(saves, [1000]);
  });

  it('does not come when the node has ended', async () => {
    const soon = start();
    soon.told(told('raised'));
    soon.close();
    await wait(2000);
    assert.deepEqual(saves, []);
  });
});
