/** Puts the same subscriptions and changes to the MQTT of two servers, so that what comes can be compared. */
import { connectAsync } from 'mqtt';
import { waitFor } from '../support/node-red';
import { plain } from './ask';

/** Topics below the version, and whether a notice of the changes below is expected there. */
const TOPICS: readonly string[] = [
  'Observations',
  'Datastreams(1)/Observations',
  'Datastreams(1)/Observations?$select=id,result',
  'Datastreams(2)/Observations?$expand=Datastream($select=id)',
  'FeaturesOfInterest(1)/Observations',
  'Things',
  'Things(1)',
  'Things(1)/description',
  'Things(1)/name',
  'Things(1)/Datastreams',
  'Datastreams(1)',
  'Observations(1)',
  'Observations(1)/result',
  'HistoricalLocations',
  'Tasks',
  'TaskingCapabilities(1)/Tasks',
];

/** Topics that are no resource path, wildcards, and options that topics do not have. */
const ODD_TOPICS: readonly string[] = [
  'Foo',
  'Datastreams(1)/Observations?$top=1',
  'Datastreams(1)/Observations?$orderby=id',
  'Datastreams(1)/Observations?$filter=result gt 1',
  'Things(99)/Datastreams',
];

export interface MqttAnswers {
  /** Quality of service, or 128, by topic. */
  granted: Record<string, number>;
  odd: Record<string, number>;
  /** What came, by topic, in any order: FROST's workers shuffle. */
  came: Record<string, string[]>;
}

/** The corpus must be there (`SEED`). */
export async function askMqtt(root: string, mqttUrl: string): Promise<MqttAnswers> {
  const client = await connectAsync(mqttUrl, { clean: true });
  const prefix = `${root.slice(root.lastIndexOf('/') + 1)}/`;
  const came: Record<string, string[]> = Object.fromEntries(TOPICS.map((topic) => [topic, []]));
  let messages = 0;
  client.on('message', (topic, payload) => {
    messages++;
    const list = (came[topic.slice(prefix.length)] ??= []);
    list.push(JSON.stringify(plain(root, JSON.parse(payload.toString()))));
  });
  const subscribe = async (topics: readonly string[]): Promise<Record<string, number>> => {
    const out: Record<string, number> = {};
    for (const topic of topics) {
      const granted = await client
        .subscribeAsync(prefix + topic, { qos: 0 })
        .catch((error: { code?: number }) => [{ qos: error.code ?? 128 }]);
      out[topic] = granted[0]!.qos;
    }
    return out;
  };
  const granted = await subscribe(TOPICS);
  const odd = await subscribe(ODD_TOPICS);
  const send = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${root}/${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    await quiet();
  };
  /** Until nothing has come for a while. */
  const quiet = async (): Promise<void> => {
    let [last, since] = [messages, Date.now()];
    await waitFor('silence', () => {
      if (messages !== last) [last, since] = [messages, Date.now()];
      return Date.now() - since > 400;
    });
  };
  const time = { phenomenonTime: '2025-11-23T00:00:00Z' };
  await send('POST', 'Datastreams(1)/Observations', { ...time, result: 1 });
  await send('POST', 'Datastreams(2)/Observations', { ...time, result: 2 });
  await send('PATCH', 'Things(1)', { description: 'Changed' });
  await send('PATCH', 'Observations(1)', { result: 5 });
  await send('PATCH', 'Things(3)', { Locations: [{ '@iot.id': 1 }] });
  await send('POST', 'TaskingCapabilities(1)/Tasks', { taskingParameters: { on: false } });
  await client.publishAsync(`${prefix}Datastreams(1)/Observations`, JSON.stringify({ ...time, result: 3 }));
  await quiet();
  await client.endAsync();
  for (const list of Object.values(came)) list.sort();
  return { granted, odd, came };
}
