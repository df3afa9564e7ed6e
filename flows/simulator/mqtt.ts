/**
 * The MQTT side: FROST's rules on an in-process broker. Topics are published only while somebody has asked for them
 * by name, a client's own create is echoed raw before the stored entity, wildcards get SUBACK 128.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import type { Auth } from './http';
import type { Faults } from './faults';
import { key, resolve, toJson } from './paths';
import { parseQuery } from './query';
import type { Entity, Store } from './store';

const VERSIONS = ['v1.0', 'v1.1'];
/** Topics that are followed at most; further subscriptions are refused. */
const MOST_TOPICS = 20_000;

export interface MqttSide {
  server: Server;
  broker: Aedes;
  /** Cuts all clients off, as a restart of a proxy would; they may come back. */
  disconnectAll(): void;
  clients(): number;
  topics(): string[];
  close(): Promise<void>;
}

export interface MqttContext {
  store: Store;
  faults: Faults;
  auth?: Auth;
  root: () => string;
  /** Beginning of topics that devices of the city use on the same broker, such as "demo/"; none when left out. */
  devices?: string;
}

export async function createMqtt(context: MqttContext): Promise<MqttSide> {
  // aedes is an ES module; this file is compiled to CommonJS
  const { Aedes: Broker } = await import('aedes');
  const broker = await Broker.createBroker();
  const { faults, auth, devices } = context;
  const isDevice = (topic: string): boolean => devices !== undefined && topic.startsWith(devices);
  /** base topic -> full topics (with options) -> number of subscribers */
  const topics = new Map<string, Map<string, number>>();
  const held: { topic: string; payload: string }[] = [];

  if (auth?.user !== undefined) {
    broker.authenticate = (_client, user, password, done) => {
      if (user === auth.user && password?.toString() === auth.password) return done(null, true);
      done(Object.assign(new Error('bad user or password'), { returnCode: 4 as const }), false);
    };
  }
  broker.authorizeSubscribe = (_client, subscription, done) => {
    const device = isDevice(subscription.topic);
    const known = device || (checkTopic(subscription.topic) && topics.size < MOST_TOPICS);
    // null makes a SUBACK with 128
    done(null, known && !faults.mqtt.refuseSubscribe ? subscription : null);
  };
  broker.on('subscribe', (subscriptions) => {
    for (const { topic, qos } of subscriptions) if ((qos as number) < 128 && !isDevice(topic)) count(topics, topic, 1);
  });
  broker.on('unsubscribe', (list) => {
    for (const topic of list) if (!isDevice(topic)) count(topics, topic, -1);
  });
  broker.on('publish', (packet, client) => {
    if (client) createFromMqtt(context.store, packet.topic, packet.payload.toString());
  });

  const publish = (topic: string, payload: string): void => {
    const fault = faults.mqtt;
    if (fault.silent || Math.random() < fault.drop) return;
    if (fault.disorder && held.length === 0) {
      held.push({ topic, payload });
      return;
    }
    const copies = Math.random() < fault.duplicate ? 2 : 1;
    for (const item of [
      ...Array<{ topic: string; payload: string }>(copies).fill({ topic, payload }),
      ...held.splice(0),
    ]) {
      const packet = { cmd: 'publish' as const, qos: 0 as const, dup: false, retain: fault.retained };
      broker.publish({ ...packet, topic: item.topic, payload: Buffer.from(item.payload) }, () => undefined);
    }
  };
  const stop = context.store.onCreate((entity) => {
    for (const base of topicsOf(entity)) {
      for (const full of topics.get(base)?.keys() ?? []) publish(full, payloadOf(context, entity, full));
    }
  });

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    broker.handle(socket);
  });
  const disconnectAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server,
    broker,
    disconnectAll,
    clients: () => sockets.size,
    topics: () => [...topics.values()].flatMap((full) => [...full.keys()]),
    async close() {
      stop();
      disconnectAll();
      await new Promise<void>((done) => server.close(() => done()));
      await new Promise<void>((done) => broker.close(() => done()));
    },
  };
}

function count(topics: Map<string, Map<string, number>>, topic: string, by: 1 | -1): void {
  const base = topic.split('?')[0]!;
  const full = topics.get(base) ?? new Map<string, number>();
  const n = (full.get(topic) ?? 0) + by;
  if (n > 0) full.set(topic, n);
  else full.delete(topic);
  if (full.size > 0) topics.set(base, full);
  else topics.delete(base);
}

/** FROST refuses wildcards and what is not a resource path; `$select` and `$expand` are the options it knows. */
function checkTopic(topic: string): boolean {
  const [base, options] = topic.split('?');
  if (!/^v1\.[01]\/[A-Z][A-Za-z]+(\([^()]*\))?(\/[A-Za-z]+)?$/.test(base!)) return false;
  return options === undefined || options.split('&').every((option) => /^\$(select|expand)=/.test(option));
}

function topicsOf(entity: Entity): string[] {
  const paths = [entity.set as string, `${entity.set}${key(entity.id)}`];
  const datastream = entity.links['Datastream'] as Entity | undefined;
  if (entity.set === 'Observations' && datastream) paths.push(`Datastreams${key(datastream.id)}/Observations`);
  return VERSIONS.flatMap((version) => paths.map((path) => `${version}/${path}`));
}

function payloadOf({ store, root }: MqttContext, entity: Entity, topic: string): string {
  const [base, options] = topic.split('?');
  const links = `${root()}/${base!.split('/')[0]}`;
  const query = options === undefined ? undefined : parseQuery(new URLSearchParams(options), entity.set);
  return JSON.stringify(toJson(store, links, entity, query));
}

/** A create over MQTT has no answer: what is wrong is only lost, as with FROST. */
function createFromMqtt(store: Store, topic: string, payload: string): void {
  try {
    const target = resolve(store, topic.replace(/^v1\.[01]\//, ''));
    if (target.kind !== 'set' || target.set !== 'Observations') return;
    store.create('Observations', JSON.parse(payload) as Record<string, unknown>, target.parent);
  } catch {
    // lost
  }
}
