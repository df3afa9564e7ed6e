/** What a key keeps of the matches that wait for something not to happen, by itself. */
import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import { evidenceOf, WaitingMatches } from '../../nodes/pattern-status/cep/waiting-matches';
import { cityEvent } from '../properties/random';

const at = (time: number): CityEvent => cityEvent('a', 'point', time);
/** As the snapshot writes and reads it. */
const plain = (waiting: WaitingMatches): { times: number[]; evidence: unknown[]; last: unknown } =>
  JSON.parse(JSON.stringify(waiting)) as { times: number[]; evidence: unknown[]; last: unknown };
const gathered = (waiting: WaitingMatches): CityEvent[] | undefined => {
  const into = new Set<CityEvent>();
  return waiting.gather(into) ? [...into] : undefined;
};
/** So many matches, one after the other from 1 on. */
function many(count: number): WaitingMatches {
  const waiting = WaitingMatches.of(1, 1, at(1));
  for (let i = 2; i <= count; i++) assert.equal(waiting.add(0, i, i, at(i)), 0);
  return waiting;
}
/** Whether what is added now is kept with its evidence. */
function isKept(waiting: WaitingMatches): boolean {
  waiting.add(0, 999, 999, at(999));
  return waiting.toJSON().evidence.at(-1) !== null && !Array.isArray(waiting.toJSON().evidence.at(-1));
}

