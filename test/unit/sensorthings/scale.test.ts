/** How little is asked of a server with 100,000 Datastreams: by the form, and to find what a rule means. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { findPage } from '../../../nodes/sensorthings-server/client/find-page';
import { findAll } from '../../support/find-all';
import { suggest } from '../../../nodes/sensorthings-server/client/suggest';
import { EVERYTHING, type Rule } from '../../../nodes/sensorthings-server/client/rule';
import { BIG_CITY, bigCity } from '../../support/big-city';

const AREA = { west: 99.45, south: 7.45, east: 99.47, north: 7.47 };
const all = (rule: Partial<Rule>): { rule: Rule; path: string } => ({ rule: { ...EVERYTHING, ...rule }, path: '' });

describe('choosing from 100,000 Datastreams', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let server: Connection;
  /** Requests since the last time. */
  let mark = 0;
  const requests = (): number => {
    const asked = simulator.log.length - mark;
    mark = simulator.log.length;
    return asked;
  };

  before(async () => {
    simulator = await startSimulator({ store: bigCity(Date.now()), speed: 0, history: 0, mqttPort: false });
  });
  after(() => simulator.close());
  beforeEach(() => {
    simulator.personality.refuseFilter = [];
    server = new Connection({ url: simulator.url, auth: { type: 'none' } });
    requests();
  });
  afterEach(() => server.close());

  it('opens with three requests: the root, a page with the count and the latest values, the properties', async () => {
    const door = await server.door();
    const page = await findPage(door, all({}));
    assert.deepEqual([page.items.length, page.total, page.next], [100, BIG_CITY.datastreams, 100]);
    assert.equal(typeof page.items[0]!.value, 'number');
    assert.deepEqual((await suggest(door, 'ObservedProperties', '')).names, ['CO', 'Noise', 'PM2.5', 'Temperature']);
    assert.equal(requests(), 3);
  });

  it('needs one request for every search, page and suggestion', async () => {
    const door = await server.door();
    requests();
    const page = await findPage(door, all({ words: ['station', '24999'] }));
    assert.deepEqual([page.total, page.items.length, page.next], [4, 4, undefined]);
    assert.equal(requests(), 1);
    const area = await findPage(door, all({ properties: ['temperature'], area: AREA }));
    assert.deepEqual([area.total, area.here], [60, []]);
    assert.equal(requests(), 1);
    const second = await findPage(door, all({}), 100);
    assert.deepEqual([second.items.length, second.next, second.total], [100, 200, undefined]);
    assert.equal(requests(), 1);
    const things = await suggest(door, 'Things', 'station 2499');
    assert.ok(things.names.length > 5 && things.names.every((name) => name.startsWith('Station 2499')));
    assert.equal(requests(), 1);
  });

  it('reads what a rule means in one request, and no more than a node may read', async () => {
    const door = await server.door();
    requests();
    assert.equal((await findAll(door, all({ properties: ['PM2.5'], area: AREA }), 2000)).length, 60);
    assert.equal(requests(), 1);
    assert.equal((await findAll(door, all({ units: ['ug/m3'] }), 2000)).length, 2000);
    assert.equal(requests(), 4, 'five hundred in a request');
  });

  it('stays bounded where the server cannot search: the form looks through 2,000 rows, then asks whether to go on', async () => {
    simulator.personality.refuseFilter = ['substringof', 'contains', 'st_', 'geo.', 'tolower'];
    const door = await server.door();
    requests();
    const page = await findPage(door, all({ words: ['24999'] }));
    assert.deepEqual([page.items.length, page.next, page.total], [0, 2000, undefined]);
    assert.deepEqual(page.here, ['words']);
    assert.ok(requests() <= 10, 'finding out what it cannot, and four pages');
    await findPage(door, all({ words: ['24999'] }), 2000);
    assert.equal(requests(), 4, 'what it cannot is remembered');
    const area = await findPage(door, all({ properties: ['CO'], area: AREA }));
    assert.deepEqual(area.here.sort(), ['area', 'property']);
    assert.ok(requests() <= 12);
  });
});
