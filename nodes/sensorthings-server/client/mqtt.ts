/**
 * The MQTT connection to a server, shared by all nodes of it. SUBSCRIBE is sent anew on every connect (FROST forgets
 * subscriptions), a refused one is told, and reconnecting waits a random, growing time.
 */
import { randomUUID } from 'node:crypto';
import type * as Mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { type Auth, Login, type MqttLogin } from './auth';
import { backoff, networkError } from './errors';

export type MqttState =
  | { state: 'connecting' }
  | { state: 'connected' }
  /** `code` is one of no-server, unauthorized, unknown-host, certificate, network. */
  | { state: 'down'; code: string; message: string };

/** What is known of a message beside its content. */
export interface Notice {
  /** The broker had kept it: it is not new. */
  retained: boolean;
  /** Version 2 tells what was deleted, too. */
  deleted: boolean;
}

export interface MqttListener {
  message(topic: string, payload: Uint8Array, notice: Notice): void;
  /** A new connection has all subscriptions of this listener. */
  ready(): void;
  state(state: MqttState): void;
  /** The server refused a topic; `code` as its SUBACK has it: 128, with MQTT 5 any from there on. */
  refused(topic: string, code: number): void;
}

/** Topics in one SUBSCRIBE. */
const PACK = 100;
/** The first code of a SUBACK that is no QoS. */
const REFUSED = 128;
/** Milliseconds to wait for a CONNACK. */
const CONNECT_TIMEOUT = 10_000;
/** Seconds between two signs of life; a connection that was cut without a word is noticed after one and a half. */
const KEEPALIVE = 30;
/** Shortest life of a session whose token runs out. */
const SHORTEST_SESSION = 1000;

export class MqttLink {
  private readonly listeners = new Map<MqttListener, ReadonlySet<string>>();
  private readonly topics = new Map<string, Set<MqttListener>>();
  private client: MqttClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  /** A connection for which the login is still being found. */
  private opening: object | undefined;
  private closed = false;
  private current: MqttState = { state: 'connecting' };

  private renewal: NodeJS.Timeout | undefined;
  /** The same for all connections of this link: the server takes a new one for the old one's successor. */
  private readonly clientId = `city-events-${randomUUID().slice(0, 13)}`;
  private readonly login: Login;

  /** @param version of MQTT; 5 falls back to 4 where the broker does not know it */
  constructor(
    private readonly url: string,
    auth: Auth | Login,
    private readonly tls: Partial<IClientOptions> = {},
    private version: 4 | 5 = 4,
  ) {
    this.login = auth instanceof Login ? auth : new Login(auth);
  }

  /** Follows topics. The first listener makes the connection. */
  add(listener: MqttListener, topics: readonly string[]): void {
    this.listeners.set(listener, new Set(topics));
    for (const topic of topics) {
      const set = this.topics.get(topic) ?? new Set();
      set.add(listener);
      this.topics.set(topic, set);
    }
    listener.state(this.current);
    if (!this.client && this.timer === undefined && !this.opening) this.open();
    else if (this.current.state === 'connected') void this.subscribe(listener, [...topics]);
  }

  /** Stops following. The last listener that goes closes the connection. */
  remove(listener: MqttListener): void {
    const gone: string[] = [];
    for (const topic of this.listeners.get(listener) ?? []) {
      const set = this.topics.get(topic);
      set?.delete(listener);
      if (set?.size === 0) {
        this.topics.delete(topic);
        gone.push(topic);
      }
    }
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.drop();
    else if (gone.length > 0 && this.current.state === 'connected') this.client?.unsubscribe(gone, () => undefined);
  }

