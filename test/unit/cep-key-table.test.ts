import assert from 'node:assert/strict';
import { Core } from '../../nodes/pattern-status/cep/core';

const MOST = 1000;

describe('pattern-status: a table of keys that is full', () => {
  /** A full table, of which each key waits, or none; it counts how many are looked at. */
  function fullTable(): { core: Core; at: { looks: number; waits: boolean } } {
    const definition = {
      id: 'r',
      name: 'r',
      when: { op: 'event', event: 'a' },
      per: { by: 'station' },
      severity: 'minor',
    };
    const core = new Core(definition as ConstructorParameters<typeof Core>[0], { names: (id) => id, maxKeys: MOST });
    const at = { looks: 0, waits: true };
    core.waitsFor = (): number => {
      at.looks++;
      return at.waits ? 1 : 0;
    };
    for (let i = 0; i < MOST; i++) core.keys.add(`key ${i}`, 0);
    return { core, at };
  }

  it('does not look for room anew for each of a flood of new keys', () => {
    const { core, at } = fullTable();
    for (let i = 0; i < 10_000; i++) assert.equal(core.keys.makeRoom(5), false);
    assert.ok(at.looks < 10 * 10_000, `${at.looks} looks`);
    assert.ok(at.looks > 10 * MOST, 'each key was looked at now and then');
  });

  it('finds room soon after there is any, and from then on at once', () => {
    const { core, at } = fullTable();
    for (let i = 0; i < 10_000; i++) core.keys.makeRoom(5);
    at.waits = false;
    let tries = 1;
    while (!core.keys.makeRoom(5)) tries++;
    assert.ok(tries <= 33, `${tries} tries`);
    for (let i = 0; i < 100; i++) assert.equal(core.keys.makeRoom(5), true);
  });

  it('looks again for each that comes seldom', () => {
    const { core, at } = fullTable();
    for (let i = 0; i < 10_000; i++) core.keys.makeRoom(5);
    at.waits = false;
    assert.equal(core.keys.makeRoom(1005), true);
  });
});
