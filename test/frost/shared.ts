/** One FROST for all tests of the suite (it takes long to start), and what they have in common. */
import { askAll, type Recorded } from './ask';
import { askMqtt, type MqttAnswers } from './ask-mqtt';
import { startFrost, type Frost } from './server';

let started: Promise<Frost> | undefined;

/** The FROST of this process; started when it is first asked for. */
export function frost(): Promise<Frost> {
  started ??= startFrost();
  return started;
}

/** What a FROST answers while it is new: before any other test has put something into it. */
let first: { http: Recorded[]; mqtt: MqttAnswers } | undefined;

export function firstAnswers(): { http: Recorded[]; mqtt: MqttAnswers } {
  if (!first) throw new Error('FROST was not asked');
  return first;
}

// FROST-Server, its database and the first start of both need their time
before('a real FROST-Server', async function () {
  this.timeout(400_000);
  const { version, startSeconds, url, mqttUrl } = await frost();
  process.stdout.write(`FROST-Server ${version}, started in ${startSeconds.toFixed(1)} s\n`);
  first = { http: await askAll(url), mqtt: await askMqtt(url, mqttUrl) };
});

after(async function () {
  // a start that failed has cleaned up and told its reason
  await (await started?.catch(() => undefined))?.close();
});

/** Posts to FROST; gives the id of what was made. */
export async function post(path: string, body: unknown): Promise<number> {
  const { url } = await frost();
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return Number(/\((\d+)\)$/.exec(response.headers.get('location') ?? '')?.[1]);
}

/** Reads JSON from FROST. */
export async function get(path: string): Promise<any> {
  const { url } = await frost();
  return (await fetch(`${url}/${path}`)).json();
}

/** Makes Datastreams on a Thing of their own at a place; gives their ids. */
export async function makeStreams(name: string, count: number, [lon, lat] = [99.611, 7.556]): Promise<number[]> {
  const location = { type: 'Point', coordinates: [lon, lat] };
  const thing = await post('Things', {
    name,
    description: 'Test',
    Locations: [{ name, description: 'Test', encodingType: 'application/geo+json', location }],
  });
  const sensor = await post('Sensors', { name, description: 'Test', encodingType: 'text/plain', metadata: 'none' });
  const definition = `http://example.org/${encodeURIComponent(name)}`;
  const property = await post('ObservedProperties', { name, definition, description: 'Test' });
  const ids: number[] = [];
  for (let i = 1; i <= count; i++) {
    ids.push(
      await post('Datastreams', {
        name: `${name} ${i}`,
        description: 'Test',
        unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' },
        observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
        Thing: { '@iot.id': thing },
        Sensor: { '@iot.id': sensor },
        ObservedProperty: { '@iot.id': property },
      }),
    );
  }
  return ids;
}
