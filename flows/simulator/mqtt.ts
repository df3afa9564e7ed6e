/**
 * The MQTT side: FROST's rules on an in-process broker. Topics are published only while somebody has asked for them
 * by name, a client's own create is echoed raw before the stored entity, wildcards get SUBACK 128.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import type { Gate } from './auth';
import { create } from './changes';
import type { Faults } from './faults';
import { toJson, type WriteContext } from './json';
import { MODEL, type EntitySet } from './model';
import { key, resolve } from './paths';
import type { Personality } from './personalities';
import { parseQuery } from './query';
import type { Change, Entity, Store } from './store';
import { entityV2, toV1 } from './v2';

/** Topics that are followed at most; further subscriptions are refused. */
const MOST_TOPICS = 20_000;
/** Where a create goes that must not be echoed. */
const NO_ECHO = 'simulator/no-echo';

export interface MqttSide {
  server: Server;
  broker: Aedes;
  /**
   * Cuts all clients off; they may come back. `clean` ends the connections as a proxy does, `hard` resets them,
   * `frozen` leaves them open without a word until they are cut off otherwise.
   */
  disconnectAll(how?: 'clean' | 'hard' | 'frozen'): void;
  clients(): number;
  topics(): string[];
  close(): Promise<void>;
}

export interface MqttContext {
  store: Store;
  faults: Faults;
  personality: Personality;
  gate: Gate;
  tls?: TlsOptions;
  random: () => number;
  /** Service root without version. */
  root: () => string;
  /** Beginning of topics that devices of the city use on the same broker, such as "demo/"; none when left out. */
  devices?: string;
}

export async function createMqtt(context: MqttContext): Promise<MqttSide> {
  // aedes is an ES module; this file is compiled to CommonJS
  const { Aedes: Broker } = await import('aedes');
  const broker = await Broker.createBroker();
  const topics = new Topics();
  const stop = context.store.onChange(createPublisher(context, broker, topics));
  guard(context, broker, topics);

  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    broker.handle(socket);
  };
  const server = context.tls ? createTlsServer(context.tls, accept) : createServer(accept);
  const disconnectAll: MqttSide['disconnectAll'] = (how = 'hard') => {
    for (const socket of sockets) {
      if (how === 'clean') socket.end();
      else if (how === 'hard') socket.resetAndDestroy();
      else freeze(socket);
    }
  };
  return {
    server,
    broker,
    disconnectAll,
    clients: () => sockets.size,
    topics: () => topics.all(),
    async close() {
      stop();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
      await new Promise<void>((done) => broker.close(() => done()));
    },
  };
}

/** Nothing comes and nothing goes any more, as behind a firewall that has forgotten the connection. */
function freeze(socket: Socket): void {
  socket.pause();
  socket.removeAllListeners('data');
  socket.removeAllListeners('readable');
  socket.write = () => true;
}

/** Topics that are followed now: base topic -> topics with options -> clients. */
class Topics {
  private readonly bases = new Map<string, Map<string, Set<string>>>();

  get size(): number {
    return this.bases.size;
  }

  add(topic: string, client: string): void {
    const base = topic.split('?')[0]!;
    let full = this.bases.get(base);
    if (!full) this.bases.set(base, (full = new Map<string, Set<string>>()));
    const clients = full.get(topic) ?? new Set<string>();
    full.set(topic, clients.add(client));
  }

  remove(topic: string, client: string): void {
    const base = topic.split('?')[0]!;
    const full = this.bases.get(base);
    const clients = full?.get(topic);
    if (!full || !clients?.delete(client) || clients.size > 0) return;
    full.delete(topic);
    if (full.size === 0) this.bases.delete(base);
  }

  /** A client that has gone takes its topics along. */
  forget(client: string): void {
    for (const topic of this.all()) this.remove(topic, client);
  }

  of(base: string): Iterable<string> {
    return this.bases.get(base)?.keys() ?? [];
  }

  all(): string[] {
    return [...this.bases.values()].flatMap((full) => [...full.keys()]);
  }
}

/** Who may connect, subscribe and publish. */
function guard(
  { store, faults, gate, personality, devices, ...rest }: MqttContext,
  broker: Aedes,
  topics: Topics,
): void {
  const isDevice = (topic: string): boolean => devices !== undefined && topic.startsWith(devices);
  broker.authenticate = (_client, user, password, done) => {
    if (gate.allowsMqtt(user, password?.toString())) return done(null, true);
    done(Object.assign(new Error('bad user or password'), { returnCode: 4 as const }), false);
  };
  broker.authorizeSubscribe = (_client, subscription, done) => {
    // a FROST without logins grants everything, and sends what it knows
    const strict = gate.isClosed || faults.mqtt.strictTopics;
    const known = isDevice(subscription.topic) || !strict || checkTopic(subscription.topic);
    // null makes a SUBACK with 128
    if (!known || topics.size >= MOST_TOPICS || faults.mqtt.refuseSubscribe) return done(null, null);
    done(null, { ...subscription, qos: Math.min(subscription.qos, faults.mqtt.qos) as 0 | 1 | 2 });
  };
  broker.on('subscribe', (subscriptions, client) => {
    for (const { topic, qos } of subscriptions)
      if ((qos as number) < 128 && !isDevice(topic) && checkTopic(topic)) topics.add(topic, client.id);
  });
  broker.on('unsubscribe', (list, client) => {
    for (const topic of list) if (!isDevice(topic)) topics.remove(topic, client.id);
  });
  broker.on('clientDisconnect', (client) => topics.forget(client.id));

  const writing = (topic: string): WriteContext => ({
    store,
    personality,
    root: `${rest.root()}/${topic.split('/')[0]}`,
  });
  broker.authorizePublish = (client, packet, done) => {
    if (client && !faults.mqtt.echo && !isDevice(packet.topic)) {
      const { topic } = packet;
      const payload = packet.payload.toString();
      packet.topic = NO_ECHO;
      setImmediate(() => createFromMqtt(writing(topic), topic, payload));
    }
    done(null);
  };
  broker.on('publish', (packet, client) => {
    const { topic } = packet;
    if (client && topic !== NO_ECHO) createFromMqtt(writing(topic), topic, packet.payload.toString());
  });
}

