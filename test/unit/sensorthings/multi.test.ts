/** MultiDatastreams are found as Datastreams are: by the form and by a rule; and when it is looked anew what there is. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import { Renewal } from '../../../nodes/sensorthings-in/renewal';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { findPage } from '../../../nodes/sensorthings-server/client/find-page';
import { findSome } from '../../../nodes/sensorthings-server/client/find-streams';
import { findAll } from '../../support/find-all';
import { EVERYTHING, type Rule } from '../../../nodes/sensorthings-server/client/rule';

const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/';
const all = (rule: Partial<Rule>): { rule: Rule; path: string } => ({ rule: { ...EVERYTHING, ...rule }, path: '' });

describe('MultiDatastreams among Datastreams', () => {
  let simulator: Simulator;
  let server: Connection;

  before(async () => {
    simulator = await startSimulator({ speed: 0, history: 1, mqttPort: false, personality: { multiDatastreams: true } });
    const [thing] = [...simulator.store.all('Things')];
    const [sensor] = [...simulator.store.all('Sensors')];
    for (let n = 1; n <= 3; n++) {
      const multi = simulator.store.create('MultiDatastreams', {
        name: `weather ${n}`,
        description: 'x',
        observationType: `${OM}OM_ComplexObservation`,
        multiObservationDataTypes: [`${OM}OM_Measurement`, `${OM}OM_Measurement`],
        unitOfMeasurements: [
          { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
          { name: 'hectopascal', symbol: 'hPa', definition: 'ucum:hPa' },
        ],
        Thing: { '@iot.id': thing!.id },
        Sensor: { '@iot.id': sensor!.id },
        ObservedProperties: [
          { name: 'Air temperature', definition: 'http://x/t', description: 'x' },
          { name: 'Air pressure', definition: 'http://x/p', description: 'x' },
        ],
      });
      const body = { phenomenonTime: '2026-11-20T00:00:00Z', result: [20 + n, 1010], MultiDatastream: { '@iot.id': multi.id } };
      simulator.store.create('Observations', body);
    }
  }); // prettier-ignore
  after(() => simulator.close());
  beforeEach(() => (server = new Connection({ url: simulator.url, auth: { type: 'none' } })));
  afterEach(() => server.close());

  it('a rule finds them by one of their properties, by a unit, by words; only where they fit', async () => {
    const door = await server.door();
    const names = async (rule: Partial<Rule>): Promise<string[]> =>
      (await findAll(door, all(rule), 1000)).map(({ name }) => name).filter((name) => name.startsWith('weather'));
    assert.equal((await names({ properties: ['air pressure'] })).length, 3);
    assert.equal((await names({ units: ['hPa'] })).length, 3);
    assert.deepEqual(await names({ words: ['weather', 'pressure', '2'] }), ['weather 2']);
    assert.deepEqual(await names({ properties: ['air pressure'], units: ['Cel'] }), [], 'the pressure is not in °C');
    assert.deepEqual(await names({ properties: ['PM2.5'] }), []);
    assert.equal((await names({})).length, 3);
  });

  it('is told where there are more than may be read', async () => {
    const door = await server.door();
    const whole = simulator.store.count('Datastreams') + 3;
    assert.equal((await findSome(door, all({}), whole)).more, false);
    assert.equal((await findSome(door, all({}), whole - 1)).more, true);
    assert.equal((await findSome(door, all({}), 10)).more, true);
  });

  it('the list of a form has them at its end, with their latest values, and they count', async () => {
    const door = await server.door();
    const page = await findPage(door, all({}));
    assert.equal(page.total, simulator.store.count('Datastreams') + 3);
    assert.equal(page.items.at(-1)!.key, 'MultiDatastreams(3)');
    assert.match(String(page.items.at(-1)!.value), /23.*1010/);
    const few = await findPage(door, all({ properties: ['Air pressure'] }));
    assert.deepEqual([few.items.length, few.total, few.next], [3, 3, undefined]);
  });
});

describe('when it is looked anew what there is', () => {
  it('from time to time; soon after a hint; less and less often where hints lead to nothing', () => {
    let now = 0;
    let woken = 0;
    const clock = (): number => now;
    const renewal = new Renewal(() => void woken++, clock);
    renewal.looked(true);
    assert.equal(renewal.wait, 600_000);
    now = 100_000;
    renewal.hint();
    renewal.hint();
    assert.deepEqual([renewal.wait, woken], [1000, 1]);
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      now += renewal.wait;
      renewal.looked(false);
      renewal.hint();
      waits.push(renewal.wait);
    }
    assert.deepEqual(waits, [20_000, 40_000, 80_000, 160_000, 320_000, 600_000, 600_000, 600_000]);
    now += renewal.wait;
    renewal.looked(true);
    renewal.stranger('7');
    assert.equal(renewal.wait, 10_000, 'a change makes hints count again');
    now += 10_000;
    renewal.looked(false);
    renewal.stranger('7');
    assert.equal(renewal.wait, 600_000, 'one that is known not to be meant is no news');
  });

  it('soon once more where a hint comes while it is looked: what it tells of may have been passed already', () => {
    let now = 0;
    const renewal = new Renewal(
      () => undefined,
      () => now,
    );
    const begun = renewal.begin();
    now = 5000;
    renewal.stranger('7');
    renewal.looked(true, begun);
    assert.deepEqual([renewal.wait, renewal.hinted], [10_000, true]);
    now += renewal.wait;
    renewal.looked(false, renewal.begin());
    assert.deepEqual([renewal.wait, renewal.hinted], [600_000, false]);
  });
});
