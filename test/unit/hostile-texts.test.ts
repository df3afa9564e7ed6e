/** Long texts that whoever sends them has chosen so that reading them takes long. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { mappingSchema } from '../../nodes/ecdm/mapping-schema';
import type { Problem } from '../../nodes/ecdm/problem';
import { toUcum } from '../../nodes/ecdm/units';
import { HttpClient } from '../../nodes/sensorthings-server/client/http';
import { entitiesOf } from '../../nodes/sensorthings-server/client/links';
import { parseTolerant } from '../../nodes/sensorthings-server/client/json';
import { readWkt } from '../../nodes/sensorthings-server/client/model/wkt';
import { compileField, fieldColumns } from '../../nodes/to-observation/mapping/columns';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { numberReader } from '../../nodes/to-observation/mapping/numbers';
import { readGeoJson } from '../../nodes/to-observation/mapping/places';
import { headerUnit } from '../../nodes/to-observation/mapping/values';

/** Each took a second or more, and four times as long for twice the length. */
const LONGEST = 400;

const LEVELS = '['.repeat(20_000_000);
const CLOSED = ']'.repeat(20_000_000);
const mapping = mappingSchema.parse({
  mapping: 1,
  time: { columns: ['time'] },
  thing: { column: 'station' },
  values: { layout: 'wide', columns: [{ column: 'v', property: 'level', unit: 'm' }] },
});

/** What `to-observation` makes of it. */
function mapped(text: string): string[] {
  const problems: Problem[] = [];
  compileMapping(mapping).map(text, [], problems);
  return problems.map(({ message }) => message);
}

describe('a text that is chosen to take long', () => {
  const cases: [string, () => unknown][] = [
    ['a link of a server, with blanks in the brackets', () => entitiesOf(`/Datastreams(${' '.repeat(3000)}`)],
    ['JSON that is none, of quotes', () => parseTolerant(`[NaN,"${'\\"'.repeat(40_000)}`)],
    ['a unit of a server', () => toUcum({ definition: `http://ucum/${'ucum:'.repeat(60_000)}` })],
    ['a place of a server', () => readWkt(`POINT${' '.repeat(80_000)}x`)],
    ['a cell of digits', () => numberReader({})(`${'1'.repeat(80_000)}x`)],
    ['a header of a table', () => headerUnit(`PM2.5 (${' '.repeat(15_000)}x`)],
    ['an answer of brackets', () => parseTolerant(LEVELS)],
    ['an answer of brackets, and of what is no JSON', () => parseTolerant(`[NaN,${LEVELS}`)],
    ['a message of brackets', () => mapped(LEVELS)],
    ['a message of brackets, closed', () => mapped(LEVELS + CLOSED)],
    ['lines of brackets', () => mapped(`${LEVELS}\n${LEVELS}`)],
    ['a place of brackets', () => readGeoJson(LEVELS)],
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

  it('and is refused in words', () => {
    assert.deepEqual(parseTolerant(LEVELS), { error: 'it is nested more than 200 levels deep', deep: true });
    assert.deepEqual(mapped(LEVELS), ['The text is not JSON: it is nested more than 200 levels deep.']);
  });

  it('an answer that unfolds into brackets is an error of the server, and nothing else waits for it', async function () {
    this.timeout(60_000);
    const packed = gzipSync(Buffer.alloc(60_000_000, '['));
    assert.ok(packed.length < 100_000);
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = new HttpClient({ root });
    let [last, longest] = [performance.now(), 0];
    const watch = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 10);
    try {
      const said = { kind: 'config', code: 'not-sta', message: /nested more than 200 levels/ };
      await assert.rejects(client.getJson(`${root}/Things`), said);
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.ok(longest < 2000, `${Math.round(longest)} ms`);
    } finally {
      clearInterval(watch);
      client.close();
      server.close();
    }
  });

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
    // large, with brackets in texts and as deep as may be
    const texts = `["[[{\\"${'[{'.repeat(3_000_000)}"]`;
    assert.deepEqual(parseTolerant(texts), { value: JSON.parse(texts) as unknown });
    const many = `[${`${'['.repeat(199)}1${']'.repeat(199)},`.repeat(11_000)}2]`;
    assert.ok('value' in parseTolerant(many));
    assert.deepEqual(readWkt('SRID=4326; POINT Z (99.6 7.5 3)')?.type, 'POINT');
    assert.deepEqual(['1.', '.5', '-1.5e3', '12', '1.2.3', '.'].map(numberReader({})), [1, 0.5, -1500, 12, undefined, undefined]); // prettier-ignore
    assert.deepEqual(['Temp ( °C )', 'level / m', 'PM2.5'].map(headerUnit), ['°C', 'm', undefined]);
    assert.deepEqual(fieldColumns({ template: '{{ a }} and {{b c}}{{{d}}' }), ['a', 'b c', 'd']);
    const field = compileField({ template: '{{ a }}-{{b}}' }, (column) => () => column.toUpperCase());
    assert.ok(typeof field === 'function');
    assert.equal(field({}), 'A-B');
  });
});
