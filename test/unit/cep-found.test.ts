/** Single cases that the deep run of the properties has found; each failed once. */
import assert from 'node:assert/strict';
import { properties, runCase } from '../properties';

const FOUND = [
  { id: '1a', seed: 41_062, what: 'a silence that begins when another one ends, while what it forbids holds' },
];

describe('cases that were found', () => {
  for (const { id, seed, what } of FOUND) {
    it(`${id}: ${what}`, () => {
      const property = properties.find((one) => one.id === id);
      assert.ok(property);
      runCase(property, seed);
    });
  }
});
