/** Whether a server is left to look for readings above a value: tried on what is there. */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../flows/simulator';
import { PERSONALITIES } from '../../../flows/simulator/personalities';
import { Connection } from '../../../nodes/sensorthings-server/client/connection';
import { findAll } from '../../support/find-all';
import { EVERYTHING } from '../../../nodes/sensorthings-server/client/rule';
import { pushedThreshold } from '../../../nodes/sensorthings-server/client/threshold-probe';

const ABOVE = { op: 'gt', value: 15 } as const;

describe('a threshold as the query of a server', () => {
  let simulator: Simulator;
  let server: Connection;
  const start = async (options: Parameters<typeof startSimulator>[0] = {}): Promise<void> => {
    simulator = await startSimulator({ speed: 0, history: 90, mqttPort: false, ...options });
    server = new Connection({ url: simulator.url, auth: { type: 'none' } });
  };
  const filter = async (): Promise<string | undefined> => {
    const door = await server.door();
    const streams = await findAll(door, { rule: { ...EVERYTHING, properties: ['PM2.5'] }, path: '' }, 2000);
    return pushedThreshold(door.get, door.root, streams, ABOVE, {});
  };
  afterEach(async () => {
    server.close();
    await simulator.close();
  });

  it('is left to a server that does it right', async () => {
    await start();
    assert.equal(await filter(), 'result gt 15');
  });

  it('is done here where the server refuses it', async () => {
    await start({ personality: { refuseFilter: ['result gt'] } });
    assert.equal(await filter(), undefined);
  });

  it('is done here where results are texts', async () => {
    await start({ personality: PERSONALITIES.sensorup });
    assert.equal(await filter(), undefined);
  });

  it('is done here where the server leaves out what it should give', async () => {
    await start();
    const door = await server.door();
    const streams = await findAll(door, { rule: { ...EVERYTHING, properties: ['PM2.5'] }, path: '' }, 2000);
    const half = async (url: string): Promise<unknown> => {
      const body = (await door.get(url)) as { value: unknown[] };
      return url.includes('result') ? { value: body.value.slice(1) } : body;
    };
    assert.equal(await pushedThreshold(half, door.root, streams, { op: 'gt', value: -1 }, {}), undefined);
  });

  it('is done here where there is nothing to try it on, and a server that is away is no refusal', async () => {
    await start({ history: 0 });
    assert.equal(await filter(), undefined);
    const door = await server.door();
    const streams = await findAll(door, { rule: EVERYTHING, path: '' }, 10);
    Object.assign(simulator.faults.http, { failures: Infinity, status: 503 });
    const once = (url: string): Promise<unknown> => server.read(url, { tries: 1 });
    await assert.rejects(pushedThreshold(once, door.root, streams, ABOVE, {}), { code: 'server' });
  });
});
