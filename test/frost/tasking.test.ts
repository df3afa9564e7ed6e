/** Tasking of a real FROST: what is needed to give tasks to actuators. */
import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { waitFor } from '../support/node-red';
import { frost, get, makeStreams, post } from './shared';

describe('Tasking of a real FROST', function () {
  let capability: number;
  before(async () => {
    const [stream] = await makeStreams('Lamp', 1);
    const thing = (await get(`Datastreams(${stream})/Thing?$select=id`))['@iot.id'] as number;
    const actuator = await post('Actuators', {
      name: 'Lamp',
      description: 'Test',
      encodingType: 'text/plain',
      metadata: 'none',
    });
    capability = await post('TaskingCapabilities', {
      name: 'Switch',
      description: 'Test',
      taskingParameters: { type: 'DataRecord', field: [{ name: 'on', type: 'Boolean' }] },
      Thing: { '@iot.id': thing },
      Actuator: { '@iot.id': actuator },
    });
  });

  it('has the capability with what it takes', async () => {
    const body = await get(`TaskingCapabilities(${capability})?$expand=Actuator($select=name),Thing($select=name)`);
    assert.deepEqual(
      [body.taskingParameters.field[0].name, body.Actuator.name, body.Thing.name],
      ['on', 'Lamp', 'Lamp'],
    );
  });

  it('takes a Task by HTTP and tells those who follow the capability', async () => {
    const gateway = await connectAsync((await frost()).mqttUrl);
    const told: any[] = [];
    gateway.on('message', (_topic, payload) => told.push(JSON.parse(payload.toString())));
    await gateway.subscribeAsync(`v1.1/TaskingCapabilities(${capability})/Tasks`);
    // FROST grants a topic before it looks at it
    await new Promise((done) => setTimeout(done, 1000));
    const id = await post(`TaskingCapabilities(${capability})/Tasks`, { taskingParameters: { on: true } });
    await waitFor('the notice', () => told.some((task) => task['@iot.id'] === id));
    await gateway.endAsync();
    const task = await get(`Tasks(${id})`);
    assert.deepEqual(task.taskingParameters, { on: true });
    assert.ok(Math.abs(Date.parse(task.creationTime as string) - Date.now()) < 60_000);
  });

  it('takes a Task by MQTT', async () => {
    const device = await connectAsync((await frost()).mqttUrl);
    await device.publishAsync(
      `v1.1/TaskingCapabilities(${capability})/Tasks`,
      JSON.stringify({ taskingParameters: { on: false } }),
      { qos: 1 },
    );
    let last: any;
    for (let i = 0; i < 100 && last?.taskingParameters?.on !== false; i++) {
      await new Promise((done) => setTimeout(done, 50));
      last = (await get(`TaskingCapabilities(${capability})/Tasks?$orderby=id desc&$top=1`)).value[0];
    }
    await device.endAsync();
    assert.deepEqual(last.taskingParameters, { on: false });
  });
});
