/** Saved answers of every form, as people get them: with curl, from a broker, from a log, cut, or not SensorThings at all. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readSaved, type ReadOptions } from '../../../bin/lib/decode';
import { main } from '../../../bin/lib/main';

type Any = Record<string, any>;

const read = (saved: unknown, options?: ReadOptions): Any[] =>
  readSaved(typeof saved === 'string' ? saved : JSON.stringify(saved), options).parts as Any[];
const one = (saved: unknown, options?: ReadOptions): Any => {
  const parts = read(saved, options);
  assert.equal(parts.length, 1);
  return parts[0]!;
};
const codes = (part: Any): string[] => ((part['problems'] ?? []) as Any[]).map(({ code }) => code as string);
const T = '2026-01-01T00:00:00Z';

describe('saved answers', () => {
  it('an Observation with all that was expanded', () => {
    const page = one({
      value: [
        {
          '@iot.id': 1,
          phenomenonTime: '2026-11-20T01:00:00+07:00/2026-11-20T02:00:00+07:00',
          result: '36.5',
          Datastream: {
            '@iot.id': 9,
            name: 'T',
            unitOfMeasurement: { name: 'degree Celsius', symbol: 'C', definition: '' },
            ObservedProperty: { name: 'Temperature' },
            Thing: {
              '@iot.id': 3,
              name: 'A',
              Locations: [{ location: { type: 'Point', coordinates: [100.5, 13.7] } }],
            },
          },
          FeatureOfInterest: { '@iot.id': 4, feature: { type: 'Point', coordinates: [101, 14] } },
        },
      ],
    });
    assert.equal(page['is'], 'page of Observations');
    assert.deepEqual(page['observations'], [
      {
        id: 'unknown-server|9|1',
        datastream: 'unknown-server|9',
        property: 'Temperature',
        time: '2026-11-19T18:00:00Z',
        timeEnd: '2026-11-19T19:00:00Z',
        value: 36.5,
        unit: 'Cel',
        place: [101, 14],
        thing: 'unknown-server|3',
        placeFrom: 'foi',
      },
    ]);
  });

  it('an answer with its head, after redirects (curl -i)', () => {
    const saved = `HTTP/1.1 301 Moved\r\nLocation: https://h/x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"value":[{"@iot.id":1,"phenomenonTime":"${T}","result":NaN}]}`;
    assert.deepEqual(
      [one(saved)['observations'][0].value, one(saved)['observations'][0].quality],
      [null, 'missing'],
      'NaN is no JSON, and yet it is sent',
    );
    const gone = one('HTTP/2 410 \r\nserver: x\r\n\r\n');
    assert.deepEqual([gone['is'], gone['status'], gone['client'].class], ['error', 410, 'config']);
    assert.equal(one('HTTP/1.1 503 Busy\r\n\r\n<p>Later</p>')['message'], 'Later');
  });

  it('a multipart batch with a change set', () => {
    const saved = [
      '--b1',
      'Content-Type: application/http',
      '',
      'HTTP/1.1 200 OK',
      'Content-Type: application/json',
      '',
      '{"@iot.id":1,"@iot.selfLink":"http://h/v1.1/Things(1)","name":"a"}',
      '--b1',
      'Content-Type: multipart/mixed; boundary=cs',
      '',
      '--cs',
      'Content-Type: application/http',
      '',
      'HTTP/1.1 201 Created',
      'Location: http://h/v1.1/Observations(99)',
      '',
      '--cs',
      'Content-Type: application/http',
      '',
      'HTTP/1.1 404 Not Found',
      '',
      '{"code":404,"message":"Nothing found."}',
      '--cs--',
      '--b1--',
    ].join('\r\n');
    const parts = read(saved);
    assert.deepEqual(
      parts.map(({ is }) => is as string),
      ['Thing', 'created', 'error'],
    );
    assert.equal(parts[1]!['address'], 'http://h/v1.1/Observations(99)');
    assert.equal(parts[2]!['message'], 'Nothing found.');
  });

  it('lines of a broker (mosquitto_sub -v), with the echo left out', () => {
    const parts = read(
      [
        'v1.1/Datastreams(1)/Observations {"result":1}',
        `v1.1/Datastreams(1)/Observations {"@iot.id":5,"result":1,"phenomenonTime":"${T}"}`,
        'v1.1/Things(1) {"@iot.id":1,"name":"x"}',
        'v1.1/Datastreams(1)/description {"description":"x"}',
        `v1.1/Observations?$select=result,phenomenonTime {"result":2,"phenomenonTime":"${T}"}`,
      ].join('\n'),
    );
    assert.deepEqual(
      parts.map(({ is }) => (is as string).split(' ')[0]),
      ['echo', 'Observation', 'Thing', 'properties', 'Observation'],
    );
    assert.equal(parts[1]!['observations'][0].id, 'unknown-server|1|5');
    const removed = one({
      topic: 'v2.0/Datastreams(4)/Observations',
      userProperties: { type: 'delete' },
      payload: { id: 7 },
    });
    assert.deepEqual([removed['is'], removed['entity']], ['deleted', { id: 7 }]);
    const asText = one({
      topic: 'v1.1/Datastreams(1)/Observations',
      payload: `{"@iot.id":1,"result":2,"phenomenonTime":"${T}"}`,
    });
    assert.equal(asText['observations'][0].value, 2);
  });

  it('a dataArray of several groups, with and without ids, and with rows that are none', () => {
    const page = one({
      value: [
        { components: ['phenomenonTime', 'result'], dataArray: [[T, 1]] },
        {
          'Datastream@iot.navigationLink': 'http://h/v1.1/Datastreams(2)',
          components: ['@iot.id', 'result', 'phenomenonTime', 'other'],
          'dataArray@iot.count': '3',
          values: [[7, '12.5', T], [8, null, T], 'x'],
        },
      ],
    });
    assert.deepEqual(
      page['observations'].map((o: Any) => [o['id'], o['value']]),
      [
        [`http://h/v1.1|unknown|${Date.parse(T)}/1`, 1],
        ['http://h/v1.1|2|7', 12.5],
        ['http://h/v1.1|2|8', null],
      ],
    );
    assert.deepEqual(codes(page), ['sta-no-row']);
  });

  it('version 2: records in records, as objects and as lists', () => {
    const stream = {
      '@id': 'http://h/v2.0/Datastreams(5)',
      id: 5,
      name: 'weather',
      resultType: {
        type: 'DataRecord',
        fields: [
          { name: 't', type: 'Quantity', uom: { code: 'Cel' }, definition: 'ObservedProperties(1)' },
          {
            name: 'wind',
            type: 'DataRecord',
            fields: [
              { name: 'speed', type: 'Quantity', uom: { code: 'm/s' } },
              { name: 'dir', type: 'Quantity', uom: { code: 'deg' } },
            ],
          },
          { name: 'sky', type: 'Category' },
        ],
      },
      ObservedProperties: [{ id: 1, name: 'Air temperature', definition: 'http://x/t' }],
      Observations: [
        { id: 1, phenomenonTime: { start: T }, result: [1, [2, 3], 'clear'] },
        {
          id: 2,
          phenomenonTime: { start: T, end: '2026-01-01T01:00:00Z' },
          result: { t: '1.5', wind: { speed: 2 }, sky: '7' },
        },
        { id: 3, phenomenonTime: { start: T }, result: [1, 2] },
        { id: 4, phenomenonTime: { start: T }, result: null },
      ],
      'Observations@nextLink': 'http://h/v2.0/Datastreams(5)/Observations?$skip=4',
    };
    const part = one(stream);
    const { Observations } = part['entities'][0].expanded;
    assert.deepEqual(
      Observations.map((o: Any) => o['value']),
      [
        { t: 1, 'wind.speed': 2, 'wind.dir': 3, sky: 'clear' },
        { t: 1.5, 'wind.speed': 2, 'wind.dir': null, sky: '7' },
        null,
      ],
    );
    assert.deepEqual(codes(part), ['sta-record']);
    assert.deepEqual(part['entities'][0].fields[0], {
      name: 't',
      property: 'Air temperature',
      unit: 'Cel',
      unitAsWritten: { symbol: 'Cel', definition: 'ucum:Cel' },
    });
    const split = one(stream, { records: 'split' })['entities'][0].expanded.Observations as Any[];
    assert.deepEqual(
      split.slice(0, 4).map((o) => [o['id'], o['property'], o['value'], o['unit']]),
      [
        ['http://h/v2.0|5|1#1', 'Air temperature', 1, 'Cel'],
        ['http://h/v2.0|5|1#2', 'speed', 2, 'm/s'],
        ['http://h/v2.0|5|1#3', 'dir', 3, 'deg'],
        ['http://h/v2.0|5|1#4', 'sky', 'clear', undefined],
      ],
    );
  });

  it('CSV, with paths as column names', () => {
    const part = one(
      `id,phenomenonTime,result,Datastream/name,Datastream/@iot.id,Datastream/unitOfMeasurement/symbol\n1,${T},12.5,PM,7,°C\n2,${T},,PM,7,°C\n`,
    );
    assert.equal(part['format'], 'CSV');
    assert.deepEqual(
      part['observations'].map((o: Any) => [o['id'], o['property'], o['value'], o['unit']]),
      [
        ['unknown-server|7|1', 'PM', 12.5, 'Cel'],
        ['unknown-server|7|2', 'PM', null, 'Cel'],
      ],
    );
  });

  it('addresses only ($ref), a property, a value, a text in a text, a list without a page', () => {
    assert.deepEqual(
      one({ value: [{ '@iot.selfLink': 'http://localhost/v1.1/Things(1)' }] }, { root: 'https://h/v1.1' })['addresses'],
      ['https://h/v1.1/Things(1)'],
    );
    assert.deepEqual(one({ name: 'Air' })['properties'], { name: 'Air' });
    assert.equal(one('17.5')['value'], '17.5');
    assert.equal(
      one(JSON.stringify(JSON.stringify({ '@iot.id': 1, result: 2, phenomenonTime: T })))['observations'][0].value,
      2,
    );
    assert.equal(one([{ '@iot.id': 1, name: 'a', unitOfMeasurement: { symbol: '%' } }])['entities'][0].unit, '%');
  });

  it('entities without an address of their own, by what they hold', () => {
    const kinds: [object, string][] = [
      [{ id: 1, time: T, Thing: { id: 1 }, Locations: [] }, 'HistoricalLocation'],
      [{ id: 1, taskingParameters: {}, creationTime: T }, 'Task'],
      [{ id: 1, name: 'x', taskingParameters: {} }, 'TaskingCapability'],
      [{ id: 1, name: 'x', encodingType: 'application/pdf', metadata: 'x' }, 'Sensor'],
      [{ id: 1, name: 'x', definition: 'http://x' }, 'ObservedProperty'],
      [{ id: 1, name: 'x', Locations: [] }, 'Thing'],
      [{ id: 1, name: 'x', 'Datastreams@navigationLink': 'Things(1)/Datastreams' }, 'Thing'],
      [{ '@context': 'https://h/v2.0/$metadata#FeatureType', id: 1, name: 'x' }, 'FeatureType'],
      [{ id: 1, feature: 'POINT (1 2)', encodingType: 'text/plain' }, 'FeatureOfInterest'],
    ];
    assert.deepEqual(
      one({ '@iot.selfLink': 'http://h/v1.1/Parties(1)', '@iot.id': 1, role: 'individual' })['entities'],
      [{ kind: 'Party', id: 1, address: 'http://h/v1.1/Parties(1)', content: { role: 'individual' } }],
    );
    for (const [raw, kind] of kinds) assert.equal(one(raw)['entities'][0].kind, kind, JSON.stringify(raw));
  });

  it('errors of every shape', () => {
    const errors: [unknown, string, number | undefined][] = [
      [{ timestamp: T, status: 404, error: 'Not Found', path: '/x' }, 'Not Found', 404],
      [{ detail: 'Not authenticated' }, 'Not authenticated', undefined],
      [{ error: { code: 'x', message: 'Token expired' } }, 'Token expired', undefined],
      [{ code: 400, type: 'error', message: 'Failed to parse' }, 'Failed to parse', 400],
      [{ message: 'Cannot GET /v1.1' }, 'Cannot GET /v1.1', undefined],
      [{ status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' }, 'slow down', 429],
      [{ status: 500, headers: {}, body: '' }, '(the server says nothing)', 500],
    ];
    for (const [raw, message, status] of errors) {
      const part = one(raw);
      assert.deepEqual([part['is'], part['message'], part['status']], ['error', message, status]);
    }
    assert.equal(one({ status: 503, headers: { 'retry-after': '120' }, body: '' })['retryAfterSeconds'], 120);
  });

  it('what cannot be read is told, with the place and what to do', () => {
    const cut = one('{"value":[{"@iot.id":1,"phenomenonTime":"2026-01');
    assert.deepEqual(codes(cut), ['not-json']);
    assert.match(cut['problems'][0].message, /breaks off after 48 characters/);
    assert.deepEqual(codes(one('{"value": [1, 2,, 3]}')), ['not-json']);
    assert.deepEqual(codes(one('<html><h1>Login</h1></html>')), ['not-sta']);
    assert.deepEqual(codes(one('Dear all,\nplease find the data attached.\n')), ['not-sta']);
    assert.deepEqual(codes(one({ value: [1, null] })), ['no-entity', 'no-entity']);
    const odd = one({ '@iot.id': 1, phenomenonTime: T, result: 1, resultTime: 'soon' });
    assert.deepEqual([odd['observations'].length, codes(odd), odd['warnings'][0].code], [1, [], 'time']);
    assert.equal(one('')['is'], 'nothing (an empty answer)');
    assert.equal(one('{}')['is'], 'nothing (an empty object)');
    assert.equal(one('[]')['is'], 'empty page');
    const lines = read(`v1.1/Things(1) {"@iot.id":1}\nnonsense\n`);
    assert.deepEqual(lines.map(codes), [[], ['not-json']]);
  });

  it('never throws, whatever is wrapped in whatever', () => {
    const odd: unknown[] = [
      null,
      true,
      5,
      'x',
      [],
      {},
      [[]],
      { value: {} },
      { value: [[]] },
      { value: [{ value: [{}] }] },
    ];
    for (const a of odd) {
      for (const b of odd) {
        for (const saved of [
          { status: 200, body: a },
          { topic: 'v1.1/Things', payload: b },
          { request: a, response: b },
          { a, b },
          [a, b],
        ]) {
          assert.ok(read(saved).length >= 0);
        }
      }
    }
    let deep = '{"@iot.id":1}';
    for (let i = 0; i < 1000; i++) deep = `{"@iot.id":1,"Thing":${deep}}`;
    assert.equal(one(deep)['entities'][0].kind, 'entity');
  });
});

describe('city-events decode', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'city-events-decode-'));
    writeFileSync(
      path.join(folder, 'page.json'),
      JSON.stringify({ value: [{ '@iot.id': 1, phenomenonTime: '2026-01-01 00:00:00', result: -999 }] }),
    );
    writeFileSync(path.join(folder, 'cut.json'), '{"value":[');
    writeFileSync(path.join(folder, 'packed.json'), gzipSync('{"@iot.id":1,"name":"x","Locations":[]}'));
  });
  after(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    let [out, err] = ['', ''];
    const code = await main(['decode', ...args], { out: (text) => (out += text), err: (text) => (err += text) }, '0');
    return { code, out, err };
  }
  const file = (name: string): string => path.join(folder, name);

  it('writes JSON that can be read again, and takes its options', async () => {
    const { code, out } = await run(
      file('page.json'),
      '--zone',
      'Asia/Bangkok',
      '--missing=-999',
      '--root',
      'https://h/v1.1/',
    );
    assert.equal(code, 0);
    const { observations } = JSON.parse(out) as { observations: Any[] };
    assert.deepEqual(observations, [
      {
        id: 'https://h/v1.1|unknown|1',
        datastream: 'https://h/v1.1|unknown',
        time: '2025-12-31T17:00:00Z',
        value: null,
        quality: 'missing',
      },
    ]);
  });

  it('unpacks what was saved as it came', async () => {
    assert.match((await run(file('packed.json'))).out, /"kind": "Thing"/);
  });

  it('says with its exit code how it went, and goes on after a bad file', async () => {
    assert.equal((await run(file('cut.json'))).code, 1);
    const { code, out, err } = await run(file('nothing.json'), file('page.json'));
    assert.equal(code, 3);
    assert.match(err, /there is no such file/);
    assert.match(out, /"value": -999/);
    assert.equal((await run()).code, 2);
    assert.equal((await run(file('page.json'), '--zone', 'Nowhere')).code, 2);
    assert.equal((await run(file('page.json'), '--missing', 'x')).code, 2);
  });
});
