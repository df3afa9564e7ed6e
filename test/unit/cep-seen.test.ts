import assert from 'node:assert/strict';
import type { CityEvent } from '../../nodes/ecdm/event';
import { SeenStreams } from '../../nodes/pattern-status/cep/seen';

const event = (id: string, time: number): CityEvent => ({ id, time }) as CityEvent;

function take(seen: SeenStreams, stream: string, one: CityEvent): boolean {
  const at = seen.of(stream);
  const repeated = seen.isRepeated(at, one);
  if (one.time > seen.newest(at)) seen.setNewest(at, one.time);
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

  for (const [when, begin] of [
    ['today', Date.UTC(2026, 0, 1)],
    ['as long ago as 1900', Date.UTC(1900, 0, 1)],
    ['around the begin of 1970', -600_000],
  ] as const)
    it(`comes back from a snapshot as it was, with times of ${when}`, () => {
      const seen = new SeenStreams(10);
      for (let i = 0; i < 50; i++) take(seen, 'a', event(`e${i}`, begin + i * 10_000));
      const back = new SeenStreams(10);
      back.restore('a', seen.newest(seen.of('a')), seen.idsOf(seen.of('a')));
      assert.deepEqual(back.idsOf(back.of('a')), seen.idsOf(seen.of('a')));
      assert.equal(back.newest(back.of('a')), begin + 49 * 10_000);
      assert.equal(take(back, 'a', event('e49', begin + 49 * 10_000)), true);
      assert.equal(take(back, 'a', event('e50', begin + 50 * 10_000)), false);
    });

  it('remembers what lies within a quarter of an hour, at least 32 ids, and never more than 1024 of a stream', () => {
    const count = (step: number, n: number): number => {
      const seen = new SeenStreams(10);
      for (let i = 0; i < n; i++) take(seen, 'a', event(`e${i}`, i * step));
      return seen.idsOf(seen.of('a')).length / 2;
    };
    assert.equal(count(3_600_000, 20), 20);
    // given up eight at a time
    assert.ok(count(3_600_000, 200) >= 32 && count(3_600_000, 200) <= 48);
    assert.ok(count(10_000, 500) >= 90 && count(10_000, 500) <= 106);
    assert.ok(count(1, 5000) > 1000 && count(1, 5000) <= 1024);
  });

  it('keeps what a stream holds apart from others, whatever is forgotten', () => {
    const seen = new SeenStreams(3);
    const held = new Map<string, Set<number>>();
    let seed = 7;
    const random = (n: number): number => (seed = (Math.imul(seed, 48271) >>> 0) % 2147483647) % n;
    for (let i = 0; i < 20_000; i++) {
      const stream = `s${random(5)}`;
      const time = i - random(20);
      const known = [...seen.all()].some(([name]) => name === stream);
      if (!known) held.set(stream, new Set());
      const before = held.get(stream)!.has(time);
      assert.equal(take(seen, stream, event(`id ${time}`, time)), before, `${stream} at ${time}`);
      held.get(stream)!.add(time);
    }
  });

  it('finds what it holds of a long stream however late it is repeated, also after a restart', () => {
    let seen = new SeenStreams(3);
    let seed = 11;
    const random = (n: number): number => (seed = (Math.imul(seed, 48271) >>> 0) % 2147483647) % n;
    let repeated = 0;
    for (let i = 0; i < 6000; i++) {
      const late = random(3) > 0 ? random(20) : random(1200);
      const time = 1000 * Math.max(0, i - late);
      const ids = seen.idsOf(seen.of('a'));
      const isHeld = ids.some((number, at) => at % 2 === 1 && number === time);
      assert.equal(take(seen, 'a', event(`id ${time}`, time)), isHeld, `${i}: ${time}`);
      if (isHeld) repeated++;
      if (i % 700 !== 699) continue;
      const back = new SeenStreams(3);
      back.restore('a', seen.newest(seen.of('a')), seen.idsOf(seen.of('a')));
      seen = back;
    }
    assert.ok(repeated > 1000, `${repeated} repetitions`);
  });

  it('does not forget what is new because of one that is very late', () => {
    const seen = new SeenStreams(3);
    for (let i = 0; i < 80; i++) take(seen, 'a', event(`e${i}`, 3_600_000 + i * 1000));
    for (let i = 0; i < 8; i++) take(seen, 'a', event(`late ${i}`, i * 1000));
    for (let i = 0; i < 80; i++) assert.equal(take(seen, 'a', event(`e${i}`, 3_600_000 + i * 1000)), true, `e${i}`);
  });

  it('knows the place of a key until a key is forgotten', () => {
    const seen = new SeenStreams(3);
    const at = seen.of('a');
    assert.equal(seen.slotFor(at, 'k'), -1);
    seen.setSlot(at, 'k', 5);
    assert.deepEqual([seen.slotFor(at, 'k'), seen.slotFor(at, 'other')], [5, -1]);
    seen.forgetSlots();
    assert.equal(seen.slotFor(at, 'k'), -1);
  });

  it('finds the streams of a batch beforehand as it finds them one by one, also where some are forgotten meanwhile', () => {
    const ahead = new SeenStreams(4);
    const single = new SeenStreams(4);
    const wanted = new Set(['e']);
    let seed = 5;
    const random = (n: number): number => (seed = Math.imul(seed, 48271) >>> 0) % n;
    for (let round = 0; round < 500; round++) {
      const batch = Array.from({ length: random(12) }, () => {
        return { event: random(5) === 0 ? 'other' : 'e', stream: `s${random(7)}` } as CityEvent;
      });
      ahead.lookAhead(batch, wanted);
      batch.forEach(({ event, stream }, i) => {
        assert.equal(ahead.isWanted(i), event === 'e');
        if (event === 'e') assert.equal(ahead.ofBatch(i, stream), single.of(stream), `round ${round}, ${i}`);
      });
    }
    assert.deepEqual([...ahead.all()], [...single.all()]);
  });
});
