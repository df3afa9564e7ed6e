/** What a FROST does that a client has to know, found out with a real one: the simulator does the same. */
import assert from 'node:assert/strict';
import { addCircle, startSimulator, type Simulator } from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { Connection } from '../../nodes/sensorthings-server/client/connection';
import { walksOf } from '../../nodes/sensorthings-in/server-reader';
import type { Walks } from '../../nodes/sensorthings-server/client/walk';

describe('habits of FROST', () => {
  let simulator: Simulator;
  let connection: Connection;
  before(async () => {
    simulator = await startSimulator({ city: false, speed: 0, mqttPort: false });
    addCircle(simulator.store, { datastreams: 12, observations: 5 });
    connection = new Connection({ url: simulator.url, auth: { type: 'none' } });
  });
  after(async () => {
    connection.close();
    await simulator.close();
  });

  async function walks(): Promise<Walks> {
    return walksOf(connection, await connection.facts(), { sentinels: new Set<number>() });
  }

  async function read(walk: Walks, keys: number[], page: number): Promise<Observation[]> {
    const metadata = await connection.metadata();
    const streams = await metadata.streams(keys.map(String), (key, error) => assert.fail(`${key}: ${error.message}`));
    const out: Observation[] = [];
    for await (const list of walk.pages(streams, { page })) out.push(...list);
    return out;
  }

  it('leaves the ids out of a dataArray with $select: walks at the same time all read them nevertheless', async () => {
    const all = await walks();
    const lists = await Promise.all(Array.from({ length: 12 }, (_, i) => read(all, [i + 1], 3)));
    const ids = new Set(lists.flat().map(({ id }) => id));
    assert.equal(ids.size, 60);
    for (const id of ids) assert.match(id, /\|\d+\|\d+$/);
  });

  it('loses, in its links, Observations whose intervals overlap: none is lost here', async () => {
    const hour = 3_600_000;
    const begin = Date.parse('2026-11-01T00:00:00Z');
    for (let i = 0; i < 30; i++) {
      const [from, to] = [begin + i * hour, begin + (i + 24) * hour].map((ms) => new Date(ms).toISOString());
      simulator.store.create('Observations', {
        phenomenonTime: `${from}/${to}`,
        result: 100 + i,
        Datastream: { '@iot.id': 1 },
      });
    }
    const means = (await read(await walks(), [1], 10)).filter(({ value }) => Number(value) >= 100);
    assert.deepEqual(means.map(({ value }) => value), Array.from({ length: 30 }, (_, i) => 100 + i)); // prettier-ignore
    // so that the test sees what it is about: following the links as they are loses most
    let url: string | undefined = `${simulator.url}/Datastreams(1)/Observations?$top=10`;
    let rows = 0;
    while (url !== undefined) {
      const body = (await (await fetch(url)).json()) as { value: unknown[]; '@iot.nextLink'?: string };
      rows += body.value.length;
      url = body['@iot.nextLink'];
    }
    assert.ok(rows < 35, String(rows));
  });
});
