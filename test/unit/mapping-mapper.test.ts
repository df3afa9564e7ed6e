import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { mappingSchema, type Mapping } from '../../nodes/ecdm/mapping-schema';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';

const DATA = path.resolve(__dirname, '../../../../shared/data');

const base = (more: Record<string, unknown> = {}): Mapping =>
  mappingSchema.parse({
    mapping: 1,
    time: { columns: ['time'] },
    thing: { column: 'station' },
    values: { layout: 'wide', columns: [{ column: 'v', property: 'level', unit: 'm' }] },
    ...more,
  });

function run(mapping: Mapping, input: unknown, context = {}) {
  const out: Observation[] = [];
  const problems: Problem[] = [];
  const mapper = compileMapping(mapping);
  const result = mapper.map(input, out, problems, context);
  return { out, problems, result, mapper };
}

const values = (mapping: Mapping, input: unknown) => run(mapping, input).out.map((o) => o.value);
const codes = (problems: Problem[]) => problems.map((p) => p.code);

describe('mapping: rows', () => {
  const compiled = compileMapping(base());
  const row = { time: '2026-01-05T08:00:00Z', station: 'a', v: 1.5 };
  it('takes an object, an array, JSON, JSON lines, CSV, TSV and bytes', () => {
    const csv = 'time,station,v\n2026-01-05T08:00:00Z,a,1.5\n';
    for (const input of [
      row, [row], JSON.stringify(row), JSON.stringify([row], null, 1), `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`,
      csv, csv.replaceAll(',', '\t'), csv.replaceAll(',', ';'), `\ufeff${csv}`, Buffer.from(csv), csv.replaceAll('\n', '\r\n'),
      Buffer.from(`\ufeff${csv}`, 'utf16le'), [['time', 'station', 'v'], ['2026-01-05T08:00:00Z', 'a', 1.5]],
    ]) {
      const { out, problems } = run(base(), input);
      assert.deepEqual(problems, []);
      assert.deepEqual([out[0]?.value, out[0]?.id, out[0]?.unit, out[0]?.thing], [1.5, 'a|level|1767600000000', 'm', 'a']);
    }
    assert.equal(run(base(), row).result.single, true);
    assert.equal(run(base(), [row]).result.single, false);
  });

  it('finds the delimiter of two columns, however few the rows are and with whatever the text ends', () => {
    const two = base({ time: { columns: ['$now'] }, decimal: ',' });
    for (const delimiter of [';', '\t', '|']) {
      for (const end of ['', '\n', '\r\n', '\n\n']) {
        const { out, problems } = run(two, `station${delimiter}v\na${delimiter}21,5${end}`, { now: 1 });
        assert.deepEqual([out.map((o) => [o.thing, o.value]), problems], [[['a', 21.5]], []], JSON.stringify(delimiter + end));
      }
    }
  });

  it('takes one number alone with a decimal comma for that, and for two cells only where the mapping says so', () => {
    const at = { columns: ['$now'] };
    const columns = (...names: string[]) => ({ layout: 'wide', columns: names.map((column) => ({ column, property: `p${column}` })) });
    const read = (more: object, text: string) => {
      const { out, problems } = run(base({ time: at, thing: undefined, values: columns('value'), ...more }), text, { now: 1 });
      assert.deepEqual(problems, []);
      return out.map(({ value }) => value);
    };
    for (const more of [{}, { format: 'json' }, { decimal: ',' }]) {
      assert.deepEqual(read(more, '21,5'), [21.5]);
      assert.deepEqual(read(more, ' -0,25\r\n'), [-0.25]);
    }
    assert.deepEqual(read({ thousands: ',' }, '1,234'), [1234]);
    const two = { values: columns('1', '2') };
    for (const csv of [{ header: false }, { header: false, delimiter: ',' }]) assert.deepEqual(read({ ...two, csv }, '21,55'), [21, 55]);
    assert.deepEqual(read({ ...two, format: 'csv', csv: { header: false } }, '21,55'), [21, 55]);
    assert.deepEqual(read({ ...two, csv: { header: false } }, '21,55\n22,56'), [21, 55, 22, 56]);
    assert.deepEqual(read({ values: columns('a', 'b') }, 'a,b\n21,55'), [21, 55]);
  });

  it('takes topic and time of arrival of each message, also where its columns are those of the one before', () => {
    const time = { columns: ['$now'] };
    for (const [more, text] of [
      [{ time, thing: { column: '$topic.2' } }, 'v\n1\n'],
      [{ time, thing: { template: 'at {{$topic.2}}' } }, 'v\n1\n'],
      [{ time, thing: { column: '$topic.2' }, csv: { header: false }, values: { layout: 'wide', columns: [{ column: '2', property: 'p' }] } }, '5;1'],
    ] as const) {
      const mapper = compileMapping(base(more));
      const read = (['kitchen', 'hall'] as const).flatMap((name, i) => {
        const out: Observation[] = [];
        mapper.map(text, out, [], { topic: `home/${name}`, now: Date.UTC(2026, 0, 5, i) });
        return out.map((o) => [o.thing?.replace('at ', ''), o.time, o.value]);
      });
      assert.deepEqual(read, [['kitchen', Date.UTC(2026, 0, 5, 0), 1], ['hall', Date.UTC(2026, 0, 5, 1), 1]]);
    }
  });

  it('takes the time of arrival for milliseconds, also in the first days of 1970', () => {
    for (const format of [undefined, 's', 'dd.MM.yyyy']) {
      const { out } = run(base({ time: { columns: ['$now'], ...(format && { format }) } }), { station: 'a', v: 1 }, { now: 61_000 });
      assert.deepEqual(out.map(({ time }) => time), [61_000], format);
    }
  });

  it('makes another value of the same time another reading, and one that comes again the same', () => {
    const mapper = compileMapping(base());
    const ids = (...read: (number | null)[]): string[] => {
      const out: Observation[] = [];
      for (const v of read) mapper.map({ ...row, v }, out, []);
      return out.map(({ id }) => id.replace('a|level|1767600000000', ''));
    };
    // a message may be delivered twice
    for (let i = 0; i < 2; i++) assert.deepEqual(ids(60, 150, 60, 150, null), ['', '|150', '', '|150', '']);
    const later: Observation[] = [];
    mapper.map({ ...row, time: '2026-01-05T08:00:01Z', v: 150 }, later, []);
    assert.deepEqual([later[0]?.id, ids(60, 150)], ['a|level|1767600001000', ['', '|150']]);
    // a value after none
    const empty: Observation[] = [];
    for (const v of ['', 150, '']) compiled.map({ ...row, v }, empty, []);
    assert.deepEqual(empty.map(({ value, id }) => [value, id.slice(21)]), [[null, ''], [150, '|150'], [null, '']]);
  });

  it('knows the readings of one property in two columns apart', () => {
    const columns = ['v', 'w'].map((column) => ({ column, property: 'level' }));
    const { out } = run(base({ values: { layout: 'wide', columns } }), { ...row, w: 2 });
    assert.equal(new Set(out.map(({ id }) => id)).size, 2);
    const same = run(base({ values: { layout: 'wide', columns } }), { ...row, w: 1.5 });
    assert.equal(new Set(same.out.map(({ id }) => id)).size, 1);
  });

  it('follows the path to the rows and into them', () => {
    const mapping = base({
      rows: 'results.records', time: { columns: ['at.utc'] }, thing: { template: '{{site.id}}-{{n}}' },
      values: { layout: 'wide', columns: [{ column: 'v.0', property: 'x' }] },
    });
    const { out } = run(mapping, { results: { records: [{ at: { utc: '2026-01-05T08:00:00Z' }, site: { id: 7 }, n: 'b', v: [3] }] } });
    assert.deepEqual([out[0]?.thing, out[0]?.value], ['7-b', 3]);
    assert.deepEqual(codes(run(mapping, { other: 1 }).problems), ['mapping/no-path']);
  });

  it('reads headerless CSV, comments and other quotes', () => {
    const mapping = base({
      csv: { header: false, comment: '#', quote: "'" }, time: { columns: ['1'] }, thing: { column: '2' },
      values: { layout: 'wide', columns: [{ column: '3', property: 'x' }] },
    });
    const { out, problems } = run(mapping, "# a comment\n2026-01-05T08:00:00Z,'a, b',2\n");
    assert.deepEqual(problems, []);
    assert.deepEqual([out[0]?.thing, out[0]?.value], ['a, b', 2]);
  });

  it('gives the line of a bad row', () => {
    const { problems, out, result } = run(base(), 'time,station,v\n\n2026-01-05T08:00:00Z,a,1\nnonsense,a,1\n2026-01-05T09:00:00Z,a,x\n2026-01-05T09:00:00Z,,3\n');
    assert.equal(out.length, 1);
    assert.equal(result.bad, 3);
    assert.deepEqual(codes(problems), ['mapping/bad-time', 'mapping/bad-number', 'mapping/no-thing']);
    assert.match(problems[0]!.message, /Row 4, column "time": "nonsense"/);
    assert.match(problems[1]!.message, /Row 5, column "v": "x"/);
    assert.ok(problems.every((p) => p.hint.length > 10));
  });

  it('names a column that is not there and the nearest that is', () => {
    const { problems, out, result } = run(base(), 'time,sation,v\n2026-01-05T08:00:00Z,a,1\n');
    assert.equal(out.length, 0);
    assert.equal(result.bad, 1);
    assert.match(problems[0]!.hint, /Did you mean "sation"/);
  });

  it('bounds the problems of one input', () => {
    const { problems } = run(base(), Array.from({ length: 5000 }, () => ({ time: 'x', station: 'a', v: 1 })));
    assert.equal(problems.length, 101);
    assert.match(problems.at(-1)!.message, /4900 more/);
  });
});

