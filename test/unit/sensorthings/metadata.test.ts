import assert from 'node:assert/strict';
import { StaError } from '../../../nodes/sensorthings-server/client/errors';
import { Metadata } from '../../../nodes/sensorthings-server/client/metadata';

const ROOT = 'https://city.example/v1.1';
const HOUR = 3_600_000;

const datastream = (id: number, name = `PM2.5 ${id}`): object => ({
  '@iot.id': id,
  name,
  unitOfMeasurement: { symbol: 'ug/m3' },
});

/** A server that has Datastreams 1 to 99 and writes down what it is asked. */
class Server {
  readonly asked: URL[] = [];
  name = 'PM2.5';
  refuse: ((url: URL) => StaError | undefined) | undefined;

  readonly get = (address: string): Promise<unknown> => {
    const url = new URL(address);
    this.asked.push(url);
    const error = this.refuse?.(url);
    if (error) return Promise.reject(error);
    const key = /Datastreams\((\d+)\)$/.exec(url.pathname)?.[1];
    if (key !== undefined) {
      if (Number(key) > 99) return Promise.reject(new StaError('config', 'not-found', 'HTTP 404', 404));
      return Promise.resolve(datastream(Number(key), this.name));
    }
    const ids = [...(url.searchParams.get('$filter') ?? '').matchAll(/id eq (\d+)/g)].map(([, id]) => Number(id));
    return Promise.resolve({ value: ids.filter((id) => id <= 99).map((id) => datastream(id)) });
  };
}

describe('metadata of Datastreams', () => {
  let now = 0;
  let server: Server;
  let metadata: Metadata;
  beforeEach(() => {
    now = 1_000_000;
    server = new Server();
    metadata = new Metadata(
      server.get,
      ROOT,
      {},
      () => now,
      () => 0.5,
    );
  });

  it('asks once, also when many ask at the same time, and gives all the same object', async () => {
    const all = await Promise.all([metadata.stream('1'), metadata.stream('1'), metadata.stream('1')]);
    assert.equal(server.asked.length, 1);
    assert.ok(all.every((info) => info === all[0] && Object.isFrozen(info.meta)));
    assert.equal(await metadata.stream('1'), all[0]);
  });

  it('after an hour gives the old answer at once and the new one the next time', async () => {
    const old = await metadata.stream('1');
    server.name = 'renamed';
    now += HOUR - 1;
    assert.equal(await metadata.stream('1'), old);
    assert.equal(server.asked.length, 1);
    now += 2;
    assert.equal(await metadata.stream('1'), old);
    assert.equal(server.asked.length, 2);
    await new Promise(setImmediate);
    assert.equal((await metadata.stream('1')).name, 'renamed');
    assert.equal(server.asked.length, 2);
  });

  it('keeps the old answer while the server is away, and forgets what is gone', async () => {
    const old = await metadata.stream('1');
    now += HOUR * 2;
    server.refuse = () => new StaError('transient', 'server', 'HTTP 502', 502);
    assert.equal(await metadata.stream('1'), old);
    await new Promise(setImmediate);
    assert.equal(await metadata.stream('1'), old, 'asked again only after a minute');
    assert.equal(server.asked.length, 2);
    now += 60_001;
    server.refuse = () => new StaError('config', 'not-found', 'HTTP 404', 404);
    assert.equal(await metadata.stream('1'), old);
    await new Promise(setImmediate);
    await assert.rejects(metadata.stream('1'), /404/);
  });

  it('remembers a failure for a minute', async () => {
    await assert.rejects(metadata.stream('100'), /404/);
    await assert.rejects(metadata.stream('100'), /404/);
    assert.equal(server.asked.length, 1);
    now += 60_001;
    await assert.rejects(metadata.stream('100'), /404/);
    assert.equal(server.asked.length, 2);
  });

  it('reads many with few requests, and tells which ones are lost', async () => {
    const keys = Array.from({ length: 120 }, (_, i) => String(i + 1));
    const lost: string[] = [];
    const streams = await metadata.streams(keys, (key) => lost.push(key));
    assert.deepEqual(
      streams.map(({ key }) => key),
      keys,
    );
    assert.equal(streams[98]!.unit, 'ug/m3');
    assert.deepEqual(
      lost,
      Array.from({ length: 21 }, (_, i) => String(i + 100)),
    );
    // three of fifty at most, and one for each that was not among the answers
    assert.equal(server.asked.filter((url) => url.searchParams.has('$filter')).length, 3);
    assert.equal(server.asked.length, 3 + 21);
  });

  it('asks one by one where the server refuses the filter', async () => {
    server.refuse = (url) =>
      url.searchParams.has('$filter') ? new StaError('config', 'refused', 'HTTP 400', 400) : undefined;
    const streams = await metadata.streams(['1', '2', '3'], assert.fail);
    assert.deepEqual(
      streams.map(({ name }) => name),
      ['PM2.5', 'PM2.5', 'PM2.5'],
    );
  });

  it('asks with less where the server refuses an expand, and remembers it', async () => {
    server.refuse = (url) =>
      (url.searchParams.get('$expand') ?? '').includes('(') ? new StaError('config', 'refused', '', 400) : undefined;
    await metadata.stream('1');
    assert.equal(server.asked.at(-1)!.searchParams.get('$expand'), 'Thing/Locations,ObservedProperty,Sensor');
    const before = server.asked.length;
    await metadata.stream('2');
    assert.equal(server.asked.length, before + 1);
  });

  it('keeps at most 20,000, the ones used last', async () => {
    await metadata.stream('1');
    await metadata.stream('2');
    const info = await metadata.stream('3');
    for (let i = 0; i < 19_999; i++) metadata.take({ ...info, key: `x${i}` });
    assert.equal(metadata.size, 20_000);
    await metadata.stream('3');
    assert.equal(server.asked.length, 3, 'the newest of the three is still there');
    await metadata.stream('1');
    assert.equal(server.asked.length, 4, 'the oldest is not');
  });

  it('reads MultiDatastreams with their ObservedProperties', async () => {
    const asked: string[] = [];
    const multi = new Metadata((url) => {
      asked.push(decodeURIComponent(url));
      return Promise.resolve({
        '@iot.id': 7,
        '@iot.selfLink': `${ROOT}/MultiDatastreams(7)`,
        name: 'weather',
        multiObservationDataTypes: ['OM_Measurement', 'OM_CategoryObservation'],
        unitOfMeasurements: [{ symbol: '°C' }, { symbol: 'null' }],
        ObservedProperties: [{ name: 'Temperature' }, { name: 'Visibility' }],
      });
    }, ROOT);
    const info = await multi.stream('MultiDatastreams(7)');
    assert.ok(asked[0]!.startsWith(`${ROOT}/MultiDatastreams(7)?`) && asked[0]!.includes('ObservedProperties('));
    assert.equal(info.id, `${ROOT}|MultiDatastreams(7)`);
    assert.deepEqual(info.meta.fields, [
      { name: 'Temperature', property: 'Temperature', unit: 'Cel' },
      { name: 'Visibility', property: 'Visibility' },
    ]);
  });
});
