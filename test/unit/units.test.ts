import assert from 'node:assert/strict';
import { convert, converter, toUcum, unitLabel } from '../../nodes/ecdm/units';
import { gasOf } from '../../nodes/ecdm/gases';
import { ALIASES, QUDT, WORDS } from '../../nodes/ecdm/unit-names';

describe('units: names', () => {
  const cases: [Parameters<typeof toUcum>[0], string | undefined][] = [
    // one unit, as ten servers write it
    ['ug/m3', 'ug/m3'],
    ['\u00b5g/m\u00b3', 'ug/m3'],
    ['\u03bcg/m\u00b3', 'ug/m3'],
    ['ug/m^3', 'ug/m3'],
    ['ug.m-3', 'ug/m3'],
    ['µg m⁻³', 'ug/m3'],
    ['µg·m⁻³', 'ug/m3'],
    ['UG/M3', 'ug/m3'],
    ['㎍/㎥', 'ug/m3'],
    ['µg / m³', 'ug/m3'],
    ['Micrograms per cubic metre', 'ug/m3'],
    ['ไมโครกรัมต่อลูกบาศก์เมตร', 'ug/m3'],
    [{ definition: 'http://dd.eionet.europa.eu/vocabulary/uom/concentration/ug.m-3' }, 'ug/m3'],
    [{ definition: 'http://qudt.org/vocab/unit/MicroGM-PER-M3', symbol: '?' }, 'ug/m3'],
    [{ name: 'microgram per cubic meter', symbol: '', definition: '' }, 'ug/m3'],
    // temperature
    [{ name: 'Degree Celsius', symbol: 'C', definition: 'http://www.qudt.org/qudt/owl/1.0.0/unit/Instances.html#DegreeCelsius' }, 'Cel'],
    [{ name: 'Degree Celsius', symbol: '°C', definition: 'http://unitsofmeasure.org/ucum.html#para-30' }, 'Cel'],
    [{ definition: 'ucum:Cel' }, 'Cel'],
    [{ definition: 'http://unitsofmeasure.org/Cel' }, 'Cel'],
    [{ definition: 'urn:ogc:def:uom:UCUM::Cel' }, 'Cel'],
    [{ definition: 'http://www.opengis.net/def/uom/UCUM/0/Cel' }, 'Cel'],
    ['℃', 'Cel'],
    ['º C', 'Cel'],
    [{ symbol: 'C', name: 'coulomb' }, 'C'],
    ['degF', '[degF]'],
    // the rest of a city
    [{ definition: 'ucum:[ppth] approx.' }, '[ppth]'],
    ['dB(A)', 'dB[A]'],
    ['dB', 'dB'],
    ['ft^3/s', '[cft_i]/s'],
    ['m³/s', 'm3/s'],
    ['m3.s-1', 'm3/s'],
    [{ definition: 'https://unitsofmeasure.org/m3/s' }, 'm3/s'],
    ['μS/cm', 'uS/cm'],
    ['l/s', 'L/s'],
    ['ml', 'mL'],
    ['PPM', '[ppm]'],
    ['[ppm]', '[ppm]'],
    ['％', '%'],
    ['Stück', '1'],
    ['{vehicles}/h', '/h'],
    ['mAOD', 'm'],
    ['Celsius (°C)', 'Cel'],
    ['hPa', 'hPa'],
    ['mm/h', 'mm/h'],
    ['m/s²', 'm/s2'],
    // not units
    ['', undefined],
    ['N/A', undefined],
    ['bananas', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
    [{ symbol: null, name: null, definition: null }, undefined],
    [{}, undefined],
    [undefined, undefined],
    [null, undefined],
    ['x'.repeat(10_000), undefined],
    [{ definition: 'http://example.org/%E0%A4%A' }, undefined],
  ];
  for (const [given, wanted] of cases) {
    it(`${JSON.stringify(given)?.slice(0, 60)} is ${wanted}`, () => assert.equal(toUcum(given), wanted));
  }

  it('survives what is not a unit at all', () => {
    for (const odd of [5, true, [], () => 1, { definition: {}, symbol: 7, name: [] }]) {
      assert.equal(toUcum(odd as never), undefined);
    }
  });

  it('gives codes that are UCUM again, for every spelling in the tables', () => {
    for (const table of [ALIASES, WORDS, QUDT]) {
      for (const [code, names] of Object.entries(table)) {
        assert.equal(toUcum(code), code, code);
        assert.notEqual(converter(code, code), undefined);
        if (table !== QUDT) for (const name of names) assert.equal(toUcum({ symbol: name }), code, `${name} of ${code}`);
      }
    }
  });
});

describe('units: conversion', () => {
  const near = (a: number | undefined, b: number): void => {
    assert.ok(a !== undefined && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
  };

  it('converts between units of one quantity', () => {
    assert.equal(convert(1, 'mg/m3', 'ug/m3'), 1000);
    assert.equal(convert(90, 'ug/m3', 'mg/m3'), 0.09);
    assert.equal(convert(90, 'ug/m3', 'ug.m-3'), 90);
    near(convert(20, 'Cel', 'K'), 293.15);
    near(convert(212, '[degF]', 'Cel'), 100);
    near(convert(-40, 'Cel', '[degF]'), -40);
    near(convert(36, 'km/h', 'm/s'), 10);
    near(convert(1, '[mi_i]/h', 'km/h'), 1.609344);
    near(convert(1, '[kn_i]', 'km/h'), 1.852);
    near(convert(1013.25, 'hPa', 'atm'), 1);
    near(convert(760, 'mm[Hg]', 'hPa'), 1013.25);
    near(convert(29.92126, '[in_i].m[Hg]/m', 'hPa'), 1013.25);
    near(convert(1, '[cft_i]/s', 'L/s'), 28.316846592);
    near(convert(1, '[ft_i]', 'cm'), 30.48);
    assert.equal(convert(50, '%', '1'), 0.5);
    assert.equal(convert(1, '[ppm]', '[ppb]'), 1000);
    assert.equal(convert(60, '/min', '/h'), 3600);
  });

  it('turns ppm of a named gas into a mass concentration at 25 °C and 1 atm, and back', () => {
    near(convert(1, '[ppm]', 'mg/m3', 'CO'), 1.1456074);
    near(convert(50, '[ppm]', 'ug/m3', 'CO'), 57_280.37);
    near(convert(1, '[ppb]', 'ug/m3', 'NO2'), 1.881616);
    near(convert(57_280.37, 'ug/m3', '[ppm]', 'Carbon monoxide (CO)'), 50);
    near(convert(convert(3, '[ppb]', 'mg/m3', 'O3')!, 'mg/m3', '[ppb]', 'ozone'), 3);
  });

  it('has no answer for what does not measure the same', () => {
    assert.equal(converter('[ppm]', 'ug/m3'), undefined, 'which gas?');
    assert.equal(converter('[ppm]', 'ug/m3', 'PM2.5'), undefined);
    assert.equal(converter('%', 'ug/m3', 'CO'), undefined);
    assert.equal(converter('dB', 'dB[A]'), undefined);
    assert.equal(converter('Cel', 'ug/m3'), undefined);
    assert.equal(converter('bananas', 'ug/m3'), undefined);
    assert.equal(converter('', 'm'), undefined);
  });

  it('knows the gas from the name of the property', () => {
    assert.equal(gasOf('co'), 'CO');
    assert.equal(gasOf('CO₂'), 'CO2');
    assert.equal(gasOf('Nitrogen dioxide, hourly'), 'NO2');
    assert.equal(gasOf('NO concentration'), 'NO');
    assert.equal(gasOf('no idea'), undefined);
    assert.equal(gasOf('NO2 and O3'), undefined);
    assert.equal(gasOf('PM2.5'), undefined);
    assert.equal(gasOf('__proto__'), undefined);
  });
});

describe('units: labels', () => {
  for (const [code, label] of [
    ['ug/m3', 'µg/m³'], ['Cel', '°C'], ['[ppm]', 'ppm'], ['dB[A]', 'dB(A)'], ['m3/s', 'm³/s'], ['1', ''], ['%', '%'],
    ['[cft_i]/s', 'ft³/s'], ['uS/cm', 'µS/cm'], ['/h', '/h'], ['W/m2', 'W/m²'], ['m', 'm'], ['mm/h', 'mm/h'], ['[ft_i]', 'ft'],
  ] as const) {
    it(`${code} is shown as "${label}"`, () => assert.equal(unitLabel(code), label));
  }
  it('reads its own labels back', () => {
    for (const code of ['ug/m3', 'Cel', '[ppm]', 'dB[A]', 'm3/s', '%', '[cft_i]/s', 'uS/cm', '[mi_i]/h', 'kW.h', 'mm[Hg]', '[ft_i]', '[ppth]']) {
      assert.equal(toUcum(unitLabel(code)), code);
    }
  });
});
