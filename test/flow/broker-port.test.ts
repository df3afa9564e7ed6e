/** What nodes/runtime/broker-port.ts relies on in Node-RED's own broker node, on whichever Node-RED is under test. */
import assert from 'node:assert/strict';
import { openBroker, type BrokerError, type BrokerPort } from '../../nodes/runtime/broker-port';
import type { Embedded } from '../support/embedded';
import { startWithBroker, type TestBroker } from '../support/mqtt-broker';
import { waitFor } from '../support/node-red';

const reporter = { error: (error: unknown): void => void errors.push(error) };
const errors: unknown[] = [];
const patient = { qos: 1 as const, retain: false, timeout: 30_000 };

describe('the door to the core MQTT broker', () => {
  let city: Embedded;
  let broker: TestBroker;
  const ports: BrokerPort[] = [];

  let stop: (() => Promise<void>) | undefined;
  before(async () => ({ city, broker, stop } = await startWithBroker()));
  after(() => stop?.());
  beforeEach(async () => {
    broker.published.length = broker.subscriptions.length = errors.length = 0;
    await city.deploy([broker.node(), { id: 'out', type: 'test-sink', wires: [] }]);
  });
  afterEach(async () => {
    broker.unmute();
    for (const port of ports.splice(0)) await port.close();
    await waitFor('all clients to be gone', () => broker.clients === 0);
  });

  function open(): BrokerPort {
    const nodes = { getNode: (id: string) => (id === 'broker' ? city.node(id) : null) };
    const port = openBroker({ nodes } as any, 'broker', reporter);
    ports.push(port);
    return port;
  }
  const connected = (port: BrokerPort): Promise<unknown> => waitFor('the connection', () => port.state === 'connected');
  const code = (error: unknown): string => (error as BrokerError).code;

  it('connects for its first user, publishes, and goes when the last one goes', async () => {
    const [one, two] = [open(), open()];
    await connected(one);
    assert.equal(broker.clients, 1);
    await one.publish('a/b', 'x', patient);
    await two.publish('a/c', 'y', { ...patient, qos: 0, retain: true });
    await broker.seen(2);
    assert.deepEqual(
      broker.published.map((p) => [p.topic, p.payload, p.qos]),
      [
        ['a/b', 'x', 1],
        ['a/c', 'y', 0],
      ],
    );
    await one.close();
    assert.equal(one.state, 'disconnected');
    assert.equal(two.state, 'connected');
    await assert.rejects(one.publish('a', 'x', patient), (e) => code(e) === 'closed');
    await one.close();
  });

  it('refuses to publish without a connection, and when nobody acknowledges', async () => {
    const port = open();
    await assert.rejects(port.publish('a', 'x', patient), (e) => code(e) === 'not-connected');
    await connected(port);
    broker.mute();
    await assert.rejects(port.publish('a', 'x', { ...patient, timeout: 100 }), (e) => code(e) === 'timeout');
    await assert.rejects(port.publish('a/#', 'x', patient), (e) => code(e) === 'refused');
  });

  it('shares one subscription among all that listen to the same filter', async () => {
    const [one, two] = [open(), open()];
    const heard: string[] = [];
    const endOne = one.subscribe('s/+/state', 1, (topic, payload) =>
      heard.push(`1 ${topic} ${Buffer.from(payload).toString()}`),
    );
    const endTwo = two.subscribe('s/+/state', 1, (topic) => heard.push(`2 ${topic}`));
    await connected(one);
    await waitFor('the subscription', () => broker.subscriptions.length > 0);
    await broker.say('s/x/state', 'on');
    await waitFor('both to hear', () => heard.length === 2);
    assert.deepEqual(heard, ['1 s/x/state on', '2 s/x/state']);
    endOne();
    await broker.say('s/y/state', 'off');
    await waitFor('the other to hear', () => heard.length === 3);
    endTwo();
    endTwo();
    await waitFor('the end of the subscription', () => broker.subscriptions.includes('-s/+/state'));
    assert.deepEqual(broker.subscriptions.filter((s) => s === 's/+/state').length, 1);
  });

  it('a listener that throws is reported, the others still hear', async () => {
    const port = open();
    const heard: string[] = [];
    port.subscribe('t', 0, () => {
      throw new Error('oops');
    });
    port.subscribe('t', 0, (topic) => heard.push(topic));
    await connected(port);
    await waitFor('the subscription', () => broker.subscriptions.includes('t'));
    await broker.say('t', '');
    await waitFor('the listener', () => heard.length === 1);
    assert.match(String(errors[0]), /oops/);
  });

  it('tells of a lost connection and of its return, and listens again by itself', async () => {
    const port = open();
    const states: string[] = [];
    port.onState((state) => states.push(state));
    const heard: string[] = [];
    port.subscribe('t', 0, (topic) => heard.push(topic));
    await connected(port);
    await waitFor('the subscription', () => broker.subscriptions.includes('t'));
    await broker.cut();
    await waitFor('the loss', () => port.state !== 'connected');
    await assert.rejects(port.publish('a', 'x', patient), (e) => code(e) === 'not-connected');
    await broker.listen();
    await waitFor('the return', () => states.at(-1) === 'connected');
    await waitFor('the subscription again', () => broker.subscriptions.filter((s) => s === 't').length >= 2);
    await broker.say('t', '');
    await waitFor('the message', () => heard.length === 1);
    assert.deepEqual(
      [...new Set(states)].sort(),
      ['connected', 'connecting', 'disconnected'].filter((s) => states.includes(s)),
    );
    assert.ok(states.indexOf('connected') >= 0 && states.some((s) => s !== 'connected'));
  });

  it('leaves the status line of nodes alone', async () => {
    const port = open();
    await connected(port);
    assert.equal(city.statuses.get('out'), undefined);
  });

  it('says when there is no broker, or something else in its place', () => {
    for (const nodes of [
      { getNode: () => null },
      { getNode: () => city.node('out') },
      { getNode: () => ({ register: 1 }) },
    ]) {
      assert.throws(
        () => openBroker({ nodes } as any, 'x', reporter),
        (e) => code(e) === 'no-broker',
      );
    }
    assert.throws(
      () => openBroker({ nodes: { getNode: () => null } } as any, '', reporter),
      (e) => code(e) === 'no-broker',
    );
  });
});