describe('matches that wait for a silence', () => {
  it('a single one that is done with gives its place to the next', () => {
    const waiting = WaitingMatches.of(1, 2, at(2));
    waiting.done(0);
    assert.deepEqual([waiting.tidy(2), waiting.size, waiting.endOf(0)], [0, 0, Infinity]);
    assert.equal(waiting['times'].length, 2, 'its place stays');
    assert.equal(waiting.add(0, 5, 6, at(6)), 0);
    assert.deepEqual([waiting.endOf(0), waiting.toJSON().times, waiting.toJSON().evidence], [6, [5, 6], [at(6)]]);
    // while it waits the next one stands behind it
    assert.equal(waiting.add(0, 7, 8, at(8)), 0);
    assert.deepEqual(waiting.toJSON().times, [5, 6, 7, 8]);
  });

  it('only what became a detection is what the last one rests on', () => {
    const waiting = many(3);
    waiting.done(0);
    assert.equal(gathered(waiting), undefined);
    waiting.done(2, true);
    assert.deepEqual(gathered(waiting), [at(2)]);
    waiting.done(4, false);
    assert.deepEqual(gathered(waiting), [at(2)]);
    const several = WaitingMatches.of(1, 2, [at(1), at(2)]);
    several.done(0, true);
    assert.deepEqual(gathered(several), [at(1), at(2)]);
  });

  it('is cut where more than half is done with', () => {
    const waiting = many(3);
    waiting.done(0);
    assert.deepEqual([waiting.tidy(2), waiting.size], [2, 6]);
    waiting.add(2, 4, 4, at(4));
    waiting.done(2);
    assert.deepEqual([waiting.tidy(4), waiting.size], [4, 8], 'half of it is not more than half');
    waiting.done(4);
    assert.equal(waiting.tidy(6), 0);
    assert.deepEqual([waiting.toJSON().times, waiting.toJSON().evidence], [[4, 4], [at(4)]]);
    assert.deepEqual([waiting.endOf(0), waiting.endOf(2)], [4, Infinity]);
    // what was cut off is not held on to, and the next one stands behind what is left
    assert.deepEqual(waiting['evidence'].slice(1), [undefined, undefined, undefined]);
    assert.equal(waiting.add(0, 5, 5, at(5)), 0);
    assert.deepEqual(waiting.toJSON(), { times: [4, 4, 5, 5], evidence: [at(4), at(5)], last: null });
    const copy = waiting.copy();
    const room = [copy.size, copy['times'].length, copy['evidence'].length];
    assert.deepEqual(room, [4, 4, 2], 'and a copy has no more than what is left');
  });

  it('takes twice the room where there is none left, and keeps that of sixteen where none waits any more', () => {
    for (const [count, taken, kept] of [[1, 1, 1], [2, 2, 2], [3, 4, 4], [4, 4, 4], [5, 8, 8], [16, 16, 16], [17, 32, 16], [40, 64, 16]] as const) {
      const room = (of: WaitingMatches): number[] => [of.size, of['times'].length / 2, of['evidence'].length];
      const cleared = many(count);
      assert.deepEqual(room(cleared), [2 * count, taken, taken]);
      cleared.clear();
      assert.deepEqual(room(cleared), [0, kept, kept]);
      assert.ok(cleared['evidence'].every((one) => one === undefined), 'what they rested on goes');
      const done = many(count);
      for (let i = 0; i < count; i++) done.done(2 * i);
      assert.equal(done.tidy(2 * count), 0);
      assert.deepEqual(room(done), [0, kept, kept]);
      assert.deepEqual([isKept(done), done.toJSON().times], [true, [999, 999]]);
    } // prettier-ignore
  });

  it('what waits again counts from then on, what began later from its own time', () => {
    const waiting = many(3);
    waiting.waitAgain(2, 3);
    assert.deepEqual([0, 2, 4, 6].map((head) => waiting.endOf(head)), [1, 3, 3, Infinity]); // prettier-ignore
    assert.deepEqual([0, 2, 4].map((head) => waiting.startOf(head)), [1, 2, 3]); // prettier-ignore
    assert.equal(waiting['times'].length, 8, 'nothing is written behind them');
    assert.deepEqual(waiting['times'].slice(6), many(3)['times'].slice(6));
  });

  it('comes back as the program before wrote one that was done with and kept its place', () => {
    const back = WaitingMatches.revive({ times: [1, 2], evidence: [null], last: null });
    assert.deepEqual([back.endOf(2), back.endOf(0)], [Infinity, 2]);
    assert.equal(back.add(2, 5, 6, at(6)), 2);
    assert.deepEqual([back.endOf(2), back.startOf(2)], [6, 5]);
    back.done(2, true);
    assert.deepEqual([back.tidy(4), back.size, gathered(back)], [0, 0, [at(6)]]);
  });

  it('keeps what a hundred of them rest on, and the times of a thousand', () => {
    const waiting = many(100);
    waiting.add(0, 101, 101, at(101));
    assert.deepEqual([waiting.toJSON().evidence[99], waiting.toJSON().evidence[100]], [at(100), []]);
    waiting.done(200);
    assert.equal(isKept(waiting), false, 'one of which nothing was kept makes no room');
    waiting.done(0);
    assert.equal(isKept(waiting), true);
    assert.equal(isKept(waiting), false);
    const full = many(1000);
    assert.deepEqual(
      [full.add(0, 1001, 1001, at(1001)), full.toJSON().evidence[0]],
      [2, null],
      'the oldest is given up',
    );
  });

  it('nothing waits any more', () => {
    const single = WaitingMatches.of(1, 2, at(2));
    single.clear();
    assert.deepEqual([single.size, single.toJSON().evidence], [0, []]);
    const more = many(100);
    more.clear();
    assert.deepEqual([more.toJSON().times, more.toJSON().evidence], [[], []]);
    more.add(0, 1, 1, at(1));
    assert.equal(isKept(more), true);
  });

  it('a copy does not change with it, and knows how much is kept', () => {
    const waiting = many(100);
    waiting.done(0, true);
    const copy = waiting.copy();
    const before = plain(copy);
    waiting.add(0, 500, 500, at(500));
    waiting.done(2, true);
    assert.deepEqual(plain(copy), before);
    assert.deepEqual(gathered(copy), [at(1)]);
    assert.deepEqual([isKept(copy), isKept(copy)], [true, false]);
    const { times } = copy.toJSON();
    copy.add(0, 600, 600, at(600));
    assert.equal(times.length, 204, 'what was written does not change either');
  });

  it('comes back as it was written', () => {
    const waiting = many(100);
    waiting.add(0, 101, 101, at(101));
    waiting.add(0, 102, 102, at(102));
    waiting.done(0, true);
    const back = WaitingMatches.revive(plain(waiting));
    assert.deepEqual(plain(back), plain(waiting));
    assert.deepEqual(
      gathered(back)?.map(({ time }) => time),
      [1],
    );
    assert.deepEqual([isKept(back), isKept(back)], [true, false]);
    const several = WaitingMatches.of(1, 2, [at(1), at(2)]);
    assert.deepEqual(plain(WaitingMatches.revive(plain(several))), plain(several));
    assert.equal(gathered(WaitingMatches.revive(plain(several))), undefined);
  });

  it('comes back from the bare times of an earlier program, of which nothing is known', () => {
    const times = Array.from({ length: 240 }, (_, i) => i);
    const back = WaitingMatches.revive(times);
    assert.deepEqual([back.size, back['evidence'].length, gathered(back)], [240, 120, undefined]);
    back.done(0, true);
    assert.equal(gathered(back), undefined);
    assert.deepEqual([...Array(100)].map(() => isKept(back)).includes(false), false, 'there is room for a hundred');
    assert.equal(isKept(back), false);
  });

  it('of very many events the newest are kept, and one stands for itself', () => {
    const events = Array.from({ length: 25 }, (_, i) => at(i));
    assert.deepEqual(evidenceOf(new Set(events)), events.slice(5));
    assert.equal(evidenceOf(new Set([events[3]!])), events[3]);
  });
});
