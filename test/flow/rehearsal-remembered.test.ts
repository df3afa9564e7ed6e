/**
 * What a source remembers of a live server is rehearsed: from the server's answers over HTTP to the disk and back. The
 * server is one that does not say of itself that it is simulated, since such readings are not remembered.
 */
import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../flows/simulator';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Observation } from '../../nodes/ecdm/observation';
import type { JobAnswer, Offer, Offers, OffersRequest, SavedNode } from '../../nodes/rehearsal/contract';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';

const MINUTE = 60_000;
/** What comes while it runs, minute by minute; the city itself has no such levels. */
const LEVELS = [1e6, 0, 2e5, 0, 1e6, 2e5, 1e6, 0];

describe('what a source remembers of a live server', function () {
  const start = Date.now() - 60 * MINUTE;
  let red: Embedded;
  let real: Simulator;
  let simulated: Simulator;

  before(async () => {
    red = await startEmbedded();
    const options = { speed: 0, history: 5, start, mqttPort: false } as const;
    real = await startSimulator({ ...options, personality: { serverSettings: false, mqtt: false } });
    simulated = await startSimulator(options);
  });
  after(async () => {
    await red?.stop();
    await real?.close();
    await simulated?.close();
  });

  const eventNode = (value: number): SavedNode => ({
    id: 'event', type: 'ecdm-event', version: 1, wires: [['out'], []],
    events: [{ id: 'high', name: 'High', when: { op: '>', value }, emit: 'state' }],
  }); // prettier-ignore
  const sourceNode = (server: string): FlowNode => ({
    id: `of-${server}`, type: 'sensorthings-in', version: 2, server, choose: 'list', streams: [{ key: '1' }], mode: 'poll',
    interval: '1 s', wires: [['event', 'readings'], []],
  }); // prettier-ignore
  const flow = (): FlowNode[] => [
    { id: 'real', type: 'sensorthings-server', version: 1, url: real.url },
    { id: 'simulated', type: 'sensorthings-server', version: 1, url: simulated.url },
    sourceNode('real'),
    { ...sourceNode('simulated'), wires: [['others'], []] },
    eventNode(500_000) as FlowNode,
    ...['out', 'readings', 'others'].map((id) => ({ id, type: 'test-sink', wires: [] })),
  ];

  async function ask<T>(what: string, body?: object): Promise<T> {
    const response = await fetch(`${red.url}/city-events/rehearsal/${what}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return (await response.json()) as T;
  }
  const request = (value: number): OffersRequest => ({
    node: eventNode(value), sources: ['of-real', 'of-simulated'], undeployed: [], language: 'en-US',
  }); // prettier-ignore

  async function rehearsed(): Promise<JobAnswer> {
    const history = { from: 'remembered', source: 'of-real' };
    let answer = await ask<JobAnswer>('start', { ...request(100_000), history });
    while (answer.state === 'reading' || answer.state === 'running') {
      await sleep(50);
      answer = await ask<JobAnswer>(`job?job=${answer.job}`);
    }
    return answer;
  }

  it('is what the flow has judged, with the settings that it has and with others', async () => {
    await red.deploy(flow());
    const readings = (): number => red.payloads('readings').flat().length;
    await waitFor('the newest reading', () => readings() > 0);
    for (const [i, level] of LEVELS.entries()) {
      real.post(1, level, start + (i + 1) * MINUTE);
      simulated.post(1, level, start + (i + 1) * MINUTE);
    }
    const begins = (): CityEvent[] =>
      (red.payloads('out').flat() as CityEvent[]).filter(({ kind }) => kind === 'begin');
    const ends = (): unknown[] => (red.payloads('out').flat() as CityEvent[]).filter(({ kind }) => kind === 'end');
    await waitFor('all events', () => begins().length === 3 && ends().length === 3);
    const others = (): Observation[] =>
      (red.payloads('others').flat() as Observation[]).filter(({ time }) => time > start);
    await waitFor('the simulated readings', () => others().length === LEVELS.length);
    const { result, message } = await rehearsed();
    assert.equal(result?.readings, readings(), message);
    const times = begins().map(({ time }) => time);
    assert.deepEqual(result.now!.episodes.map(({ since }) => since), times); // prettier-ignore
    assert.deepEqual(times, [1, 5, 7].map((n) => start + n * MINUTE)); // prettier-ignore
    assert.deepEqual(result.next.episodes.map(({ since }) => since), [1, 3, 5].map((n) => start + n * MINUTE)); // prettier-ignore
  });

  it('is there after a deploy, and nothing is there of a server that is simulated', async () => {
    const before = (await rehearsed()).result!.readings;
    await red.deploy(flow());
    const { offers } = await ask<Offers>('offers', request(1));
    const offer = (source: string): Offer | undefined =>
      offers.find(({ history }) => history.from === 'remembered' && history.source === source);
    assert.equal(offer('of-real')?.fault, undefined);
    assert.equal(offer('of-real')?.until, start + LEVELS.length * MINUTE);
    assert.match(offer('of-simulated')!.fault!, /remembers nothing yet/);
    assert.ok((await rehearsed()).result!.readings >= before);
  });
});