interface Notice {
  topic: string;
  payload: string;
}

/** What tells the subscribers of a change, with the faults that are switched on. */
function createPublisher(
  context: MqttContext,
  broker: Aedes,
  topics: Topics,
): (entity: Entity, change: Change, changed: readonly string[]) => void {
  const { faults, random } = context;
  let held: Notice | undefined;
  let waiting = 0;
  const send = ({ topic, payload }: Notice): void => {
    const packet = { cmd: 'publish' as const, qos: 0 as const, dup: false, retain: faults.mqtt.retained };
    broker.publish({ ...packet, topic, payload: Buffer.from(payload) }, () => undefined);
  };
  const publish = (notice: Notice): void => {
    const fault = faults.mqtt;
    if (fault.silent || random() < fault.drop || waiting >= fault.queue) return;
    if (fault.queue < Infinity && waiting++ === 0) setImmediate(() => (waiting = 0));
    if (fault.disorder && !held) {
      held = notice;
      return;
    }
    send(notice);
    if (random() < fault.duplicate) send(notice);
    if (held) send(held);
    held = undefined;
  };
  return (entity, change, changed) => {
    // no server of version 1 tells of a delete
    if (change === 'delete' || topics.size === 0) return;
    const onlyLinks = change === 'update' && changed.length === 0;
    for (const base of topicsOf(context, entity, change, changed)) {
      for (const topic of topics.of(base)) publish({ topic, payload: payloadOf(context, entity, topic, onlyLinks) });
    }
  };
}

/** FROST refuses wildcards and what is not a resource path; `$select` and `$expand` are the options it knows. */
function checkTopic(topic: string): boolean {
  const [base, options] = topic.split('?');
  if (!/^v\d\.\d\/[A-Z][A-Za-z]+(\([^()]*\))?(\/[A-Za-z]+)?$/.test(base!)) return false;
  return options === undefined || options.split('&').every((option) => /^\$(select|expand)=/.test(option));
}

function topicsOf({ personality }: MqttContext, entity: Entity, change: Change, changed: readonly string[]): string[] {
  const { set, id } = entity;
  const self = `${set}${key(id)}`;
  const paths: string[] = [set, ...(change === 'update' ? [self, ...changed.map((name) => `${self}/${name}`)] : [])];
  for (const [name, linked] of Object.entries(entity.links)) {
    const { back } = MODEL[set].navigation[name]!;
    for (const other of linked === undefined ? [] : [linked].flat()) paths.push(`${other.set}${key(other.id)}/${back}`);
  }
  return personality.versions.flatMap((version) =>
    paths.map((path) => `${version}/${version === 'v2.0' ? path.replace('FeaturesOfInterest', 'Features') : path}`),
  );
}

function payloadOf(
  { store, root, personality }: MqttContext,
  entity: Entity,
  topic: string,
  onlyLinks: boolean,
): string {
  const [base, options] = topic.split('?');
  const [version, path] = [base!.slice(0, base!.indexOf('/')), base!.slice(base!.indexOf('/') + 1)];
  const property = /\)\/([a-z]\w*)$/.exec(path)?.[1];
  const v2 = version === 'v2.0';
  const given = [...new URLSearchParams(options ?? '')].map(
    ([name, value]) => [name, v2 ? toV1(value) : value] as const,
  );
  const query = parseQuery(store, property === undefined ? given : [['$select', property]], entity.set);
  const json = toJson({ store, personality, root: `${root()}/${version}` }, entity, query);
  // as FROST has it: a Thing that has only moved comes without its own fields, and an expand costs another link
  if (onlyLinks) for (const name of Object.keys(json)) if (!name.includes('@')) delete json[name];
  if (query.expand.size > 0 && !query.expand.has(FEATURE)) delete json[`${FEATURE}@iot.navigationLink`];
  return JSON.stringify(v2 ? withoutControl(entityV2(json)) : json);
}

const FEATURE = 'FeatureOfInterest';

/** In version 2.0 notices are without links (`metadata=none`). */
function withoutControl(json: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !name.includes('@')));
}

const CREATABLE: ReadonlySet<EntitySet> = new Set<EntitySet>(['Observations', 'Tasks']);

/** A create over MQTT has no answer: what is wrong is only lost, as with FROST. */
function createFromMqtt(context: WriteContext, topic: string, payload: string): void {
  try {
    const path = topic.replace(/^v\d\.\d\//, '').replace(/\/create$/, '');
    const target = resolve(context.store, path, context.personality);
    if (target.kind !== 'set' || !CREATABLE.has(target.source.set)) return;
    create(context, target.source.set, JSON.parse(payload) as Record<string, unknown>, target.parent);
  } catch {
    // lost
  }
}
