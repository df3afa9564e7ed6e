/**
 * What time alone does not find: readings that are stored late and whose notice is lost, more Datastreams than can be
 * asked for one by one, and what is known of Datastreams when it changes.
 */
import assert from 'node:assert/strict';
import { type Simulator, type SimulatorOptions, startSimulator, Store } from '../../flows/simulator';
import type { RosterEntry } from '../../nodes/ecdm/city';
import type { Observation } from '../../nodes/ecdm/observation';
import { type Embedded, startEmbedded } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { readingTopics } from '../support/reading-topics';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('what time alone does not find', function () {
  let red: Embedded;
  let simulator: Simulator;
  let start = 0;
  let n = 0;

  before(async () => {
    red = await startEmbedded();
  });
  after(() => red.stop());
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const simulate = async (options: SimulatorOptions = {}): Promise<void> => {
    start = Math.floor(Date.now() / MINUTE) * MINUTE;
    simulator = await startSimulator({ speed: 0, history: 10, start, ...options });
  };
  const deploy = (config: object, id = `late${++n}`, more: { id: string; type: string }[] = []): Promise<void> =>
    red.deploy([
      ...more,
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator.url },
      { id, type: 'sensorthings-in', version: 2, server: 'server', mode: 'hybrid', interval: '1 s', recheck: '2 s', emit: 'batch', ...config, wires: [['out'], ['problems']] },
      { id: 'out', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
    ]); // prettier-ignore
  const got = (): Observation[] => red.payloads('out').flat() as Observation[];
  const values = (): unknown[] => got().map(({ value }) => value);
  const status = (): string => red.statuses.get(`late${n}`)?.text ?? '';
  const once = (): void => assert.equal(got().length, new Set(got().map(({ id }) => id)).size, 'each once');
  const rule = (rule: object = {}): object => ({ choose: 'rule', rule });

  for (const personality of ['frost', 'v2', 'sensorup'] as const) {
    it(`a reading that is stored hours late and lost by MQTT comes, once, also over a restart (${personality})`, async () => {
      await simulate({ personality });
      await deploy({ choose: 'list', streams: [{ key: '1' }, { key: '2' }] });
      await waitFor(
        'live',
        () =>
          got().length === 2 &&
          (!simulator.mqtt || personality === 'sensorup' || readingTopics(simulator).length === 2),
        10_000,
      );
      await sleep(500);
      simulator.faults.mqtt.silent = true;
      simulator.post(1, 701, start - 5 * HOUR);
      simulator.post(2, 702, start - 3 * HOUR);
      simulator.post(3, 799, start - 3 * HOUR);
      await waitFor('both', () => values().includes(701) && values().includes(702));
      await sleep(3000);
      once();
      assert.ok(!values().includes(799), 'another one is not read');
      // deployed anew, the node goes on where it was
      await deploy({ choose: 'list', streams: [{ key: '1' }, { key: '2' }], interval: '2 s' }, `late${n}`);
      await sleep(3000);
      assert.deepEqual(got(), [], 'nothing of it comes again');
      simulator.post(2, 703, start - 4 * HOUR);
      await waitFor('the next', () => values().includes(703));
      once();
    });
  }

  it('a server whose ids have no order is read by time: nothing fails', async () => {
    await simulate({ ids: 'uuid', personality: { serverSettings: true } });
    const [first] = [...simulator.store.all('Datastreams')];
    await deploy({ choose: 'list', streams: [{ key: String(first!.id) }] });
    await waitFor('the first', () => got().length === 1);
    simulator.faults.mqtt.silent = true;
    simulator.post(first!.id, 801, start + MINUTE);
    await waitFor('news', () => values().includes(801));
    assert.deepEqual(red.payloads('problems').flat(), []);
  });

  /** Datastreams of one property; some have readings that are years old. */
  function manyStreams(count: number): Store {
    const store = new Store();
    const text = { description: '', encodingType: 'x', metadata: '' };
    const ObservedProperty = { '@iot.id': store.create('ObservedProperties', { name: 'CO', definition: 'x', ...text }).id };
    const Sensor = { '@iot.id': store.create('Sensors', { name: 's', ...text }).id };
    const unitOfMeasurement = { name: '', symbol: 'ppm', definition: '' };
    for (let id = 1; id <= count; id++) {
      const Thing = { name: `T${id}`, description: '', Locations: [{ name: 'x', ...text, encodingType: 'application/geo+json', location: { type: 'Point', coordinates: [99.6, 7.5] } }] };
      const stream = store.create('Datastreams', { '@iot.id': id, name: `D${id}`, description: '', unitOfMeasurement, observationType: 'x', Thing, ObservedProperty, Sensor });
      const time = id % 10 === 0 ? start - 700 * 24 * HOUR : start - (id % 3) * MINUTE;
      store.append(stream, time - MINUTE, id);
      store.append(stream, time, id + 0.5);
    }
    return store;
  } // prettier-ignore

  it('5,000 Datastreams of a rule are followed in few requests, by MQTT and without, also late ones and dead ones', async () => {
    start = Math.floor(Date.now() / MINUTE) * MINUTE;
    await simulate({ store: manyStreams(5000) });
    await deploy(rule({ property: ['CO'] }));
    await waitFor('the newest of each', () => got().length === 5000, 60_000);
    assert.deepEqual(new Set(got().map(({ value }) => (value as number) % 1)), new Set([0.5]), 'only the newest');
    await waitFor('one topic for all', () => readingTopics(simulator).length === 1);
    const { log } = simulator;
    assert.ok(log.length < 60, `${log.length} requests at the start`);
    simulator.post(7, 7007, start + MINUTE);
    await waitFor('live', () => values().includes(7007));
    simulator.faults.mqtt.silent = true;
    const before = log.length;
    // a usual one, one that is hours late, one of a sensor that was dead for two years
    for (const [id, value, time] of [[8, 7008, 2 * MINUTE], [9, 7009, -5 * HOUR], [10, 7010, MINUTE], [20, 7020, -HOUR]] as const)
      simulator.post(id, value, start + time); // prettier-ignore
    await waitFor('all of them', () => [7008, 7009, 7010, 7020].every((value) => values().includes(value)));
    await sleep(3000);
    once();
    assert.ok(log.length - before < 40, `${log.length - before} requests in some rounds`);
    assert.equal(got().length, 5005);
    assert.match(status(), /^(live|MQTT|simulated|poll)/);
    const roster = red.messages('out').findLast(({ city }) => (city as { roster?: unknown }).roster) as {
      city: { roster: RosterEntry[] };
    };
    assert.equal(roster.city.roster.length, 5000); // prettier-ignore
  });

  it('what is more than may be read is left out, and the status line says so', async () => {
    start = Math.floor(Date.now() / MINUTE) * MINUTE;
    await simulate({ store: manyStreams(3000), mqttPort: false });
    await deploy({ ...rule(), most: '2500' });
    await waitFor('as many as may be', () => got().length === 2500, 60_000);
    await waitFor('it says so', () => status().includes('2500'));
  });

  it('very many on a server without an order of ids: as many as can be read otherwise, and it says so', async () => {
    start = Math.floor(Date.now() / MINUTE) * MINUTE;
    await simulate({ store: manyStreams(2200), mqttPort: false, personality: { refuseFilter: ['id gt'] } });
    await deploy(rule());
    await waitFor('the first 2,000', () => got().length === 2000, 60_000);
    await waitFor('it says so', () => status().includes('2000'));
  });

  it('a replay of 2,500 Datastreams reads them together, in time order', async () => {
    start = Math.floor(Date.now() / MINUTE) * MINUTE;
    await simulate({ store: manyStreams(2500), mqttPort: false });
    await deploy({ ...rule(), mode: 'replay', from: new Date(start - HOUR).toISOString(), to: '' });
    await waitFor('the end', () => /ended/.test(status()), 60_000);
    assert.equal(got().length, 2 * 2250);
    const times = got().map(({ time }) => time);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(simulator.log.length < 40, `${simulator.log.length} requests`);
    once();
  });

  it('a Thing that moves into the zone of a rule is read from then on, where it is now; one that leaves is not', async () => {
    await simulate();
    const { store } = simulator;
    const stations = simulator.city.things.filter(({ name }) => /Air station/.test(name));
    const [home, guest] = [stations[0]!, stations.findLast(({ place }) => place[0] !== stations[0]!.place[0])!];
    const [lon, lat] = home.place;
    const zones = { id: 'zones', type: 'city-zones', version: 2, zones: [{ id: 'home', name: 'Home', level: 'zone', shape: { type: 'Circle', center: [lon, lat], radius: 60 } }] };
    await deploy({ ...rule({ zone: 'home', property: ['PM2.5'] }), zones: 'zones', recheck: '1 h' }, `late${++n}`, [zones]);
    const streamOf = (thing: { id: number }): number =>
      simulator.city.datastreams.find(({ thing: at, property }) => at.id === thing.id && property.name === 'PM2.5')!.id;
    const follows = (count: number): Promise<unknown> =>
      waitFor(`${count} Datastreams`, () => readingTopics(simulator).length === count);
    await follows(1);
    await waitFor('the newest', () => got().length === 1);
    const move = async (thing: { id: number }, coordinates: [number, number]): Promise<void> => {
      const body = { name: 'moved', description: '', encodingType: 'application/geo+json', location: { type: 'Point', coordinates } };
      const headers = { 'content-type': 'application/json' };
      const made = await fetch(`${simulator.url}/Things(${thing.id})/Locations`, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.equal(made.status, 201, await made.text());
    };
    await move(guest, [lon + 0.0001, lat]);
    await follows(2);
    await sleep(300);
    simulator.post(streamOf(guest), 911, Date.now());
    await waitFor('the guest', () => values().includes(911));
    const { place } = got().find(({ value }) => value === 911)!;
    assert.deepEqual([place![0], place![1]], [lon + 0.0001, lat]);
    await move(home, [lon + 0.5, lat]);
    await follows(1);
    await sleep(300);
    simulator.post(streamOf(home), 912, Date.now());
    simulator.post(streamOf(guest), 913, Date.now() + 1000);
    await waitFor('the guest again', () => values().includes(913));
    assert.ok(!values().includes(912), 'who has left is not read');
    assert.equal(store.count('Things') > 2, true);
    once();
  }); // prettier-ignore

  it('a rule whose zone is gone reads nothing and says so', async () => {
    await simulate();
    const zones = { id: 'zones', type: 'city-zones', version: 2, zones: [] };
    await deploy({ ...rule({ zone: 'home' }), zones: 'zones' }, `late${++n}`, [zones]);
    await waitFor('it says so', () => status() === 'zone gone');
    await sleep(1500);
    assert.deepEqual([got(), simulator.log.length], [[], 0]);
  });

  it('a Thing that is moved has its new place in the readings that come then', async () => {
    await simulate();
    await deploy({ choose: 'list', streams: [{ key: '1' }], recheck: '1 h' });
    await waitFor('the newest', () => got().length === 1 && readingTopics(simulator).length === 1);
    const thing = simulator.city.datastreams.find(({ id }) => id === 1)!.thing;
    const [location] = [...simulator.store.all('Locations')].filter(
      ({ fields }) => JSON.stringify((fields['location'] as { coordinates: unknown }).coordinates) === JSON.stringify(thing.place),
    );
    simulator.store.update(location!, { location: { type: 'Point', coordinates: [99.9, 7.9] } });
    const [before] = got();
    assert.deepEqual([before!.place![0], before!.place![1]], [thing.place[0], thing.place[1]]);
    // it is looked anew within some seconds: until then the old place is known
    let sent = 0;
    const moved = (): boolean => got().some(({ place }) => place![0] === 99.9 && place![1] === 7.9);
    for (; sent < 60 && !moved(); sent++) {
      simulator.post(1, 1000 + sent, Date.now());
      await sleep(1000);
    }
    assert.ok(moved(), 'the new place');
    await waitFor('each of them', () => got().length >= 1 + sent);
    assert.equal(got().length, 1 + sent);
    once();
  }); // prettier-ignore

  it('a Datastream that is made later and one that is renamed are noticed soon', async () => {
    await simulate();
    await deploy({ ...rule({ property: ['PM2.5'] }), recheck: '1 h' });
    const { store } = simulator;
    const streams = [...store.all('Datastreams')].filter(
      ({ links }) => (links['ObservedProperty'] as unknown as { fields: { name: string } }).fields.name === 'PM2.5',
    );
    await waitFor('live', () => readingTopics(simulator).length === streams.length && got().length === streams.length); // prettier-ignore
    const [old] = streams;
    const link = (name: string): object => ({ '@iot.id': (old!.links[name] as { id: number }).id });
    const made = store.create('Datastreams', {
      name: 'made later', description: '', unitOfMeasurement: { name: '', symbol: 'ug/m3', definition: '' }, observationType: 'x',
      Thing: link('Thing'), Sensor: link('Sensor'), ObservedProperty: link('ObservedProperty'),
    }); // prettier-ignore
    store.update(old!, { name: 'renamed' });
    await waitFor('it is followed', () => readingTopics(simulator).length === streams.length + 1);
    await sleep(300);
    simulator.post(made.id, 901, start + MINUTE);
    simulator.post(old!.id, 902, start + MINUTE);
    await waitFor('both', () => values().includes(901) && values().includes(902));
    const name = got().find(({ value }) => value === 902)!.meta!.datastream.name;
    assert.equal(name, 'renamed');
    once();
  });
});
