/** Payloads of the standards themselves, and of a test of QGIS for version 2. */
import assert from 'node:assert/strict';
import { readSaved } from '../../../../bin/lib/decode';
import { rebase } from '../../../../nodes/sensorthings-server/client/links';
import { type Any, type Expectations, fields, ROOT } from './sample';

export const standards: Expectations = {
  'spec11_entities.json': (sample) => {
    // relative links start at the service root, not at the request
    const { thing, historicalLocations } = sample.raw;
    assert.equal(rebase(thing['Locations@iot.navigationLink'], ROOT), `${ROOT}/Things(1)/Locations`);
    assert.equal(
      rebase(historicalLocations['@iot.nextLink'], ROOT),
      `${ROOT}/Things(1)/HistoricalLocations?$skip=2&$top=2`,
    );
    assert.deepEqual(
      sample.read().parts.map(({ part, is }) => [part, is]),
      [
        ['thing', 'Thing'],
        ['location', 'Location'],
        ['historicalLocations', 'page of HistoricalLocations'],
        ['datastream', 'Datastream'],
        ['sensor', 'Sensor'],
        ['observedProperty', 'ObservedProperty'],
        ['observation', 'Observation'],
        ['featureOfInterest', 'FeatureOfInterest'],
      ],
    );
    // the standard's own Datastream links to HistoricalLocations(1)/Thing: it is a Datastream all the same
    const datastream = sample.part('datastream')['entities'][0];
    assert.deepEqual(
      [datastream.kind, datastream.unit, datastream.address],
      ['Datastream', 'Cel', 'http://example.org/v1.1/Datastreams(1)'],
    );
    const [observation] = sample.part('observation')['observations'];
    assert.deepEqual([observation.time, observation.value], ['2014-12-31T03:59:59Z', 70.4]);
    assert.deepEqual(sample.part('location')['entities'][0].place, [-114.06, 51.05]);
    assert.deepEqual(sample.part('featureOfInterest')['entities'][0].place, [-114.06, 51.05]);
    assert.deepEqual(fields(sample.part('historicalLocations')['entities'], 'time'), [
      ['2015-01-25T19:00:00Z'],
      ['2015-01-25T20:00:00Z'],
    ]);
  },
  'spec11_multidatastream.json': (sample) => {
    const stream = sample.part('multiDatastream')['entities'][0];
    assert.deepEqual(fields(stream.fields, 'property', 'unit'), [
      ['Dew point temperature', 'Cel'],
      ['Relative Humidity', '%'],
      ['Visibility (Weather)', undefined],
    ]);
    assert.equal(stream.fields[2].unitAsWritten, undefined, 'the unit "null" is none');
    assert.deepEqual(
      fields(sample.part('observedProperties')['entities'], 'id'),
      [[1], [2], [3]],
      'also behind the key "@iot.id "',
    );
    const [record] = sample.part('observation')['observations'];
    assert.deepEqual(record.value, {
      'Dew point temperature': 25,
      'Relative Humidity': 65,
      'Visibility (Weather)': 'clear',
    });
    const split = sample.part('observation', { records: 'split' })['observations'];
    assert.deepEqual(fields(split, 'id', 'property', 'value', 'unit'), [
      ['http://example.org/v1.1|MultiDatastreams(1)|1#1', 'Dew point temperature', 25, 'Cel'],
      ['http://example.org/v1.1|MultiDatastreams(1)|1#2', 'Relative Humidity', 65, '%'],
      ['http://example.org/v1.1|MultiDatastreams(1)|1#3', 'Visibility (Weather)', 'clear', undefined],
    ]);
  },
  'spec11_dataarray_datastream.json': (sample) => {
    assert.deepEqual(fields(sample.observations(), 'id', 'time', 'value'), [
      ['http://example.org/v1.1|1|1', '2005-08-05T12:21:13Z', 20],
      ['http://example.org/v1.1|1|2', '2005-08-05T12:22:08Z', 30],
      ['http://example.org/v1.1|1|3', '2005-08-05T12:22:54Z', 0],
    ]);
    assert.equal(
      sample.one()['next'],
      'http://example.org/v1.1/Datastreams(1)/Observations?$resultFormat=dataArray&$skip=3',
    );
  },
  'spec11_dataarray_multidatastream.json': (sample) => {
    assert.deepEqual(fields(sample.observations(), 'datastream', 'time', 'value'), [
      ['http://example.org/v1.1|MultiDatastreams(1)', '2010-12-23T18:20:00Z', [10.2, 65, 'clear']],
      ['http://example.org/v1.1|MultiDatastreams(1)', '2010-12-23T18:22:08Z', [11.3, 63, 'clear']],
      ['http://example.org/v1.1|MultiDatastreams(1)', '2010-12-23T18:22:54Z', [9.8, 67, 'clear']],
    ]);
  },
  'spec11_createobservations.json': (sample) => {
    // 201, and yet the second row was not stored
    const answer = sample.part('response');
    assert.deepEqual([answer['stored'], answer['failed']], [2, 1]);
    assert.deepEqual(fields(answer.problems as Any[], 'code'), [['row-not-stored']]);
    assert.deepEqual(fields(sample.part('request')['observations'], 'datastream', 'time', 'value')[3], [
      'http://examples.org/v1.1|2', '2010-12-23T17:21:00Z', 60,
    ]); // prettier-ignore
  },
  'spec_tasking_entities.json': (sample) => {
    const capability = sample.part('taskingCapability')['entities'][0];
    assert.deepEqual(fields(capability.parameters, 'name', 'type', 'allowed'), [
      ['status', 'Category', ['on', 'off']],
      ['color', 'Text', undefined],
    ]);
    // the same in the spelling of SWE Common 3
    const { taskingCapability } = sample.raw;
    const { field } = taskingCapability.taskingParameters;
    const young = { ...taskingCapability, taskingParameters: { type: 'DataRecord', fields: field } };
    assert.deepEqual(
      (readSaved(JSON.stringify(young)).parts[0] as Any)['entities'][0].parameters,
      capability.parameters,
    );
    assert.equal(sample.part('task')['entities'][0].kind, 'Task');
    assert.equal(sample.part('actuator')['entities'][0].kind, 'Actuator');
  },
  'spec20_entities.json': (sample) => {
    const locations = sample.read().parts.filter(({ is }) => is === 'Location' || is === 'Feature') as Any[];
    assert.deepEqual(
      locations.map((part) => part['entities'][0].place.slice(0, 2).map((n: number) => Math.round(n * 100) / 100)),
      [[-114.06, 51.05], [8.43, 49.02], [9.99, 53.55], [13.41, 52.52], [2.29, 48.86], [2.39, 49.8], [25.45, 26.97]],
    ); // prettier-ignore
    const streams = sample.read().parts.filter(({ is }) => is === 'Datastream') as Any[];
    assert.deepEqual(
      fields(
        streams.map((part) => part['entities'][0]),
        'property',
        'unit',
        'values',
      ),
      [
        ['Temperature', 'Cel', 'numbers'],
        ['Period', undefined, 'as they are'],
        ['Temperature and Pressure', undefined, undefined],
        ['Temperature and Pressure', undefined, undefined],
      ],
    );
    assert.deepEqual(fields(streams[2]!['entities'][0].fields, 'name', 'property', 'unit'), [
      ['temp', 'Air Temperature', 'Cel'],
      ['press', 'Air Pressure', 'mbar'],
    ]);
    // month 13 is told, not guessed
    const impossible = sample.part('An Observation for the Datastream defined in the example above');
    assert.deepEqual(
      [impossible['observations'], fields(impossible.problems as Any[], 'code')],
      [[], [['sta-no-time']]],
    );
    const [hour] = sample.part('Example of an Observation entity returned by a HTTP end point.')['observations'];
    assert.deepEqual([hour.time, hour.timeEnd, hour.value], ['2017-11-12T13:00:00Z', '2017-11-12T14:00:00Z', 12.5]);
  },
  'spec20_service_document.json': (sample) => {
    assert.deepEqual(sample.one()['mqtt'], ['mqtt://server.example.org:1833', 'wss://server.example.org/sensorThings']);
    const text = JSON.stringify(sample.raw).replace('/req/bindings/mqtt', '/req/binding/mqtt');
    assert.deepEqual((readSaved(text).parts[0] as Any)['mqtt'], sample.one()['mqtt'], 'the other spelling of the key');
    assert.equal(sample.read().version, 'v2.0');
  },
  'spec20_mqtt5_request_response.json': (sample) => {
    assert.deepEqual(sample.part('response')['next'], 'v2.0/Things?$top=1&$skip=1&$orderby=id');
    assert.equal(
      rebase(sample.part('response')['next'], 'https://x/v2.0'),
      'https://x/v2.0/Things?$top=1&$skip=1&$orderby=id',
    );
    const pubsub = sample.part('pubsub');
    assert.equal(pubsub['change'], 'create');
    // the Datastream is in the topic only, and the standard misspells the time
    const [observation] = pubsub['observations'];
    assert.deepEqual(
      [observation.datastream, observation.time, observation.value],
      ['unknown-server|4', '2015-02-05T17:00:00Z', 45],
    );
  },
  'qgis_v20_paged_things.json': (sample) => {
    const things = ['page1', 'page2'].flatMap((page) => sample.part(page)['entities'] as Any[]);
    assert.deepEqual(
      fields(things, 'id', 'kind', 'address'),
      [1, 2, 3].map((id) => [id, 'Thing', `https://ogc-demo.example/v2.0/Things(${id})`]),
    );
    assert.equal(sample.part('page1')['next'], 'https://ogc-demo.example/v2.0/Things?$top=2&$skip=2');
    assert.equal(sample.part('count')['count'], 3);
    // the second page has keys of version 1: it is still version 2
    assert.equal(readSaved(JSON.stringify(sample.raw.page2)).version, 'v2.0');
  },
};
