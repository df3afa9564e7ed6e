import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import { isRepeated, SeenStreams } from '../../nodes/pattern-status/cep/seen';

const event = (id: string, time: number): CityEvent => ({ id, time }) as CityEvent;

function take(seen: SeenStreams, stream: string, one: CityEvent): boolean {
  const known = seen.of(stream);
  const repeated = isRepeated(one, known);
  if (one.time > known.newest) known.newest = one.time;
  return repeated;
}

describe('pattern-status: events that were seen', () => {
  it('knows a repetition within a stream, and takes the same id of another stream for another event', () => {
    const seen = new SeenStreams(10);
    assert.equal(take(seen, 'a', event('x', 1000)), false);
    assert.equal(take(seen, 'a', event('y', 2000)), false);
    assert.equal(take(seen, 'b', event('x', 1000)), false);
    assert.equal(take(seen, 'a', event('x', 1000)), true);
    assert.equal(take(seen, 'a', event('y', 2000)), true);
    assert.equal(take(seen, 'b', event('x', 1000)), true);
    // late, but not a repetition
    assert.equal(take(seen, 'a', event('z', 1000)), false);
  });

  it('forgets the stream that came first when there are too many', () => {
    const seen = new SeenStreams(2);
    for (const stream of ['a', 'b', 'c']) assert.equal(take(seen, stream, event('x', 1000)), false);
    assert.equal(take(seen, 'c', event('x', 1000)), true);
    assert.equal(seen.size, 2);
    assert.equal(take(seen, 'a', event('x', 1000)), false);
  });

  it('comes back from a snapshot as it was', () => {
    const seen = new SeenStreams(10);
    for (let i = 0; i < 50; i++) take(seen, 'a', event(`e${i}`, i * 60_000));
    const idsOf = (streams: SeenStreams): number[] => {
      const ids: number[] = [];
      streams.of('a').recent.each((hash, time) => ids.push(hash, time));
      return ids;
    };
    const back = new SeenStreams(10);
    back.restore('a', seen.of('a').newest, idsOf(seen));
    assert.deepEqual([idsOf(back), back.of('a').newest], [idsOf(seen), 49 * 60_000]);
    assert.equal(take(back, 'a', event('e49', 49 * 60_000)), true);
    assert.equal(take(back, 'a', event('e50', 50 * 60_000)), false);
  });
});
