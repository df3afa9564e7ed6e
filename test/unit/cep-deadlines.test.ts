import assert from 'node:assert/strict';
import { Ascending } from '../../nodes/pattern-status/cep/ascending';
import { Deadlines } from '../../nodes/pattern-status/cep/deadlines';
import { Entry } from '../../nodes/pattern-status/cep/entry';
import type { States } from '../../nodes/pattern-status/cep/states';

/** Keys with deadlines, and nothing else of what is remembered of them. */
class Keys {
  readonly entries: (Entry | undefined)[] = [];
  readonly due: number[] = [];
  readonly deadlines = new Deadlines({
    entries: this.entries,
    deadline: (slot: number) => this.due[slot]!,
    lookAhead: () => undefined,
  } as unknown as States);

  set(slot: number, due: number): void {
    this.entries[slot] ??= new Entry(`key ${slot}`, slot);
    this.due[slot] = due;
    this.deadlines.set(slot);
  }

  forget(slot: number): void {
    this.entries[slot] = undefined;
  }

  /** What is next, found the slow way. */
  next(): { time: number; key: string | undefined } {
    let time = Infinity;
    let key: string | undefined;
    this.due.forEach((due, slot) => {
      const entry = this.entries[slot];
      if (entry === undefined || due > time || (due === time && (key === undefined || entry.key > key))) return;
      if (due < Infinity) [time, key] = [due, entry.key];
    });
    return { time, key };
  }
}

function randomFrom(seed: number): (n: number) => number {
  let at = seed;
  return (n) => (at = Math.imul(at, 48271) >>> 0) % n;
}

describe('pattern-status: deadlines', () => {
  it('come in the order of time and, for equal times, of the keys, however they move', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomFrom(seed);
      const keys = new Keys();
      let now = 1_000_000;
      for (let i = 0; i < 400; i++) {
        const slot = random(20);
        const what = random(10);
        // in the next seconds, in some hours, at one of a few moments, or not at all any more
        if (what < 3) keys.set(slot, now + random(3000));
        else if (what < 5) keys.set(slot, now + 1000 * random(5));
        else if (what === 5) keys.set(slot, now + random(40_000_000));
        else if (what === 6) keys.set(slot, Infinity);
        else if (what === 7) keys.forget(slot);
        const { time, key } = keys.next();
        assert.ok(keys.deadlines.earliest <= time, `seed ${seed}, step ${i}`);
        assert.equal(keys.deadlines.nextTime, time, `seed ${seed}, step ${i}`);
        if (what < 8 || key === undefined) continue;
        const entry = keys.deadlines.pop();
        assert.equal(entry.key, key, `seed ${seed}, step ${i}`);
        now = Math.max(now, time);
        keys.set(entry.slot, random(2) === 0 ? Infinity : now + random(5000));
      }
    }
  });

  it('of many keys are held once each, however often they move', () => {
    const keys = new Keys();
    for (let round = 0; round < 50; round++) {
      for (let slot = 0; slot < 500; slot++) keys.set(slot, 10_000_000 - round * 1000 - slot);
    }
    const held = (keys.deadlines as unknown as { held: number }).held;
    assert.ok(held <= 2 * 1024, `${held} places for 500 keys`);
    for (let slot = 499; slot >= 0; slot--) {
      assert.equal(keys.deadlines.nextTime, 10_000_000 - 49_000 - slot);
      assert.equal(keys.deadlines.pop().slot, slot);
    }
    assert.equal(keys.deadlines.nextTime, Infinity);
  });

  it('are forgotten all at once', () => {
    const keys = new Keys();
    keys.set(0, 500);
    keys.set(1, 5_000_000);
    assert.equal(keys.deadlines.nextTime, 500);
    keys.deadlines.clear();
    assert.equal(keys.deadlines.nextTime, Infinity);
    assert.equal(keys.deadlines.earliest, Infinity);
    keys.set(1, 5_000_000);
    assert.equal(keys.deadlines.nextTime, 5_000_000);
  });
});

describe('pattern-status: numbers of which the least is next', () => {
  it('come out in order', () => {
    const random = randomFrom(3);
    const heap = new Ascending();
    const held: number[] = [];
    for (let i = 0; i < 2000; i++) {
      if (random(3) > 0) {
        const item = random(1000);
        heap.add(item);
        held.push(item);
        held.sort((a, b) => a - b);
      } else if (held.length > 0) {
        assert.equal(heap.first, held.shift());
        heap.drop();
      }
      assert.equal(heap.size, held.length);
      assert.equal(heap.first, held[0]);
    }
    heap.clear();
    assert.equal(heap.first, undefined);
  });
});
