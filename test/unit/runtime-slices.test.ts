/** Long work in slices: in order, never for long at a time, and nothing of it is lost. */
import assert from 'node:assert/strict';
import type { Work } from '../../nodes/ecdm/work';
import { Slices } from '../../nodes/runtime/slices';

const busy = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end;);
};

describe('work in slices', () => {
  let said: string[];
  beforeEach(() => (said = []));
  function* say(name: string, steps: number, ms = 0): Work {
    for (let i = 1; i <= steps; i++) {
      busy(ms);
      said.push(`${name}${i}`);
      yield;
    }
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('what is short is done at once, without a promise', () => {
    assert.equal(new Slices(50).run(say('a', 3)), undefined);
    assert.deepEqual(said, ['a1', 'a2', 'a3']);
  });

  it('what is long lets others in between, and what comes later waits for it', async () => {
    const slices = new Slices(2);
    const first = slices.run(say('a', 4, 1.5));
    const second = slices.run(say('b', 1));
    let turns = 0;
    const count = async (): Promise<void> => {
      for (; said.length < 5; turns++) await turn();
    };
    await Promise.all([Promise.resolve(first), Promise.resolve(second), count()]);
    assert.deepEqual(said, ['a1', 'a2', 'a3', 'a4', 'b1']);
    assert.ok(turns >= 2, `${turns} turns`);
  });

  it('a thousand short things in one turn are no longer than one slice', async () => {
    const slices = new Slices(5);
    const done: unknown[] = Array.from({ length: 40 }, (_, i) => slices.run(say(`${i}`, 1, 1)));
    assert.ok(said.length < 20, `${said.length} in one turn`);
    await Promise.all(done);
    assert.deepEqual(
      said,
      Array.from({ length: 40 }, (_, i) => `${i}1`),
    );
  });

  it('what a timer has begun does not go on before others have had their turn', async () => {
    const slices = new Slices(2);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const all = slices.run(say('a', 4, 1.5));
    await turn();
    // a machine that is busy with others may have had time for one only
    assert.ok(said.length >= 1 && said.length <= 2, said.join());
    await all;
  });

  it('an error is that of its own work; what waits goes on', async () => {
    const slices = new Slices(1);
    function* fail(): Work {
      yield;
      throw new Error('no');
    }
    assert.throws(() => new Slices().run(fail()), /no/);
    const results = await Promise.allSettled([slices.run(say('a', 2, 2)), slices.run(fail()), slices.run(say('b', 1))]);
    assert.deepEqual(results.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']); // prettier-ignore
    assert.deepEqual(said, ['a1', 'a2', 'b1']);
  });

  it('work that brings more work with it is finished first', async () => {
    const slices = new Slices(50);
    let inner: unknown;
    function* outer(): Work {
      inner = slices.run(say('inner', 1));
      yield;
      said.push('outer');
    }
    assert.equal(slices.run(outer()), undefined);
    await inner;
    assert.deepEqual(said, ['outer', 'inner1']);
  });

  it('work that brings more work with it is finished first where it takes several slices, too', async () => {
    const slices = new Slices(1);
    let inner: unknown;
    function* outer(): Work {
      inner = slices.run(say('inner', 1));
      busy(2);
      yield;
      said.push('outer');
    }
    await slices.run(outer());
    await inner;
    assert.deepEqual(said, ['outer', 'inner1']);
  });

  it('all is done when the node closes, what it brings with it, too', () => {
    const slices = new Slices(1);
    function* outer(): Work {
      yield;
      void slices.run(say('inner', 2, 2));
      yield;
    }
    void slices.run(say('a', 3, 1));
    void slices.run(outer());
    void slices.run(say('b', 3, 1));
    slices.finish();
    assert.deepEqual(said, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'inner1', 'inner2']);
  });

  it('all is settled when what came before is done', async () => {
    const slices = new Slices(1);
    assert.equal(slices.settled(), undefined);
    void slices.run(say('a', 3, 1));
    const settled = slices.settled();
    void slices.run(say('b', 3, 1));
    assert.ok(said.length < 3);
    await settled;
    assert.deepEqual(said.slice(0, 3), ['a1', 'a2', 'a3']);
  });

  it('what waits is done when the node closes, and goes on afterwards', async () => {
    const slices = new Slices(1);
    const waiting: unknown[] = [slices.run(say('a', 3, 1)), slices.run(say('b', 2, 1))];
    slices.finish();
    assert.deepEqual(said, ['a1', 'a2', 'a3', 'b1', 'b2']);
    await Promise.allSettled(waiting);
    assert.equal(slices.run(say('c', 1)), undefined);
  });

  it('no more than a bounded number waits: then all of it is done at once', () => {
    const slices = new Slices(1);
    void slices.run(say('long', 3, 1));
    const waited = (): number => {
      let most = 0;
      for (let i = 0; i < 30_000; i++) {
        void slices.run(say('x', 1));
        most = Math.max(most, i + 4 - said.length);
      }
      return most;
    };
    assert.ok(waited() <= 10_010);
    slices.finish();
    assert.equal(said.length, 30_003);
  });
});
