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
      ['PM2.5', 'PM2.5', undefined],
      ['pm2.5', 'PM2.5', undefined],
      ['PM 2.5', 'PM2.5', undefined],
      ['PM2,5', 'PM2.5', undefined],
      ['PM₂.₅', 'PM2.5', undefined],
      ['PM2.5 (µg/m³)', 'PM2.5', 'ug/m3'],
      ['PM2.5 [ug/m3]', 'PM2.5', 'ug/m3'],
      ['PM2.5 / µg/m³', 'PM2.5', 'ug/m3'],
      ['PM2.5 µg/m³', 'PM2.5', 'ug/m3'],
      ['PM2.5_ugm3', 'PM2.5', 'ug/m3'],
      ['PM2.5, ug/m3', 'PM2.5', 'ug/m3'],
      ['PM10', 'PM10', undefined],
      ['PM1.0', 'PM1', undefined],
      ['PM0.1', 'PM0.1', undefined],
      ['CO2 (ppm)', 'CO2', '[ppm]'],
      ['NO₂', 'NO2', undefined],
      ['O3', 'O3', undefined],
      ['VOC1.5', 'VOC1.5', undefined],
      ['sensor.pm2.5', 'PM2.5', undefined],
      ['sensor.PM2.5 (µg/m³)', 'PM2.5', 'ug/m3'],
      ['pm2.5.value', 'PM2.5', undefined],
      ['data.0.voc1.5', 'voc1.5', undefined],
      ['ค่าฝุ่น PM2.5 (มคก./ลบ.ม.)', 'PM2.5', 'ug/m3'],
      ['ฝุ่นPM2.5', 'PM2.5', undefined],
      ['ฝุ่น PM 2.5', 'PM2.5', undefined],
      ['ก๊าซโอโซน', 'ก๊าซโอโซน', undefined],
      ['ก๊าซ โอโซน', 'O3', undefined],
      ['ปริมาณน้ำฝน (มม.)', 'rain', 'mm'],
      ['Rel. humidity (%)', 'humidity', '%'],
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

  it('reads values below names with a dot, in tables, in objects and in objects of objects', () => {
    const table = 'time,station,PM2.5 (µg/m³),PM10\n2026-01-05T08:00:00Z,a,12,30\n2026-01-05T09:00:00Z,a,13,31\n';
    const flat = [{ time: '2026-01-05T08:00:00Z', station: 'a', 'PM2.5': 12, PM10: 30 }, { time: '2026-01-05T09:00:00Z', station: 'a', 'PM2.5': 13, PM10: 31 }];
    const deep = flat.map(({ 'PM2.5': fine, PM10, ...row }) => ({ ...row, sensor: { air: { 'pm2.5': fine, PM10 } } }));
    const long = flat.flatMap(({ time, station, ...of }) => Object.entries(of).map(([parameter, value]) => ({ time, station, parameter, value })));
    for (const input of [table, flat, deep, long]) {
      const { out, problems } = run(guessMapping(input).mapping, input);
      assert.deepEqual(problems, []);
      assert.deepEqual(out.map((o) => [o.property, o.value]), [['PM2.5', 12], ['PM10', 30], ['PM2.5', 13], ['PM10', 31]]);
    }
  });

  it('gives two columns of one property two names', () => {
    const text = 'time,indoor.PM2.5,outdoor.PM2.5\n2026-01-05T08:00:00Z,12,30\n';
    assert.deepEqual(run(guessMapping(text).mapping, text).out.map((o) => [o.property, o.value]), [['PM2.5', 12], ['outdoor.PM2.5', 30]]);
  });

  it('finds the times though some of them are none, and names the rows of those', () => {
    const day = (i: number): string => String(i).padStart(2, '0');
    const all: [name: string, times: string[], format: string | undefined][] = [
      ['time', ['2026-01-05T08:00:00+07:00', '2026-01-05T08:10:00+07:00', 'x:00+07:00', '2026-01-05T08:40:00+07:00', '?', '-'], undefined],
      ['time', ['1767600000', 'x', '1767603600', '1767607200'], 's'],
      ['time', ['12/28/2025 08:00', '12/29/2025 08:00', '1/2/2026 08:00', '1/2/26', 'yesterday'], 'M/d/yyyy H:mm'],
      ['when', Array.from({ length: 10 }, (_, i) => (i === 3 ? 'broken' : `${day(i + 1)}.01.2026 08:00`)), 'd.M.yyyy H:mm'],
    ];
    for (const [name, times, format] of all) {
      const text = `${name},station,v\n${times.map((time) => `${time},a,1\n`).join('')}`;
      const { mapping, explanation } = guessMapping(text);
      assert.deepEqual([mapping.time.columns, mapping.time.format], [[name], format], explanation.join('\n'));
      const { out, problems } = run(mapping, text);
      assert.ok(out.length > 0 && problems.length > 0);
      assert.equal(out.length + problems.length, times.length);
      assert.ok(problems.every(({ code }) => code === 'mapping/bad-time'));
    }
  });

  it('does not take texts and numbers for times where few of them are', () => {
    const text = 'what,v\na,1013\nb,1014\n2026-01-05,1015\nc,1016\n';
    assert.deepEqual(guessMapping(text).mapping.time.columns, ['$now']);
  });

  it('looks at so many columns and no more: a form that asks must not hold up the flow', () => {
    const names = Array.from({ length: 40_000 }, (_, i) => `PM2.5 ${i}`);
    const wide = Object.fromEntries(names.map((name, i) => [name, i]));
    const table = `${names.join(',')}\n${'1,'.repeat(names.length)}\n`;
    for (const sample of [table, JSON.stringify(wide), JSON.stringify([names, names.map(() => 1)]), JSON.stringify([{ readings: [wide] }])]) { // prettier-ignore
      // of the processor: what others do on the machine meanwhile is not its own
      const began = process.cpuUsage();
      guessMapping(sample);
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1000;
      assert.ok(took < 500, `${Math.round(took)} ms`);
    }
    const few = `time,${names.slice(0, 250).join(',')}\n2026-01-05T00:00:00Z,${'1,'.repeat(250)}\n`;
    const { mapping } = guessMapping(few);
    assert.ok(mapping.values.layout === 'wide' && mapping.values.columns.length > 200);
  });

  it('says of rows without a time of arrival what is to be done', () => {
    const problems: Problem[] = [];
    const text = 'foo,bar\n1,2\n';
    compileMapping(guessMapping(text).mapping).map(text, [], problems);
    assert.deepEqual(problems.map(({ code }) => code), ['mapping/no-arrival']);
    assert.match(problems[0]!.hint, /column that holds it/);
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

  it('takes times that say no zone for those of the zone that it is given, and says so; others say their own', () => {
    const time = Date.UTC(2026, 10, 24, 1);
    const tasmota = '{"Time":"2026-11-24T08:00:00","DS18B20":{"Id":"0119A2B3","Temperature":21.5},"TempUnit":"C"}';
    const csv = 'Zeit;Temperatur\n24.11.2026 08:00;21,5\n24.11.2026 08:10;21,6\n';
    const columns = [{ when: '2026-11-24 08:00', v: 1 }, { when: '2026-11-24 08:10', v: 2 }];
    for (const input of [tasmota, csv, columns]) {
      const { mapping, explanation } = guessMapping(input, { topic: 'tele/cellar/SENSOR', zone: 'Asia/Bangkok' });
      assert.equal(run(mapping, input).out[0]?.time, time, explanation.join(' '));
      assert.ok(explanation.some((line) => line.includes('Asia/Bangkok')), explanation.join(' '));
      assert.equal(run(guessMapping(input).mapping, input).out[0]?.time, time + 7 * 3_600_000, 'nobody said where');
    }
    const told = guessMapping('{"time":"2026-11-24T01:00:00Z","v":1}', { zone: 'Asia/Bangkok' });
    assert.equal(told.mapping.time.zone, undefined);
    assert.ok(!told.explanation.some((line) => line.includes('Bangkok')));
  });

  it('uses the topic and the time of arrival of an MQTT payload', () => {
    const { mapping } = guessMapping({ temperature: 21 }, { topic: 'city/t1' });
    assert.deepEqual(run(mapping, { temperature: 21 }).out.map((o) => [o.thing, o.value, o.time]), [
      ['city/t1', 21, Date.UTC(2026, 0, 5)],
    ]);
  });

  it('takes station and property from the topic of a number alone', () => {
    const topics: [string, unknown, string[]][] = [
      ['home/kitchen/temperature', 21.5, ['kitchen', 'temperature', '']],
      ['home/kitchen/temperature', '21.5', ['kitchen', 'temperature', '']],
      ['home/kitchen/temperature', '21,5', ['kitchen', 'temperature', '']],
      ['temperature', Buffer.from('-3,25\n'), ['temperature', 'value', '']],
      ['rh/bath/humidity', Buffer.from('81'), ['bath', 'humidity', '%']],
      ['bath/temp_c', 21.5, ['bath/temp_c', 'value', '']],
      ['temperature', 21.5, ['temperature', 'value', '']],
    ];
    for (const [topic, payload, expected] of topics) {
      const { mapping, explanation } = guessMapping(payload, { topic });
      const out: Observation[] = [];
      const problems: Problem[] = [];
      compileMapping(mapping).map(payload, out, problems, { topic, now: Date.UTC(2026, 0, 5) });
      assert.deepEqual(out.map((o) => [o.thing, o.property, o.unit ?? '']), [expected], explanation.join(' '));
      assert.deepEqual(problems, []);
    }
    // all that is below home/+/+ goes through one mapping
    const { mapping } = guessMapping(21.5, { topic: 'home/kitchen/temperature' });
    const out: Observation[] = [];
    compileMapping(mapping).map(55, out, [], { topic: 'home/hall/humidity', now: Date.UTC(2026, 0, 5) });
    assert.deepEqual(out.map((o) => [o.thing, o.property, o.value]), [['hall', 'humidity', 55]]);
  });

  it('takes contacts and switches for yes and no, and does not leave them out', () => {
    const door = guessMapping({ contact: false, linkquality: 120 }, { topic: 'zigbee2mqtt/window' }).mapping;
    assert.deepEqual(run(door, { contact: true, linkquality: 3 }).out.map((o) => [o.property, o.value]), [
      ['contact', true],
      ['linkquality', 3],
    ]);
    const plug = guessMapping('ON', { topic: 'stat/plug/POWER' }).mapping;
    assert.deepEqual(run(plug, 'OFF').out.map((o) => o.value), [false]);
  });

  it('takes humidity from 0 to 100 for percent, and says so; nothing else has an assumed unit', () => {
    const { mapping, explanation } = guessMapping({ temperature: 27.4, humidity: 81, time: 1795473109 }, { topic: 'x' });
    assert.deepEqual(run(mapping, { temperature: 27.4, humidity: 81, time: 1795473109 }).out.map((o) => o.unit), [undefined, '%']);
    assert.ok(explanation.some((line) => line.includes('humidity is taken as %')));
    const share = guessMapping({ humidity: 0.81 }).mapping;
    assert.deepEqual(run(share, { humidity: 0.81 }).out.map((o) => o.unit), [undefined]);
  });

  it('reads the file of a German logger', () => {
    const csv = 'Zeit;Raum;Temperatur in °C;rel. Luftfeuchtigkeit in %\n23.11.2026 21:00;Küche;27,4;81,5\n23.11.2026 21:00;Bad;22,1;80\n';
    const { out, problems } = run(guessMapping(csv).mapping, csv);
    assert.deepEqual(problems, []);
    assert.deepEqual(out.map((o) => [o.thing, o.property, o.value, o.unit]), [
      ['Küche', 'temperature', 27.4, 'Cel'],
      ['Küche', 'humidity', 81.5, '%'],
      ['Bad', 'temperature', 22.1, 'Cel'],
      ['Bad', 'humidity', 80, '%'],
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
