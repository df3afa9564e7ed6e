/** Long texts that whoever sends them has chosen so that reading them takes long. */
import assert from 'node:assert/strict';
import { toUcum } from '../../nodes/ecdm/units';
import { entitiesOf } from '../../nodes/sensorthings-server/client/links';
import { parseTolerant } from '../../nodes/sensorthings-server/client/json';
import { readWkt } from '../../nodes/sensorthings-server/client/model/wkt';
import { compileField, fieldColumns } from '../../nodes/to-observation/mapping/columns';
import { numberReader } from '../../nodes/to-observation/mapping/numbers';
import { headerUnit } from '../../nodes/to-observation/mapping/values';

/** Each took a second or more, and four times as long for twice the length. */
const LONGEST = 400;

describe('a text that is chosen to take long', () => {
  const cases: [string, () => unknown][] = [
    ['a link of a server, with blanks in the brackets', () => entitiesOf(`/Datastreams(${' '.repeat(3000)}`)],
    ['JSON that is none, of quotes', () => parseTolerant(`[NaN,"${'\\"'.repeat(40_000)}`)],
    ['a unit of a server', () => toUcum({ definition: `http://ucum/${'ucum:'.repeat(60_000)}` })],
    ['a place of a server', () => readWkt(`POINT${' '.repeat(80_000)}x`)],
    ['a cell of digits', () => numberReader({})(`${'1'.repeat(80_000)}x`)],
    ['a header of a table', () => headerUnit(`PM2.5 (${' '.repeat(15_000)}x`)],
    ['a template', () => fieldColumns({ template: `{{${' '.repeat(4000)}` })],
  ];
  for (const [name, read] of cases) {
    it(`is read at once: ${name}`, function () {
      // a pattern is not interrupted: without the bound it would go on for minutes
      this.timeout(600_000);
      const began = performance.now();
      read();
      const took = performance.now() - began;
      assert.ok(took < LONGEST, `${Math.round(took)} ms`);
    });
  }

  it('and what is usual is read as before', () => {
    assert.deepEqual(
      entitiesOf("https://x/v1.1/Things( 1 )/Datastreams( 'it''s (7)/b' )/Observations").map(
        ({ set, key }) => set + key,
      ),
      ['Things1', "Datastreams'it''s%20(7)%2Fb'"],
    );
    assert.deepEqual(
      entitiesOf('Things()/Datastreams(2)').map(({ key }) => key),
      ['', '2'],
    );
    assert.deepEqual(parseTolerant('{"a":NaN,"b":"NaN \\" Infinity","c":-Infinity}'), {
      value: { a: null, b: 'NaN " Infinity', c: null },
    });
    assert.ok('error' in parseTolerant('{"a":NaN,"b":"'));
    assert.deepEqual(readWkt('SRID=4326; POINT Z (99.6 7.5 3)')?.type, 'POINT');
    assert.deepEqual(['1.', '.5', '-1.5e3', '12', '1.2.3', '.'].map(numberReader({})), [1, 0.5, -1500, 12, undefined, undefined]); // prettier-ignore
    assert.deepEqual(['Temp ( °C )', 'level / m', 'PM2.5'].map(headerUnit), ['°C', 'm', undefined]);
    assert.deepEqual(fieldColumns({ template: '{{ a }} and {{b c}}{{{d}}' }), ['a', 'b c', 'd']);
    const field = compileField({ template: '{{ a }}-{{b}}' }, (column) => () => column.toUpperCase());
    assert.ok(typeof field === 'function');
    assert.equal(field({}), 'A-B');
  });
});
