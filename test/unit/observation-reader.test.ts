import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeObservation, type Observation } from '../../nodes/ecdm/observation';
import { isProblem, readObservation, readObservations } from '../../nodes/ecdm/observation-reader';
import type { Problem } from '../../nodes/ecdm/problem';

const TIME = Date.UTC(2026, 0, 1);
const good = (more: object = {}): any => ({ ...makeObservation({ id: 'i', datastream: 'd', property: 'p', time: TIME, value: 1 }), ...more });
const read = (raw: unknown): Observation => {
  const answer = readObservation(raw);
  assert.ok(!isProblem(answer), JSON.stringify(answer));
  return answer;
};

describe('reading observations', () => {
  it('gives back what is one, and the whole array where all are', () => {
    const meta = Object.freeze({ datastream: { id: 'd', name: 'D' }, thing: { id: 't' }, property: { name: 'p' }, interval: 1000 });
    const one = good({ place: [99, 7, 12], zones: [{ id: 'z', name: 'Z', level: 'zone' }], quality: 'good', meta, unit: 'ug/m3', timeEnd: TIME + 1 });
    assert.equal(readObservation(one), one);
    const batch = [one, good(), good({ value: null }), good({ value: { rain: 1 } })];
    assert.equal(readObservations(batch, []), batch);
  });

  it('mends what it can: text times, units as written, what is missing', () => {
    const mended = read({ datastream: 'd', property: 'p', time: '2026-01-01T07:00:00+07:00', value: null, unit: 'µg/m³', place: { type: 'Point', coordinates: [99, 7] } });
    assert.deepEqual(mended, makeObservation({ id: `d|${TIME}|null`, datastream: 'd', property: 'p', time: TIME, value: null, unit: 'ug/m3', place: [99, 7], quality: 'missing' }));
    assert.equal(read({ datastream: 'd', property: 'p', time: new Date(TIME), value: 2, unit: 'apples' }).unit, 'apples');
    assert.equal(read(JSON.parse(JSON.stringify(good()))).id, 'i');
    assert.equal(read({ meta: { datastream: { id: 'd' }, property: { name: 'q' } }, time: TIME, value: 1 }).property, 'q');
  });

  const bad: [string, unknown, string][] = [
    ['nothing', undefined, 'kind'],
    ['a text', 'x', 'kind'],
    ['a list', [[]], 'kind'],
    ['no Datastream', { property: 'p', time: TIME, value: 1 }, 'datastream'],
    ['an endless name', good({ datastream: 'x'.repeat(5000) }), 'datastream'],
    ['no property', { datastream: 'd', time: TIME, value: 1 }, 'property'],
    ['year 9999', good({ time: Date.UTC(9999, 0, 1) }), 'time'],
    ['a time that is NaN', good({ time: NaN }), 'time'],
    ['seconds for milliseconds', good({ time: TIME / 1000 }), 'seconds'],
    ['NaN', good({ value: NaN }), 'value'],
    ['Infinity', good({ value: -Infinity }), 'value'],
    ['no value', good({ value: undefined }), 'value'],
    ['a function', good({ value: () => 1 }), 'value'],
    ['a text of 10 MB', good({ value: 'x'.repeat(10_000_000) }), 'value'],
    ['latitude 500', good({ place: [99, 500] }), 'place'],
    ['a place in words', good({ place: 'town' }), 'place'],
    ['zones in words', good({ zones: 'town' }), 'zones'],
    ['prototype keys', JSON.parse('{"__proto__": {"datastream": "d"}}'), 'datastream'],
  ];
  for (const [what, raw, code] of bad) {
    it(`names ${what} as a problem (${code}), in both languages`, () => {
      for (const language of ['en-US', 'th']) {
        const answer = readObservation(raw, language);
        assert.ok(isProblem(answer));
        assert.equal(answer.code, code);
        assert.doesNotMatch(answer.message, /\{|\}/);
        assert.ok(answer.hint.length > 10 && JSON.stringify(answer).length < 3000);
        assert.equal(/[ก-๙]/.test(answer.message), language === 'th');
      }
    });
  }

  it('never throws', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    assert.equal(readObservations([proxy], []).length, 0);
    fc.assert(fc.property(fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true }), (raw) => void readObservation(raw)), { seed: 1, numRuns: 2000 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(good())), fc.anything()), (some) => void readObservation({ ...good(), ...some })),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('describes a thousand of a million and counts the rest', () => {
    const problems: Problem[] = [];
    assert.deepEqual(readObservations(new Array(100_000).fill(7), problems), []);
    assert.equal(problems.length, 100_000);
    assert.equal(new Set(problems).size, 1001);
  });
});
