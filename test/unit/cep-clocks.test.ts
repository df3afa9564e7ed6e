import assert from 'node:assert/strict';
import { Clocks } from '../../nodes/pattern-status/cep/clocks';

const EVENTS = ['a', 'b', 'c'];
const IDLE = 60_000;

describe('pattern-status: the clocks of the sources', () => {
  it('tell after each clock what they would tell if all were looked at anew', () => {
    let seed = 3;
    const random = (n: number): number => (seed = Math.imul(seed, 48271) >>> 0) % n;
    const told = new Set<number>();
    for (let round = 0; round < 300; round++) {
      const clocks = new Clocks(EVENTS, IDLE);
      const anew = new Clocks(EVENTS, IDLE);
      for (let i = 0; i < 60; i++) {
        const events = random(3) === 0 ? undefined : EVENTS.filter(() => random(2) === 0);
        const end = random(5) === 0 ? true : undefined;
        clocks.tell({ source: `s${random(4)}`, time: 1000 * random(50), events, end }, 1000 * i);
        anew.restore(structuredClone(clocks.toJSON()));
        told.add(clocks.reached(undefined));
        assert.equal(clocks.reached(undefined), anew.reached(undefined), `round ${round}, ${i}`);
        assert.equal(clocks.reached(1000 * i), anew.reached(1000 * i), `round ${round}, ${i}, live`);
        if (random(30) === 0) clocks.restore(structuredClone(anew.toJSON()));
      }
    }
    assert.ok(told.size > 20 && told.has(Infinity) && told.has(-Infinity), [...told].join(' '));
  });
});
