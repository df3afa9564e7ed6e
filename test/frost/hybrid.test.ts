/** The mode `hybrid` over a restart of a real FROST and over a hard cut of its connections: nothing lost, nothing twice. */
import assert from 'node:assert/strict';
import { waitFor } from '../support/node-red';
import { idsOf, startReading, stopReading, type Reading } from './flow';
import { Proxy } from './proxy';
import { frost, get, makeStreams, post } from './shared';

/** Writes to Datastreams, some times a second, until it is stopped; what FROST refuses while it is down is left out. */
class Writer {
  written = 0;
  private running = true;
  private readonly done: Promise<void>;

  constructor(private readonly keys: readonly number[]) {
    this.done = this.run();
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.done;
  }

  private async run(): Promise<void> {
    for (let i = 0; this.running; i++) {
      const phenomenonTime = new Date().toISOString();
      const path = `Datastreams(${this.keys[i % this.keys.length]})/Observations`;
      await post(path, { phenomenonTime, result: i }).then(
        () => this.written++,
        () => undefined,
      );
      await new Promise((done) => setTimeout(done, 30));
    }
  }
}

describe('hybrid with a real FROST', function () {
  let http: Proxy;
  let mqtt: Proxy;
  before(async () => {
    const { port, mqttPort } = await frost();
    [http, mqtt] = await Promise.all([Proxy.to(port), Proxy.to(mqttPort)]);
  });
  afterEach(stopReading);
  after(() => Promise.all([http.close(), mqtt.close()]));

  async function start(name: string): Promise<{ reading: Reading; keys: number[]; writer: Writer }> {
    const keys = await makeStreams(name, 10);
    // one is there before, so that there is a position
    for (const key of keys)
      await post(`Datastreams(${key})/Observations`, { phenomenonTime: new Date().toISOString(), result: -1 });
    const server = {
      url: `http://127.0.0.1:${http.port}/FROST-Server/v1.1`,
      mqttFrom: 'own',
      mqttUrl: `mqtt://127.0.0.1:${mqtt.port}`,
    };
    const streams = keys.map((key) => ({ key: String(key) }));
    const reading = await startReading(server, {
      mode: 'hybrid',
      choose: 'list',
      streams,
      history: '1 h',
      recheck: '2 s',
    });
    await waitFor('a live feed', () => reading.states.some((state) => /live/i.test(state)));
    return { reading, keys, writer: new Writer(keys) };
  }

  /** All that is stored came, once. */
  async function settle(reading: Reading, keys: readonly number[]): Promise<void> {
    const stored: number[] = [];
    for (const key of keys) {
      const { value } = await get(`Datastreams(${key})/Observations?$select=id&$top=10000`);
      stored.push(...value.map((one: any) => one['@iot.id'] as number));
    }
    stored.sort((a, b) => a - b);
    await waitFor('all that is stored', () => reading.observations.length >= stored.length).catch(() => undefined);
    // what comes twice comes a little later
    await new Promise((done) => setTimeout(done, 3000));
    assert.deepEqual(idsOf(reading.observations), stored);
  }

  it('loses nothing and doubles nothing when its connections are cut hard', async () => {
    const { reading, keys, writer } = await start('Cut');
    for (let i = 0; i < 3; i++) {
      const before = writer.written;
      await waitFor('some to be written', () => writer.written > before + 20);
      http.cut();
      mqtt.cut();
      await new Promise((done) => setTimeout(done, 1500));
      http.open();
      mqtt.open();
    }
    const before = writer.written;
    await waitFor('some more to be written', () => writer.written > before + 20);
    await writer.stop();
    await settle(reading, keys);
  });

  it('loses nothing and doubles nothing when FROST is killed and started again', async () => {
    const { reading, keys, writer } = await start('Restart');
    const server = await frost();
    await waitFor('some to be written', () => writer.written > 40);
    await server.stop('SIGKILL');
    await server.resume();
    const before = writer.written;
    await waitFor('some more to be written', () => writer.written > before + 40);
    await writer.stop();
    await settle(reading, keys);
  });
});
