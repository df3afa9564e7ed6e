/** MQTT of a real FROST: its echo, creates by HTTP and by MQTT, changes. */
import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { waitFor } from '../support/node-red';
import { idsOf, startReading, stopReading } from './flow';
import { frost, get, makeStreams, post } from './shared';

describe('live from a real FROST', function () {
  afterEach(stopReading);

  it('brings what is created by HTTP and by MQTT, each once although FROST sends it raw too, and changes', async () => {
    const { url, mqttUrl } = await frost();
    const keys = await makeStreams('Live', 2);
    const reading = await startReading(
      { url },
      { mode: 'live', choose: 'list', streams: keys.map((key) => ({ key: String(key) })) },
    );
    await waitFor('a live feed', () => reading.states.some((state) => /live/i.test(state)));
    const device = await connectAsync(mqttUrl);
    const topic = `v1.1/Datastreams(${keys[0]})/Observations`;
    const echoes: boolean[] = [];
    device.on('message', (_topic, payload) => echoes.push(!payload.toString().includes('@iot.id')));
    await device.subscribeAsync(topic);
    for (let i = 0; i < 20; i++) {
      const phenomenonTime = new Date(Date.now() + i).toISOString();
      if (i % 2 === 0) await device.publishAsync(topic, JSON.stringify({ phenomenonTime, result: i }));
      else await post(`Datastreams(${keys[1]})/Observations`, { phenomenonTime, result: i });
      await new Promise((done) => setTimeout(done, 50));
    }
    await waitFor('all of them', () => reading.observations.length >= 20);
    await waitFor(
      'FROST to echo',
      () => echoes.filter(Boolean).length >= 10 && echoes.filter((raw) => !raw).length >= 10,
    );
    await device.endAsync();
    await new Promise((done) => setTimeout(done, 500));
    const stored = await Promise.all(keys.map((key) => get(`Datastreams(${key})/Observations?$select=id&$top=100`)));
    const ids = stored
      .flatMap(({ value }) => value.map((one: any) => one['@iot.id'] as number))
      .sort((a: number, b: number) => a - b);
    assert.equal(ids.length, 20);
    assert.deepEqual(idsOf(reading.observations), ids);
    assert.deepEqual(reading.observations.map(({ value }) => value).sort((a, b) => Number(a) - Number(b)), Array.from({ length: 20 }, (_, i) => i)); // prettier-ignore

    // a change of a stored one is told as such
    const body = JSON.stringify({ result: 999 });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/Observations(${ids[3]})`, { method: 'PATCH', headers, body });
    const changed = await waitFor('the change', () => reading.observations.find(({ value }) => value === 999));
    assert.equal(idsOf([changed])[0], ids[3]);
    assert.deepEqual(reading.problems, []);
  });
});
