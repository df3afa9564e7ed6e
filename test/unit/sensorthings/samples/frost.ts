/** Payloads of FROST servers of several operators and ages. */
import assert from 'node:assert/strict';
import { readSaved } from '../../../../bin/lib/decode';
import { pages } from '../../../../nodes/sensorthings-server/client/paging';
import { type Any, type Expectations, fields } from './sample';

export const frost: Expectations = {
  'frost_root_tum.json': (sample) => {
    const root = 'http://127.0.0.1:8080/FROST-Server/v1.1';
    const sets = Object.entries(sample.one({ root })['sets'] as Any);
    assert.equal(sets.length, 9);
    for (const [name, url] of sets) assert.equal(url, `${root}/${name}`);
    assert.deepEqual(sample.one()['mqtt'], ['mqtt://gi3.gis.lrg.tum.de:1883']);
  },
  'frost_root_airquality.json': (sample) => {
    const { extensions, mqtt } = sample.one() as Any;
    for (const name of ['DeepSelect', 'GeoJSON-ResultFormat', 'JsonBatchRequest', 'CSV-ResultFormat'])
      assert.ok(extensions.includes(name), name);
    assert.deepEqual(mqtt, ['ws://localhost:5000/mqtt']);
  },
  'frost_locations_airquality.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'id', 'name', 'place'), [
      [1, 'STA.09.LIES', [16.301278, 48.14125]],
      [4, 'Dornbirn Stadtstraße', [9.7432, 47.40945]],
    ]);
  },
  'frost_sosa118_thing139.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'id', 'name', 'mobile'), [['Thing', 139, 'Gaudenzdorf', false]]);
  },
  'frost_geojson_locations.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'id', 'name', 'place'), [
      ['Location', 11, 'Lustenau Wiesenrain', [9.653713, 47.410164]],
      ['Location', 12, 'Dornbirn Stadtstraße', [9.743440833, 47.410032222]],
    ]);
    assert.equal(sample.entities()[0]!['properties'].localId, 'STA.08.0706');
  },
  'frost_geojson_datastreams.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'name', 'property', 'unit', 'thingName'), [
      ['Datastream', 'SPO-FR20019_8', 'NO2', 'ug/m3', 'STA-FR20019'],
      ['Datastream', 'SPO.03.0302.1683.1.1', 'SO2', 'ug/m3', 'Stixneusiedl'],
    ]);
    const observations = sample.entities()[0]!['expanded'].Observations as Any[];
    assert.deepEqual(fields(observations, 'time', 'timeEnd', 'value', 'unit'), [
      ['2020-03-30T13:00:00Z', '2020-03-30T14:00:00Z', 6, 'ug/m3'],
      ['2020-03-30T12:00:00Z', '2020-03-30T13:00:00Z', 5.8, 'ug/m3'],
    ]);
    assert.deepEqual(observations[0]!['place'], [4.886214, 45.75836]);
  },
  'frost_mqtt_expand.json': (sample) => {
    const [thing] = sample.entities();
    assert.deepEqual([thing!['kind'], thing!['id']], ['Thing', 17]);
    const streams = thing!['expanded'].Datastreams as Any[];
    assert.deepEqual(
      streams.map((one) => one['expanded'].Observations[0].value),
      [4.6, 40.5],
    );
    assert.match(streams[0]!['expanded']['more Observations, not followed'], /Datastreams\(19\)\/Observations\?/);
  },
  'frost_json_batch.json': (sample) => {
    assert.deepEqual(fields(sample.part('response')['answers'], 'id', 'status', 'is'), [
      ['0', 200, 'entity'],
      ['1', 201, 'created'],
      ['2', 204, 'done, nothing to be told'],
      ['3', 404, 'error'],
    ]);
    assert.equal(sample.part('response')['answers'][1].address, 'http://example.org/v1.1/Things(99)');
    assert.deepEqual(fields(sample.part('request')['requests'], 'id', 'method', 'url')[1], [
      '2',
      'post',
      'Things(5)/Datastreams',
    ]);
  },
  'frost_test_entities_default.json': (sample) => {
    const [thing] = sample.entities();
    const streams = thing!['expanded'].Datastreams as Any[];
    assert.deepEqual(thing!['place'], [-117.05, 51.05]);
    // the second has the definition of the first: symbol and name say Celsius
    assert.deepEqual(fields(streams, 'name', 'property', 'unit'), [
      ['datastream name 1', 'Luminous Flux', 'lm'],
      ['datastream name 2', 'Tempretaure', 'Cel'],
    ]);
    assert.deepEqual(
      streams.map((one) => one['expanded'].Observations.map((o: Any) => o['value'])),
      [
        [3, 4],
        [5, 6],
      ],
    );
  },
  'frost_test_entities_actuation.json': (sample) => {
    const [capability] = sample.entities();
    assert.deepEqual([capability!['parametersAre'], capability!['parameters']], ['free JSON', { todo: 'yes' }]);
    assert.deepEqual(fields(capability!['expanded'].Tasks, 'creationTime', 'parameters')[1], [
      '2015-03-05T00:00:00Z',
      { todo: 'no' },
    ]);
  },
  'frost_mqtt_echo_pair.json': (sample) => {
    // what the client published comes first, without an id
    assert.match(sample.part('message 1').is, /^echo /);
    assert.equal(sample.part('message 1')['observations'], undefined);
    assert.deepEqual(fields(sample.part('message 2')['observations'], 'id', 'time', 'value'), [
      ['http://localhost:8080/FROST-Server/v1.1|1|1', '2016-08-02T12:44:14Z', 23.57],
    ]);
  },
  'frost_mqtt_task_echo_pair.json': (sample) => {
    assert.match(sample.part('message 1').is, /^echo /);
    assert.deepEqual(fields(sample.part('message 2')['entities'], 'kind', 'id', 'creationTime'), [
      ['Task', 18775, '2025-01-23T20:55:47.460Z'],
    ]);
  },
  'frost_skipfilter_page.json': async (sample) => {
    const next = 'http://localhost:8080/FROST-Server/v1.1/Things?$top=2&$skip=2&$count=true&$skipFilter=%28id+gt+2%29';
    assert.equal(sample.one()['next'], next, 'as the server wrote it, sign by sign');
    const asked: string[] = [];
    const root = 'http://localhost:8080/FROST-Server/v1.1';
    const get = (url: string): Promise<unknown> => Promise.resolve(asked.push(url) && sample.raw);
    for await (const { rows } of pages(get, `${root}/Things?$top=2&$count=true`, { root, limit: 2 }))
      assert.equal(rows, 2);
    assert.equal(asked.length, 1, 'two were wanted, two were there');
  },
  'frost_errors.json': (sample) => {
    assert.deepEqual(fields(sample.read().parts as Any[], 'is', 'status', 'message'), [
      ['error', 404, 'Nothing found.'],
      ['error', 404, 'Version Not Found'],
      ['error', 400, 'No FeatureOfInterest provided, and none can be generated.'],
      ['error', 400, '$top not allowed on delete requests.'],
      ['error', 400, 'Failed to parse query: …'],
    ]);
    const html = 'HTTP/1.1 401 Unauthorized\r\nContent-Type: text/html\r\n\r\n<html><h1>Who are you?</h1></html>';
    const [refused] = readSaved(html).parts as Any[];
    assert.deepEqual([refused!['status'], refused!['message']], [401, 'Who are you?']);
  },
  'frost_smartaq_expand_latest.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'kind', 'address'), [
      ['Datastream', "https://api.smartaq.net/v1.0/Datastreams('saqn%3Ads%3A0017e98')"],
      ['Datastream', "https://api.smartaq.net/v1.0/Datastreams('saqn%3Ads%3A0461ecf')"],
      ['Datastream', "https://api.smartaq.net/v1.0/Datastreams('saqn%3Ads%3A077a3ec')"],
    ]);
    const expanded = sample.entities().map((one) => one['expanded'] as Any);
    assert.deepEqual(
      expanded.map((one) => one['Observations'].length),
      [0, 1, 1],
      'a dead sensor has none',
    );
    assert.equal(expanded[0]!['more Observations, not followed'], undefined);
    assert.match(expanded[1]!['more Observations, not followed'], /\$top=1&\$skip=1/);
    assert.deepEqual(
      expanded[1]!['Observations'][0].place,
      [10.898084509677506, 48.33590800003596, 3.8],
      'with its height',
    );
  },
  'frost_smartaq_string_ids.json': (sample) => {
    const [stream] = sample.entities();
    const observations = stream!['expanded'].Observations as Any[];
    // ids go down as times go up: only the time can be a position
    assert.deepEqual(fields(observations, 'id', 'time', 'value'), [
      [
        'https://api.smartaq.net/v1.0|saqn:ds:db248ac|saqn:o:g309660069fb156e1facc3bbc2113a14fbf4dd917',
        '2020-08-07T22:11:28Z',
        17.4,
      ],
      [
        'https://api.smartaq.net/v1.0|saqn:ds:db248ac|saqn:o:g11c5222bca714b175a68aed281dce415aceb9690',
        '2020-08-07T22:06:28Z',
        17.4,
      ],
    ]);
  },
  'frost_bgs_observations.json': (sample) => {
    const observations = sample.observations();
    assert.deepEqual(
      fields(observations, 'datastream', 'value', 'quality'),
      [1009.86, 1008.17, 1005.7].map((value) => ['https://sensors.bgs.ac.uk/FROST-Server/v1.1|1', value, 'good']),
    );
    assert.equal(sample.raw.value[0]['MultiDatastream@iot.navigationLink'] !== undefined, true, 'both links are there');
  },
  'frost_bgs_datastreams.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'id', 'unit', 'values', 'place', 'placeFrom'), [
      [92, 'm', 'numbers', [-4.200163329, 55.839415117], 'area'],
      [48, 'mbar', 'numbers', [-4.200163329, 55.839415117], 'area'],
    ]);
    assert.equal(sample.entities()[0]!['phenomenonTime'], '2020-08-11T12:00:00Z/2022-03-03T14:15:00Z');
  },
  'frost_datastream_localhost.json': (sample) => {
    const root = 'https://city.example/frost/v1.1';
    const [stream] = sample.entities({ root });
    assert.deepEqual(
      [stream!['unit'], stream!['address']],
      ['Cel', `${root}/Datastreams(73)`],
      'C is Celsius, not coulomb',
    );
    assert.deepEqual(fields(stream!['expanded'].Observations, 'value', 'unit', 'id'), [
      [21, 'Cel', `${root}|73|50353`],
      [21.1, 'Cel', `${root}|73|50354`],
      [19, 'Cel', `${root}|73|50355`],
    ]);
  },
  'usgs_root.json': (sample) => {
    assert.deepEqual(sample.one()['mqtt'], [], 'no MQTT: the node polls');
    assert.ok((sample.one()['says'] as string[]).includes('dataArray'));
  },
  'usgs_thing.json': (sample) => {
    assert.equal(sample.entities()[0]!['name'], 'USGS-09380000');
    const nameFrom = 'properties.monitoringLocationName';
    assert.equal(sample.entities({ nameFrom })[0]!['name'], 'COLORADO RIVER AT LEES FERRY, AZ');
    assert.equal(sample.entities({ nameFrom: 'properties.nothing' })[0]!['name'], 'USGS-09380000');
  },
  'usgs_locations.json': (sample) => {
    assert.deepEqual(fields(sample.entities(), 'address', 'place'), [
      [
        "https://labs.waterdata.usgs.gov/sta/v1.1/Locations('86198c4c-1b1f-11ec-8d88-eb98218dab50')",
        [-111.5878722, 36.8643333],
      ],
    ]);
  },
  'usgs_datastreams.json': (sample) => {
    // observationType "Instantaneous" says nothing; the definitions are blank
    assert.deepEqual(fields(sample.entities(), 'unit', 'values'), [
      ['[ft_i]', 'numbers'],
      ['[cft_i]/s', 'numbers'],
    ]);
    const { parts } = sample.read();
    assert.equal(parts[0]!.problems, undefined, 'a time of the year 9999 in the properties is nobody’s business');
  },
};