describe('mapping: time', () => {
  const at = (time: Record<string, unknown>, cell: unknown) =>
    run(base({ time: { columns: ['time'], ...time } }), [{ time: cell, station: 'a', v: 1 }]).out[0]?.time;
  const noon = Date.UTC(2026, 6, 5, 12);

  it('reads the usual forms', () => {
    assert.equal(at({}, '2026-07-05T19:00:00+07:00'), noon);
    assert.equal(at({ zone: 'Asia/Bangkok' }, '2026-07-05 19:00'), noon);
    assert.equal(at({ format: 's' }, noon / 1000), noon);
    assert.equal(at({ format: 's' }, String(noon / 1000)), noon);
    assert.equal(at({ format: 'ms' }, noon), noon);
    assert.equal(at({ format: 'us' }, noon * 1000), noon);
    assert.equal(at({ format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' }, '05.07.2026 14:00'), noon);
    assert.equal(at({ format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' }, '05.01.2026 13:00'), Date.UTC(2026, 0, 5, 12));
    assert.equal(at({ format: 'excel' }, 46208.5), noon);
    assert.equal(at({ format: 'excel', zone: 'Asia/Bangkok' }, '46208.791666667'), noon);
    assert.equal(at({}, noon / 1000), noon, 'a number in ISO mode is an epoch');
    assert.equal(at({}, new Date(noon)), noon);
  });

  it('takes an hour that the clocks skip for the next one, and the first of one that comes twice, in all formats', () => {
    for (const [cell, expected] of [
      ['2026-03-29 02:30', Date.UTC(2026, 2, 29, 1, 30)],
      ['2026-10-25 02:30', Date.UTC(2026, 9, 25, 0, 30)],
      ['2026-10-25 03:00', Date.UTC(2026, 9, 25, 2)],
    ] as const) {
      assert.equal(at({ zone: 'Europe/Berlin' }, cell), expected, cell);
      assert.equal(at({ zone: 'Europe/Berlin', format: 'yyyy-MM-dd HH:mm' }, cell), expected, cell);
      // a letter in quotes is no offset
      assert.equal(at({ zone: 'Europe/Berlin', format: "yyyy-MM-dd' Z'HH:mm" }, cell.replace(' ', ' Z')), expected, cell);
    }
    assert.equal(at({ zone: 'America/New_York', format: 'd/M/yyyy H:mm' }, '1/11/2026 1:30'), Date.UTC(2026, 10, 1, 5, 30));
    assert.equal(at({ zone: 'Europe/Berlin', format: 'yyyy-MM-dd HH:mm ZZ' }, '2026-10-25 02:30 +01:00'), Date.UTC(2026, 9, 25, 1, 30));
  });

  it('joins date and time of day, reads intervals and ends', () => {
    const two = run(
      base({ time: { columns: ['d', 't'], format: 'd/M/yyyy HH:mm' } }),
      [{ d: '5/7/2026', t: '12:00', station: 'a', v: 1 }],
    );
    assert.equal(two.out[0]?.time, noon);
    const span = run(base(), [{ time: '2026-07-05T12:00:00Z/2026-07-05T13:00:00Z', station: 'a', v: 1 }]);
    assert.deepEqual([span.out[0]?.time, span.out[0]?.timeEnd], [noon, noon + 3_600_000]);
    const end = run(base({ time: { columns: ['time'], end: 'e' } }), [{ time: '2026-07-05T12:00:00Z', e: '2026-07-05T12:30:00Z', station: 'a', v: 1 }]);
    assert.equal(end.out[0]?.timeEnd, noon + 1_800_000);
  });

  it('refuses what is no time of a city', () => {
    for (const cell of ['9999-01-01T00:00:00Z', '1800-01-01T00:00:00Z', '', null, NaN, Infinity, {}, [], true, 'yesterday', '2026-02-30T00:00:00Z']) {
      assert.equal(at({}, cell), undefined, String(cell));
    }
  });

  it('does not read seconds as the first weeks of 1970', () => {
    const mapping = base({ time: { columns: ['time'], format: 'ms' } });
    const at = Date.UTC(2026, 0, 5, 8);
    const { out, problems } = run(mapping, `time,station,v\n${at},a,1\n${at / 1000},a,2\n`);
    assert.deepEqual(out.map((o) => o.time), [at]);
    assert.deepEqual(codes(problems), ['mapping/seconds']);
    assert.match(problems[0]!.hint, /"s"/);
  });

  it('says of milliseconds that are read as seconds what they are', () => {
    const mapping = base({ time: { columns: ['time'], format: 's' } });
    const at = Date.UTC(2026, 0, 5, 8);
    const { out, problems } = run(mapping, `time,station,v\n${at},a,1\n${at / 1000},a,2\nnoon,a,3\n`);
    assert.deepEqual(out.map((o) => o.time), [at]);
    assert.deepEqual(codes(problems), ['mapping/milliseconds', 'mapping/bad-time']);
    assert.match(problems[0]!.hint, /"ms"/);
  });
});

describe('mapping: values', () => {
  const csv = (cells: string[]) => `time;station;v\n${cells.map((c, i) => `2026-01-05T0${i}:00:00Z;a;${c}`).join('\n')}`;

  it('knows what stands for no value', () => {
    const { out, problems } = run(base({ missing: ['NA', -999] }), csv(['', 'NA', 'na', '-999', '-999.0', '0']));
    assert.deepEqual(problems, []);
    assert.deepEqual(out.map((o) => o.value), [null, null, null, null, null, 0]);
    assert.deepEqual(out.map((o) => o.quality), [...Array<string>(5).fill('missing'), undefined]);
  });

  it('reads decimal commas and thousands', () => {
    assert.deepEqual(values(base({ decimal: ',', thousands: '.' }), csv(['1.234,5', '-0,5', '7'])), [1234.5, -0.5, 7]);
    assert.deepEqual(values(base({ thousands: ',' }), csv(['1,234.5'])), [1234.5]);
    assert.deepEqual(values(base({ decimal: ',', thousands: ' ' }), csv(['1\u00a0234,5'])), [1234.5]);
  });

  it('scales, and does not show the noise of binary fractions', () => {
    const mapping = base({ values: { layout: 'wide', columns: [{ column: 'v', property: 'T', scale: 0.1, offset: 0.2 }] } });
    assert.deepEqual(values(mapping, csv(['1', '3'])), [0.3, 0.5]);
  });

  it('refuses what is not a number', () => {
    for (const cell of [NaN, Infinity, {}, [1], true, '0x10', '1e999', 'Infinity', '12 m', '<0.5']) {
      const { out, problems } = run(base(), [{ time: '2026-01-05T00:00:00Z', station: 'a', v: cell }]);
      assert.equal(out.length, 0, String(cell));
      assert.deepEqual(codes(problems), ['mapping/bad-number']);
    }
  });

  it('reads texts and booleans where the mapping says so', () => {
    const text = base({ values: { layout: 'wide', columns: [{ column: 'v', property: 'wind', type: 'text' }] } });
    assert.deepEqual(values(text, csv(['NW'])), ['NW']);
    const yes = base({ values: { layout: 'wide', columns: [{ column: 'v', property: 'rain', type: 'boolean' }] } });
    assert.deepEqual(values(yes, csv(['yes', '0'])), [true, false]);
  });

  it('takes the unit from the header, and says once that it is none', () => {
    const head = (h: string) => run(
      base({ values: { layout: 'wide', columns: [{ column: h, property: 'T' }] } }),
      `time,station,${h}\n2026-01-05T00:00:00Z,a,1\n2026-01-05T01:00:00Z,b,1\n`,
    );
    assert.equal(head('Temp (°C)').out[0]?.unit, 'Cel');
    assert.equal(head('PM2.5 [µg/m³]').out[0]?.unit, 'ug/m3');
    const bad = head('Temp (furlongs)');
    assert.deepEqual(codes(bad.problems), ['mapping/bad-unit']);
    assert.equal(bad.out.length, 2);
  });

  it('reads the long layout with names, units and quality', () => {
    const mapping = base({
      values: { layout: 'long', property: { column: 'p' }, value: 'v', unit: { column: 'u' }, names: { pm25: 'PM2.5' } },
      quality: { column: 'q', table: { Good: 'good', Suspect: 'suspect', Missing: 'missing' } },
      source: 'ea', thingName: { column: 'n' },
    });
    const { out, mapper } = run(mapping, [
      { time: '2026-01-05T00:00:00Z', station: 'a', n: 'Alpha', p: 'pm25', v: 5, u: 'µg/m³', q: 'good' },
      { time: '2026-01-05T01:00:00Z', station: 'a', n: 'Alpha', p: 'pm25', v: 6, u: 'µg/m³', q: 'Suspect' },
      { time: '2026-01-05T02:00:00Z', station: 'a', n: 'Alpha', p: 'pm25', v: 6, u: 'µg/m³', q: 'Missing' },
    ]);
    assert.deepEqual(out.map((o) => [o.datastream, o.thing, o.property, o.value, o.unit, o.quality]), [
      ['ea|a|PM2.5', 'ea|a', 'PM2.5', 5, 'ug/m3', 'good'],
      ['ea|a|PM2.5', 'ea|a', 'PM2.5', 6, 'ug/m3', 'suspect'],
      ['ea|a|PM2.5', 'ea|a', 'PM2.5', null, 'ug/m3', 'missing'],
    ]);
    assert.equal(out[0]!.meta, out[1]!.meta, 'one description, shared');
    assert.ok(Object.isFrozen(out[0]!.meta));
    assert.equal(out[0]!.meta?.thing?.name, 'Alpha');
    assert.equal(mapper.takeRoster().length, 1);
    assert.equal(mapper.takeRoster().length, 0);
  });

  it('says nothing of fields that an object lacks, but something of a row with none', () => {
    const mapping = base({ values: { layout: 'wide', columns: [{ column: 'v', property: 'x' }, { column: 'w', property: 'y' }] } });
    const one = run(mapping, { time: '2026-01-05T00:00:00Z', station: 'a', w: 1 });
    assert.deepEqual([one.out.length, one.problems.length], [1, 0]);
    assert.deepEqual(codes(run(mapping, { time: '2026-01-05T00:00:00Z', station: 'a' }).problems), ['mapping/no-value']);
  });
});

describe('mapping: place', () => {
  const place = (spec: unknown, row: Record<string, unknown>) =>
    run(base({ place: spec }), [{ time: '2026-01-05T00:00:00Z', station: 'a', v: 1, ...row }]);

  it('reads columns, WKT, GeoJSON, a constant and look-up tables', () => {
    const want = [99.6, 7.5];
    const feature = { type: 'Feature', properties: { code: 'a' }, geometry: { type: 'Point', coordinates: want } };
    for (const [spec, row] of [
      [{ from: 'columns', lat: 'lat', lon: 'lon' }, { lat: 7.5, lon: '99.6' }],
      [{ from: 'wkt', column: 'g' }, { g: 'SRID=4326;POINT (99.6 7.5)' }],
      [{ from: 'geojson', column: 'g' }, { g: feature }],
      [{ from: 'geojson', column: 'g' }, { g: JSON.stringify(feature.geometry) }],
      [{ from: 'geojson', column: 'g' }, { g: { type: 'Polygon', coordinates: [[want, [1, 1], [2, 2], want]] } }],
      [{ from: 'constant', at: want }, {}],
      [{ from: 'table', points: { a: want } }, {}],
      [{ from: 'table', features: { type: 'FeatureCollection', features: [feature] } }, {}],
      [{ from: 'table', by: 'code', id: 'nr', rows: [{ nr: 9, lat: '7.5', lon: '99.6' }] }, { code: '9' }],
    ] as const) {
      const { out, problems } = place(spec, row);
      assert.deepEqual(problems, [], JSON.stringify(spec));
      assert.deepEqual(out[0]?.place?.slice(), want, JSON.stringify(spec));
    }
  });

  it('keeps a reading whose place is nonsense, and says so', () => {
    const { out, problems } = place({ from: 'columns', lat: 'lat', lon: 'lon' }, { lat: 500, lon: 2 });
    assert.equal(out.length, 1);
    assert.equal(out[0]!.place, undefined);
    assert.deepEqual(codes(problems), ['mapping/bad-place']);
    assert.match(problems[0]!.message, /lat = 500/);
  });
});

describe('mapping: nonsense and size', () => {
  it('survives anything', () => {
    const circular: Record<string, unknown> = { time: '2026-01-05T00:00:00Z', station: 'a' };
    circular['v'] = circular;
    const proto = JSON.parse('{"time":"2026-01-05T00:00:00Z","station":"__proto__","v":1}') as unknown;
    for (const input of [undefined, null, 5, NaN, true, () => 1, Symbol('x'), 10n, {}, [[]], [null], [circular], circular, proto, 'x', '{"a"', '"'.repeat(1000), Buffer.alloc(0), new Map(), [[], [1]], { then: 1 }]) {
      const { problems, out } = run(base(), input);
      assert.ok(problems.length > 0 || out.length > 0, String(typeof input));
      for (const o of out) assert.ok(o.value === null || typeof o.value === 'number');
      JSON.stringify(problems);
    }
    const mapping = base({ time: { columns: ['__proto__.time'] }, thing: { column: 'constructor.name' } });
    assert.deepEqual(codes(run(mapping, [{ v: 1 }]).problems), ['mapping/bad-time']);
    assert.equal(({} as Record<string, unknown>)['time'], undefined);
  });

  it('takes ten megabytes', () => {
    const text = `time,station,v\n${'2026-01-05T00:00:00Z,a,1.25\n'.repeat(370_000)}`;
    const { out } = run(base(), text);
    assert.equal(out.length, 370_000);
  }).timeout(10_000);

  it('forgets Datastreams beyond the bound instead of growing', () => {
    const rows = Array.from({ length: 120_000 }, (_, i) => ({ time: '2026-01-05T00:00:00Z', station: `s${i}`, v: 1 }));
    const { out, mapper } = run(base(), rows);
    assert.equal(out.length, 120_000);
    assert.ok(mapper.takeRoster().length <= 100_000);
  }).timeout(10_000);

  it('reads the Beijing month whole', function () {
    const file = path.join(DATA, 'beijing_air_2016-12.csv');
    if (!fs.existsSync(file)) this.skip();
    const text = fs.readFileSync(file, 'utf8');
    const names = text.slice(0, text.indexOf('\n')).split(',');
    const columns = names.slice(2).filter((n) => n !== 'wind_dir').map((column) => ({ column, property: column }));
    const out: Observation[] = [];
    const problems: Problem[] = [];
    const result = compileMapping(base({ values: { layout: 'wide', columns } })).map(text, out, problems);
    assert.equal(result.rows, 4464);
    assert.equal(out.length, 4464 * 11);
    assert.deepEqual(problems, []);
  });
});
