/** Payloads of GOST, SensorUp, PSNC, 52°North, istSOS and STEAN. */
import assert from 'node:assert/strict';
import { rebase } from '../../../../nodes/sensorthings-server/client/links';
import { pages } from '../../../../nodes/sensorthings-server/client/paging';
import { type Any, type Expectations, fields } from './sample';

export const others: Expectations = {
  'rivm_gost_thing.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'id', 'name'), [['Thing', 7270, 'HLL_hl_device_465']]);
  },
  'rivm_gost_datastreams.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'id', 'unit'), [
      [38619, '%'],
      [38618, 'Cel'],
      [38617, 'ug/m3'],
      [38616, 'ug/m3'],
    ]);
    for (const one of sample.entities()) assert.equal(one['unitAsWritten'].name, undefined);
  },
  'gost_old_thing_location.json': (sample) => {
    assert.equal(
      sample.part('thing')['entities'][0].address,
      'http://localhost:8080/v1.0/Things(5)',
      'not quoted, though the id is a text',
    );
    assert.equal(
      rebase(sample.raw.thing['Locations@iot.navigationLink'], 'http://h/v1.0'),
      'http://h/v1.0/Things(5)/Locations',
    );
    const location = sample.part('location')['entities'][0];
    assert.deepEqual([location.encodingType, location.place], ['application/vnd.geo+json', [-117.123, 54.123]]);
  },
  'sensorup_thing.json': (sample) => {
    const [thing] = sample.entities();
    assert.deepEqual([thing!['id'], thing!['properties']['Position Status']], [1684190, 'Static Non-GPS']);
  },
  'sensorup_observations.json': (sample) => {
    assert.deepEqual(fields(sample.observations(), 'value', 'time'), [
      [0.704154, '2016-04-18T21:03:05.423Z'],
      [0.822983, '2016-04-18T20:58:05.437Z'],
    ]);
  },
  'psnc_object_results.json': (sample) => {
    const [utc] = sample.observations();
    assert.equal(utc!['time'], '2024-03-30T11:35:00Z');
    assert.deepEqual(fields(sample.one()['warnings'] as Any[], 'code'), [['naive-time']]);
    const [there] = sample.observations({ zone: 'Asia/Bangkok' });
    assert.equal(there!['time'], '2024-03-30T04:35:00Z');
    assert.equal(sample.one({ zone: 'Asia/Bangkok' })['warnings'], undefined);
    assert.equal(there!['value'].scientificName, 'Rhopilema nomadica');
  },
  'n52_server_settings.json': (sample) => {
    assert.deepEqual((sample.one()['software'] as Any)['version'], '2.2.2-SNAPSHOT');
  },
  'istsos4_root.json': (sample) => {
    assert.deepEqual(sample.one()['mqtt'], []);
    assert.equal(Object.keys(sample.one()['sets'] as Any).length, 8);
  },
  'istsos4_observations_page1.json': async (sample) => {
    assert.deepEqual(fields(sample.observations(), 'value').flat(), [10.5, 11.5, 12.5, 13.5, 14.5]);
    // %24top in the link is $top: nothing is lost, so the link is followed as it is
    const { body } = sample.raw;
    const asked: URL[] = [];
    const root = 'http://localhost:8018/istsos4/v1.1';
    const get = (url: string): Promise<unknown> => {
      asked.push(new URL(url));
      return Promise.resolve(asked.length === 1 ? body : { value: [] });
    };
    const start = `${root}/Datastreams(1)/Observations?$orderby=phenomenonTime asc&$count=true`;
    for await (const { rows } of pages(get, new URL(start).href, { root, limit: 100 })) assert.equal(rows, 5);
    assert.equal(asked.length, 2);
    assert.deepEqual(
      [...asked[1]!.searchParams],
      [
        ['$orderby', 'phenomenonTime asc'],
        ['$count', 'true'],
        ['$top', '5'],
        ['$skip', '5'],
      ],
    );
  },
  'istsos4_top0_selfloop.json': async (sample) => {
    assert.deepEqual(sample.observations(), []);
    const root = 'http://localhost:8018/istsos4/v1.1';
    let asked = 0;
    const get = (): Promise<unknown> => Promise.resolve(++asked && sample.raw.body);
    for await (const page of pages(get, `${root}/Observations?$top=0&$count=true`, { root, limit: 100 }))
      assert.fail(JSON.stringify(page));
    assert.equal(asked, 1, 'an empty page is the end');
  },
  'istsos4_thing_expand.json': (sample) => {
    const [thing] = sample.entities();
    const { expanded } = thing as Any;
    assert.equal('more Locations, not followed' in expanded, false, 'null is the end');
    assert.deepEqual(fields(expanded.Datastreams, 'property', 'unit', 'values'), [
      ['PM2.5', 'ug/m3', 'numbers'],
      ['Door', undefined, 'as they are'],
    ]);
    const [pm, door] = expanded.Datastreams as [Any, Any];
    assert.deepEqual(fields(pm['expanded'].Observations, 'value'), [[17.5], [16.5]]);
    assert.deepEqual(fields(door['expanded'].Observations, 'value', 'time', 'timeEnd'), [
      [true, '2026-11-20T01:00:00Z', '2026-11-20T02:00:00Z'],
    ]);
    assert.equal(door['unitAsWritten'], undefined);
  },
  'istsos4_error404.json': (sample) => {
    assert.deepEqual([sample.one().is, sample.one()['status'], sample.one()['message']], ['error', 404, 'Not Found']);
  },
  'istsos4_post_observation.json': (sample) => {
    assert.deepEqual(
      [sample.one().is, sample.one()['address']],
      ['created', 'http://localhost:8018/istsos4/v1.1/Observations(10)'],
    );
  },
  'istsos4_historical_locations.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'time', 'place'), [
      ['HistoricalLocation', '2026-11-20T11:55:15Z', [99.611, 7.556]],
    ]);
  },
  'stean_root.json': (sample) => {
    // the endpoints stand beside the settings, the conformance is a list of pages of the standard
    assert.deepEqual(sample.one()['mqtt'], ['mqtt://server.example.com:1884', 'ws://server.example.com/sensorThings']);
    assert.ok((sample.one()['says'] as string[]).includes('dataArray'));
  },
  'stean_top0_prevlink.json': (sample) => {
    assert.deepEqual([sample.one()['next'], sample.observations()], [undefined, []]);
  },
  'stean_error404.json': (sample) => {
    assert.deepEqual([sample.one()['status'], sample.one()['message']], [404, 'Not Found']);
  },
  'stean_error_badfilter.json': (sample) => {
    assert.equal(sample.one()['message'], 'Bad Request column "foo" does not exist');
  },
  'stean_post_observation.json': (sample) => {
    assert.equal(sample.one()['address'], 'http://127.0.0.1:8029/agr/v1.1/Observations(12)');
    assert.deepEqual(fields(sample.observations(), 'value', 'time'), [['text?', '2026-11-20T09:00:00Z']]);
  },
  'stean_batch.json': (sample) => {
    assert.deepEqual([sample.one()['status'], sample.one()['message']], [500, 'Unhandled node type: Batch']);
  },
};
