import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { mappingSchema, type Mapping } from '../../nodes/ecdm/mapping-schema';
import type { Observation } from '../../nodes/ecdm/observation';
import type { Problem } from '../../nodes/ecdm/problem';
import { describe as describeHeader, guessMapping } from '../../nodes/to-observation/mapping/guess';
import { compileMapping } from '../../nodes/to-observation/mapping/mapper';
import { PRESETS } from '../../nodes/to-observation/mapping/presets';

const DATA = path.resolve(__dirname, '../../../../shared/data');

function run(mapping: Mapping, input: unknown) {
  const out: Observation[] = [];
  const problems: Problem[] = [];
  const result = compileMapping(mapping).map(input, out, problems, { topic: 'city/t1', now: Date.UTC(2026, 0, 5) });
  return { out, problems, result };
}

describe('mapping: guess', () => {
  it('knows property and unit from a header', () => {
    const cases: [string, string, string | undefined][] = [
      ['pm25_ugm3', 'PM2.5', 'ug/m3'],
      ['co_mgm3', 'CO', 'mg/m3'],
      ['temp_c', 'temperature', 'Cel'],
      ['Temp (°C)', 'temperature', 'Cel'],
      ['rain_1h_mm', 'rain', 'mm'],
      ['wind_ms', 'wind speed', 'm/s'],
      ['rh_pct', 'humidity', '%'],
      ['traffic_volume', 'traffic volume', undefined],
      ['อุณหภูมิ', 'temperature', undefined],
    ];
    for (const [header, property, unit] of cases) {
      const found = describeHeader(header);
      assert.deepEqual([found.property, found.unit], [property, unit], header);
    }
    assert.equal(describeHeader('laeq_dba').property, 'LAeq');
    assert.ok(describeHeader('laeq_dba').unit);
  });

  it('reads a German table with decimal comma and day first', () => {
    const text = 'Datum;Uhrzeit;Station;Temperatur (°C)\n31.01.2026;08:00;A1;3,5\n31.01.2026;09:00;A1;4,5\n';
    const { mapping } = guessMapping(text);
    assert.deepEqual(mapping.time.columns, ['Datum', 'Uhrzeit']);
    assert.equal(mapping.decimal, ',');
    const { out, problems } = run(mapping, text);
    assert.deepEqual(problems, []);
    assert.deepEqual(out.map((o) => [o.time, o.value, o.unit, o.thing]), [
      [Date.UTC(2026, 0, 31, 8), 3.5, 'Cel', 'A1'],
      [Date.UTC(2026, 0, 31, 9), 4.5, 'Cel', 'A1'],
    ]);
  });

  it('reads Thai and French headers', () => {
    const thai = 'สถานี,วันเวลา,ละติจูด,ลองจิจูด,อุณหภูมิ\nก1,2026-01-05T08:00:00+07:00,7.5,99.6,31\n';
    const a = run(guessMapping(thai).mapping, thai);
    assert.deepEqual(a.out.map((o) => [o.thing, o.property, o.value, o.place?.[0]]), [['ก1', 'temperature', 31, 99.6]]);
    const french = 'capteur;horodatage;polluant;valeur;unité\nC1;05/01/2026 08:00;no2;12,5;µg/m³\nC1;25/01/2026 09:00;no2;13,5;µg/m³\n';
    const b = run(guessMapping(french).mapping, french);
    assert.deepEqual(b.problems, []);
    assert.deepEqual(b.out.map((o) => [o.thing, o.property, o.value, o.unit, o.time]), [
      ['C1', 'NO2', 12.5, 'ug/m3', Date.UTC(2026, 0, 5, 8)],
      ['C1', 'NO2', 13.5, 'ug/m3', Date.UTC(2026, 0, 25, 9)],
    ]);
  });

  it('finds rows inside JSON, epoch times and readings inside rows', () => {
    const nested = { ok: true, results: { records: [{ ts: 1767600000, site: 'x', pm25: 12 }, { ts: 1767603600, site: 'x', pm25: 13 }] } };
    const a = guessMapping(nested);
    assert.equal(a.mapping.rows, 'results.records');
    assert.equal(a.mapping.time.format, 's');
    assert.equal(run(a.mapping, nested).out.length, 2);
    const community = PRESETS.find((p) => p.id === 'sensor-community')!;
    const b = guessMapping(community.sample);
    assert.equal(b.mapping.explode, 'sensordatavalues');
    assert.deepEqual(run(b.mapping, community.sample).out.map((o) => [o.property, o.value]), [['PM10', 12.3], ['PM2.5', 6.05]]);
  });

  it('uses the topic and the time of arrival of an MQTT payload', () => {
    const { mapping } = guessMapping({ temperature: 21 }, { topic: 'city/t1' });
    assert.deepEqual(run(mapping, { temperature: 21 }).out.map((o) => [o.thing, o.value, o.time]), [
      ['city/t1', 21, Date.UTC(2026, 0, 5)],
    ]);
  });

  it('gives a usable mapping for any nonsense', () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular['self'] = circular;
    for (const input of [undefined, null, '', '   ', 5, 'x', [], {}, [[]], [null, 1], circular, Buffer.from([0xff, 0xfe, 0]), '{"a":', '\n\n', [[1, 2], [3, 4]], JSON.parse('{"__proto__": {"x": 1}}') as unknown]) {
      const { mapping, explanation } = guessMapping(input);
      assert.ok(mappingSchema.safeParse(mapping).success, JSON.stringify(explanation));
      run(mapping, input);
    }
  });

  it('explains itself in Thai', () => {
    const { explanation } = guessMapping('time,pm25_ugm3\n2026-01-05T00:00:00Z,5\n', { language: 'th' });
    assert.ok(explanation.every((line) => /[\u0e00-\u0e7f]/.test(line)), explanation.join('\n'));
  });

  it('guesses every data set that we have without a bad row', function () {
    if (!fs.existsSync(DATA)) this.skip();
    for (const [file, count] of [
      ['beijing_air_2016-12.csv', 4464 * 11],
      ['calder_valley_river_rain_2025-09.csv', 9188],
      ['dublin_noise_2019-12.csv', 5616],
      ['melbourne_pedestrian_2016.csv', 5661],
      ['metro_interstate_2018h1.csv', 4329 * 5],
      ['openaq_pm25_no2_2019.csv', 3178],
      ['uci_air_italy_2004-2005.csv', 9357 * 7],
      ['london_dft_8am_2014-2016.csv', 1771 * 6],
    ] as const) {
      const text = fs.readFileSync(path.join(DATA, file), 'utf8');
      const { out, problems, result } = run(guessMapping(text).mapping, text);
      assert.deepEqual(problems, [], file);
      assert.equal(result.bad, 0, file);
      assert.equal(out.length, count, file);
    }
  });
});

describe('mapping: presets', () => {
  for (const preset of PRESETS) {
    it(`${preset.id} reads its own sample`, () => {
      assert.ok(mappingSchema.safeParse(preset.mapping).success);
      const { out, problems } = run(preset.mapping, preset.sample);
      assert.deepEqual(problems.filter((p) => p.code !== 'mapping/bad-unit'), []);
      assert.ok(out.length > 0);
      assert.ok(out.every((o) => typeof o.value === 'number'));
    });
  }
});