  /** Ends the connection for good. */
  close(): void {
    this.closed = true;
    this.listeners.clear();
    this.topics.clear();
    this.drop();
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.renewal);
    this.timer = undefined;
    this.opening = undefined;
    this.failures = 0;
    this.current = { state: 'connecting' };
    if (this.client) this.end(this.client);
  }

  private open(): void {
    if (this.closed || this.listeners.size === 0) return;
    this.tell({ state: 'connecting' });
    const opening = {};
    this.opening = opening;
    this.login.mqtt().then(
      (login) => {
        // dropped or begun anew meanwhile
        if (this.opening !== opening) return;
        this.opening = undefined;
        this.connect(login);
      },
      (thrown: unknown) => {
        if (this.opening !== opening) return;
        this.opening = undefined;
        const { code, message } = networkError(thrown);
        this.again({ code, message });
      },
    );
  }

  private connect({ username, password, renew }: MqttLogin): void {
    let client: MqttClient;
    let reason: { code: string; message: string } = { code: 'network', message: 'the connection was closed' };
    try {
      client = library().connect(this.url, {
        ...this.tls,
        username,
        password,
        clientId: this.clientId,
        protocolVersion: this.version,
        clean: true,
        // we reconnect and subscribe ourselves
        reconnectPeriod: 0,
        resubscribe: false,
        connectTimeout: CONNECT_TIMEOUT,
        keepalive: KEEPALIVE,
      });
    } catch (thrown) {
      this.again({ code: 'bad-url', message: (thrown as Error).message });
      return;
    }
    this.client = client;
    clearTimeout(this.renewal);
    if (renew !== undefined) {
      // a session outlives its token only until the server looks: a new one begins before
      this.renewal = setTimeout(() => this.renew(client), Math.max(SHORTEST_SESSION, renew + 50 - performance.now()));
      this.renewal.unref();
    }
    // a client that was ended keeps its listeners: those of the library end its timers
    const ended = (): boolean => this.client !== client;
    client.on('connect', () => {
      if (ended()) return;
      this.failures = 0;
      this.tell({ state: 'connected' });
      for (const [listener, topics] of this.listeners) void this.subscribe(listener, [...topics]);
    });
    client.on('message', (topic, payload, packet) => {
      if (ended()) return;
      const notice = { retained: packet.retain, deleted: packet.properties?.userProperties?.['type'] === 'delete' };
      for (const listener of this.topics.get(topic) ?? []) listener.message(topic, payload, notice);
    });
    client.on('error', (error) => {
      if (ended()) return;
      reason = reasonOf(error);
      if (reason.code === 'version') this.version = 4;
      client.end(true);
    });
    client.on('close', () => {
      if (ended()) return;
      this.end(client);
      this.again(reason);
    });
  }

  private renew(client: MqttClient): void {
    if (this.client !== client) return;
    this.end(client);
    this.open();
  }

  private end(client: MqttClient): void {
    this.client = undefined;
    client.end(true);
  }

  private again(reason: { code: string; message: string }): void {
    this.tell({ state: 'down', ...reason });
    if (this.closed || this.listeners.size === 0) return;
    const slow =
      reason.code === 'unauthorized' ||
      reason.code === 'token' ||
      reason.code === 'bad-url' ||
      reason.code === 'certificate';
    const wait = slow ? 30_000 + backoff(this.failures) : 500 + backoff(this.failures, 1000);
    this.failures++;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.open();
    }, wait);
  }

  private async subscribe(listener: MqttListener, topics: string[]): Promise<void> {
    const { client } = this;
    if (!client) return;
    try {
      for (let i = 0; i < topics.length; i += PACK) {
        for (const { topic, qos } of await grants(client, topics.slice(i, i + PACK))) {
          if (qos >= REFUSED) listener.refused(topic, qos);
        }
      }
    } catch {
      // the connection broke meanwhile: the next connect subscribes again
      return;
    }
    if (this.client === client && this.listeners.has(listener)) listener.ready();
  }

  private tell(state: MqttState): void {
    this.current = state;
    for (const listener of this.listeners.keys()) listener.state(state);
  }
}

/** Loaded by the first connection: that takes longer than loading most nodes, and many flows never make one. */
function library(): typeof Mqtt {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
  return require('mqtt') as typeof Mqtt;
}

/** Subscribes and gives the granted QoS of each topic; 128 and above = refused. */
function grants(client: MqttClient, topics: string[]): Promise<{ topic: string; qos: number }[]> {
  return new Promise((resolve, reject) => {
    client.subscribe(topics, { qos: 1 }, (error, _granted, packet) => {
      // one refused topic makes an error of the whole packet; the codes say which it was
      const answer = packet ?? (error as { packet?: { granted?: unknown } } | null)?.packet;
      const codes = answer?.granted;
      if (Array.isArray(codes)) resolve(topics.map((topic, i) => ({ topic, qos: Number(codes[i] ?? REFUSED) })));
      else reject(error ?? new Error('no answer'));
    });
  });
}

function reasonOf(error: Error & { code?: unknown }): { code: string; message: string } {
  const message = error.message.slice(0, 300);
  const code = error.code;
  // CONNACK 4 and 5 (MQTT 5: 134, 135)
  if (code === 4 || code === 5 || code === 134 || code === 135) return { code: 'unauthorized', message };
  // CONNACK 1 (MQTT 5: 132)
  if (code === 1 || code === 132) return { code: 'version', message };
  if (code === 'ECONNREFUSED') return { code: 'no-server', message };
  if (code === 'ENOTFOUND') return { code: 'unknown-host', message };
  if (typeof code === 'string' && /CERT|SIGNED|TLS|SSL|ALTNAME/.test(code)) return { code: 'certificate', message };
  return { code: 'network', message };
}
