import assert from 'node:assert/strict';
import { readTypedPoint } from '../../nodes/city-zones/form/typed-point';

describe('zones: a point as it is typed', () => {
  it('reads latitude and longitude, with a point or a comma, however they are kept apart', () => {
    for (const text of ['7.5, 99.6', '7.5,99.6', ' 7.5 99.6 ', '7,5 99,6', '7,5; 99,6', '7.5;99.6', '7.5,\t99.6']) {
      assert.deepEqual(readTypedPoint(text), [99.6, 7.5], text);
    }
    assert.deepEqual(readTypedPoint('-90, -180'), [-180, -90]);
  });

  it('refuses what is not two numbers on Earth', () => {
    for (const text of [
      '',
      '7.5',
      '7.5,',
      ',7.5',
      'x, y',
      '91, 0',
      '0, 181',
      '1, 2, 3',
      '1 2 3',
      '7,5,99,6',
      'NaN, 1',
      '; ;',
    ]) {
      assert.equal(readTypedPoint(text), undefined, text);
    }
  });
});
