/**
 * The whole chain over a real MQTT broker (Mosquitto, where it is installed): a sensor's message becomes a status, the
 * status moves an actuator, and the actuator confirms.
 */
import assert from 'node:assert/strict';
import { connectAsync, type MqttClient } from 'mqtt';
import type { CommandState } from '../../nodes/ecdm/action';
import { startEmbedded, type Embedded } from '../support/embedded';
import { hasMosquitto, startMosquitto, type Mosquitto } from '../support/mosquitto';
import { brokerNode } from '../support/mqtt-broker';
import { waitFor } from '../support/node-red';

describe('with Mosquitto', function () {
  let broker: Mosquitto | undefined;
  let device: MqttClient | undefined;
  let red: Embedded | undefined;

  after(async () => {
    await device?.endAsync(true);
    await red?.stop();
    broker?.close();
  });

  it('a reading over MQTT moves an actuator that confirms', async function () {
    if (!hasMosquitto()) return this.skip();
    broker = await startMosquitto();
    const { port, url } = broker;
    device = await connectAsync(url, { reconnectPeriod: 100 });
    device.on('message', (topic, payload) => {
      // the sign does what it is told and says so
      device!.publish(topic.replace('/set', '/state'), payload, { qos: 1 });
    });
    await device.subscribeAsync('sign/+/set', { qos: 1 });

    red = await startEmbedded();
    await red.deploy([
      brokerNode(port, { protocolVersion: '5' }),
      {
        id: 'hears',
        type: 'mqtt in',
        topic: 'sensors/+/air',
        qos: '1',
        datatype: 'auto-detect',
        broker: 'broker',
        rh: 0,
        inputs: 0,
        wires: [['map']],
      },
      {
        id: 'map',
        type: 'to-observation',
        version: 1,
        mode: 'live',
        mapping: {
          mapping: 1,
          format: 'json',
          time: { columns: ['$now'], format: 'ms' },
          thing: { column: '$topic.2' },
          values: { layout: 'wide', columns: [{ column: 'pm', property: 'PM2.5', unit: 'ug/m3' }] },
        },
        wires: [['event'], ['problems']],
      },
      {
        id: 'event',
        type: 'ecdm-event',
        version: 1,
        events: [{ id: 'pm', name: 'PM2.5 high', when: { op: '>', value: 90, unit: 'ug/m3' }, emit: 'state' }],
        wires: [['status'], ['problems']],
      },
      {
        id: 'status',
        type: 'pattern-status',
        version: 1,
        name: 'Bad air',
        rule: { op: 'event', event: 'pm' },
        per: 'station',
        severity: 'major',
        lateness: '1 s',
        wires: [['sign'], ['problems']],
      },
      {
        id: 'sign',
        type: 'actuator-out',
        version: 1,
        name: 'sign',
        via: 'mqtt',
        broker: 'broker',
        topic: 'sign/{{key}}/set',
        qos: '1',
        payloads: { raised: 'ON', cleared: 'OFF' },
        confirm: 'done',
        answerTopic: 'sign/{{key}}/state',
        within: '30 s',
        validFor: '5 min',
        wires: [['states'], ['problems']],
      },
      { id: 'states', type: 'test-sink', wires: [] },
      { id: 'problems', type: 'test-sink', wires: [] },
    ]);
    await waitFor('the broker is connected', () => red!.statuses.get('hears')?.fill === 'green');

    const done = (): string[] => (red!.payloads('states').flat() as CommandState[]).map(({ state }) => state);
    await device.publishAsync('sensors/market/air', JSON.stringify({ pm: 120 }), { qos: 1 });
    await waitFor('the sign is on', () => done().filter((state) => state === 'done').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await device.publishAsync('sensors/market/air', JSON.stringify({ pm: 40 }), { qos: 1 });
    await waitFor('the sign is off', () => done().filter((state) => state === 'done').length === 2);
    assert.deepEqual(red.payloads('problems').flat(), []);
    assert.ok(!done().includes('failed'));
  });
});
