/** Versions of MQTT: 5 with a real broker (Mosquitto, where it is installed), and a broker that knows only 3.1.1. */
import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type { Observation } from '../../nodes/ecdm/observation';
import { MqttLink, type MqttListener, type MqttState, type Notice } from '../../nodes/sensorthings-server/client/mqtt';
import { helper, liveNode, loadFlow } from '../support/helper';
import { canRefuse, hasMosquitto, startMosquitto, type Mosquitto } from '../support/mosquitto';
import { sleep, waitFor } from '../support/node-red';

const START = Date.parse('2026-11-20T07:00:00Z');

class Listener implements MqttListener {
  readonly heard: [string, string, Notice][] = [];
  readonly refusals: [string, number][] = [];
  readonly states: MqttState[] = [];
  readies = 0;
  message(topic: string, payload: Uint8Array, notice: Notice): void {
    this.heard.push([topic, Buffer.from(payload).toString(), notice]);
  }
  ready(): void {
    this.readies++;
  }
  refused(topic: string, code: number): void {
    this.refusals.push([topic, code]);
  }
  state(state: MqttState): void {
    this.states.push(state);
  }
}

describe('SensorThings over MQTT 5', function () {
  let mosquitto: Mosquitto | undefined;
  let simulator: Simulator | undefined;
  let link: MqttLink | undefined;
  let writer: MqttClient | undefined;

  afterEach(async () => {
    await helper.unload();
    link?.close();
    await writer?.endAsync(true);
    mosquitto?.close();
    await simulator?.close();
    mosquitto = simulator = link = writer = undefined;
  });

  for (const [version, code] of [
    [5, 135],
    [4, 128],
  ] as const) {
    it(`version ${version}: what is allowed comes, what is refused is told with the reason code ${code}`, async function () {
      if (!hasMosquitto() || !canRefuse) return this.skip();
      mosquitto = await startMosquitto('open/#');
      const listener = new Listener();
      link = new MqttLink(mosquitto.url, { type: 'none' }, {}, version);
      link.add(listener, ['open/a', 'shut/a', 'open/b']);
      await waitFor('the subscriptions', () => listener.readies === 1);
      assert.deepEqual(listener.refusals, [['shut/a', code]]);
      writer = await connectAsync(mosquitto.url, { protocolVersion: 5 });
      await writer.publishAsync('open/b', 'there', { qos: 1, properties: { userProperties: { type: 'create' } } });
      await writer.publishAsync('open/a', 'gone', { qos: 1, properties: { userProperties: { type: 'delete' } } });
      await waitFor('both', () => listener.heard.length === 2);
      assert.deepEqual(listener.heard, [
        ['open/b', 'there', { retained: false, deleted: false }],
        ['open/a', 'gone', { retained: false, deleted: version === 5 }],
      ]);
    });
  }

  it('goes back to 3.1.1 where the broker does not know 5', async () => {
    simulator = await startSimulator({ speed: 0, history: 0, start: START });
    const listener = new Listener();
    link = new MqttLink(simulator.mqttUrl, { type: 'none' }, {}, 5);
    link.add(listener, ['v1.1/Datastreams(1)/Observations']);
    await waitFor('the subscription', () => listener.readies === 1);
    simulator.post(1, 5, START);
    await waitFor('a notice', () => listener.heard.length === 1);
    assert.equal((JSON.parse(listener.heard[0]![1]) as { result: number }).result, 5);
  });

  it('version 2.0 of the standard: the node hears a broker of MQTT 5, and says why a topic is refused', async function () {
    if (!hasMosquitto() || !canRefuse) return this.skip();
    mosquitto = await startMosquitto('v2.0/Datastreams(1)/Observations');
    simulator = await startSimulator({ personality: 'v2', mqttPort: false, speed: 0, history: 1, start: START });
    assert.match(simulator.url, /v2\.0$/);
    const problems: { code: string; message: string; hint: string }[] = [];
    const readings: Observation[] = [];
    const nodes = (streams: object[]): object[] => [
      { id: 'server', type: 'sensorthings-server', version: 1, url: simulator!.url, mqttFrom: 'own', mqttUrl: mosquitto!.url },
      { id: 'in', type: 'sensorthings-in', version: 3, server: 'server', choose: 'list', streams, mode: 'hybrid', interval: '1 h', emit: 'batch', wires: [['out'], ['problems']] },
      { id: 'out', type: 'helper', wires: [] },
      { id: 'problems', type: 'helper', wires: [] },
    ]; // prettier-ignore
    const load = async (streams: object[]): Promise<void> => {
      await loadFlow(['sensorthings-server', 'sensorthings-in'], nodes(streams) as never);
      liveNode('out').on('input', ({ payload }: { payload: Observation[] }) => readings.push(...payload));
      liveNode('problems').on('input', ({ payload }: { payload: typeof problems }) => problems.push(...payload));
    };
    await load([{ key: '1' }]);
    await waitFor('the first reading', () => readings.length === 1);
    await sleep(500);
    writer = await connectAsync(mosquitto.url, { protocolVersion: 5 });
    const tell = (id: number, result: number, type: string): Promise<unknown> =>
      writer!.publishAsync(
        'v2.0/Datastreams(1)/Observations',
        JSON.stringify({ id, phenomenonTime: { start: new Date(START + id).toISOString() }, result }),
        { qos: 1, properties: { userProperties: { type } } },
      );
    await tell(900_001, 1.5, 'create');
    await tell(900_002, 2.5, 'delete');
    await tell(900_003, 3.5, 'create');
    await waitFor('both', () => readings.some(({ value }) => value === 3.5));
    assert.deepEqual(readings.slice(1).map(({ value }) => value), [1.5, 3.5], 'what was deleted is no reading'); // prettier-ignore

    await helper.unload();
    await load([{ key: '1' }, { key: '2' }]);
    await waitFor('it says so', () => problems.some(({ code }) => code === 'mqtt-refused'));
    const { message, hint } = problems.find(({ code }) => code === 'mqtt-refused')!;
    assert.equal(message, 'The server refused the topic v2.0/Datastreams(2)/Observations: not allowed.');
    assert.match(hint, /over HTTP/);
  });
});
