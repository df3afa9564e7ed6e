/** The worldmap takes our zones unchanged, and what is drawn there comes back as zones of a running filter. */
import assert from 'node:assert/strict';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { WorldmapSocket } from '../support/stock-sockets';

const ring = [[99, 7], [100, 7], [100, 8], [99, 8], [99, 7]]; // prettier-ignore
const flow: FlowNode[] = [
  { id: 'tab', type: 'tab' },
  {
    id: 'zones',
    type: 'city-zones',
    name: 'Z',
    version: 2,
    zones: [{ id: 'trang', name: 'Trang', level: 'city', shape: { type: 'Polygon', coordinates: [ring] } }],
  },
  { id: 'in', type: 'worldmap in', path: '/worldmap', wires: [['filter', 'drawn']] },
  { id: 'drawn', type: 'test-sink', wires: [] },
  { id: 'filter', type: 'spatial-filter', version: 1, zones: 'zones', keep: 'all', wires: [['map'], []] },
  { id: 'map', type: 'worldmap', path: '/worldmap', wires: [] },
].map((node) => (['tab', 'city-zones'].includes(node.type) ? node : { ...node, z: 'tab' })) as FlowNode[];

describe('the worldmap and the zones of a filter', () => {
  let city: Embedded;
  before(async () => {
    city = await startEmbedded({ dashboards: true });
    await city.deploy(flow);
  });
  after(() => city.stop());

  const zoneTold = (map: WorldmapSocket, name: string): any =>
    map.sent.flat().find((one) => one?.name === name && one.layer === 'zones');

  const told = (map: WorldmapSocket, name: string): Promise<any> =>
    waitFor(`the map to be told of ${name}`, () => zoneTold(map, name));

  it('sends the zones to a browser that connects, and those drawn in one to the next', async () => {
    const first = await WorldmapSocket.connect(city.url);
    const trang = await told(first, 'Trang');
    assert.deepEqual(trang.area, [[7, 99], [7, 100], [8, 100], [8, 99]]); // prettier-ignore
    first.send({ action: 'draw', name: 'Flood', layer: '_drawing', options: {}, lat: 7.5, lon: 99.5, radius: 700 });
    await waitFor('the drawing', () => city.payloads('drawn').some((payload) => payload?.name === 'Flood'));
    await sleep(200);
    const second = await WorldmapSocket.connect(city.url);
    const flood = await told(second, 'Flood');
    assert.deepEqual([flood.lat, flood.lon, flood.radius], [7.5, 99.5, 700]);
    first.close();
    second.close();
  });
});
