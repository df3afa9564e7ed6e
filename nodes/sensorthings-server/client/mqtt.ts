/**
 * The MQTT connection to a server, shared by all nodes of it. SUBSCRIBE is sent anew on every connect (FROST forgets
 * subscriptions), a refused one is told, and reconnecting waits a random, growing time.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { type Auth, mqttLogin } from './auth';
import { backoff } from './errors';

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
  /** The server refused a topic (SUBACK 128). */
  refused(topic: string): void;
}

/** Topics in one SUBSCRIBE. */
const PACK = 100;
/** Milliseconds to wait for a CONNACK. */
const CONNECT_TIMEOUT = 10_000;

export class MqttLink {
  private readonly listeners = new Map<MqttListener, ReadonlySet<string>>();
  private readonly topics = new Map<string, Set<MqttListener>>();
  private client: MqttClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private closed = false;
  private current: MqttState = { state: 'connecting' };

  constructor(
    private readonly url: string,
    private readonly auth: Auth,
    private readonly tls: Partial<IClientOptions> = {},
  ) {}

  /** Follows topics. The first listener makes the connection. */
  add(listener: MqttListener, topics: readonly string[]): void {
    this.listeners.set(listener, new Set(topics));
    for (const topic of topics) {
      const set = this.topics.get(topic) ?? new Set();
      set.add(listener);
      this.topics.set(topic, set);
    }
    listener.state(this.current);
    if (!this.client && this.timer === undefined) this.open();
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
    this.timer = undefined;
    this.failures = 0;
    this.current = { state: 'connecting' };
    if (this.client) this.end(this.client);
  }

  private open(): void {
    if (this.closed || this.listeners.size === 0) return;
    this.tell({ state: 'connecting' });
    let client: MqttClient;
    let reason: { code: string; message: string } = { code: 'network', message: 'the connection was closed' };
    try {
      client = connect(this.url, {
        ...this.tls,
        ...mqttLogin(this.auth),
        protocolVersion: 4,
        clean: true,
        // we reconnect and subscribe ourselves
        reconnectPeriod: 0,
        resubscribe: false,
        connectTimeout: CONNECT_TIMEOUT,
        keepalive: 30,
      });
    } catch (thrown) {
      this.again({ code: 'bad-url', message: (thrown as Error).message });
      return;
    }
    this.client = client;
    client.on('connect', () => {
      this.failures = 0;
      this.tell({ state: 'connected' });
      for (const [listener, topics] of this.listeners) void this.subscribe(listener, [...topics]);
    });
    client.on('message', (topic, payload, packet) => {
      const notice = { retained: packet.retain, deleted: packet.properties?.userProperties?.['type'] === 'delete' };
      for (const listener of this.topics.get(topic) ?? []) listener.message(topic, payload, notice);
    });
    client.on('error', (error) => {
      reason = reasonOf(error);
      client.end(true);
    });
    client.on('close', () => {
      if (this.client !== client) return;
      this.end(client);
      this.again(reason);
    });
  }

  private end(client: MqttClient): void {
    this.client = undefined;
    client.removeAllListeners();
    // an error after the end has nobody to go to
    client.on('error', () => undefined);
    client.end(true);
  }

  private again(reason: { code: string; message: string }): void {
    this.tell({ state: 'down', ...reason });
    if (this.closed || this.listeners.size === 0) return;
    const slow = reason.code === 'unauthorized' || reason.code === 'bad-url' || reason.code === 'certificate';
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
          if (qos >= 128) listener.refused(topic);
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

/** Subscribes and gives the granted QoS of each topic; 128 = refused. */
function grants(client: MqttClient, topics: string[]): Promise<{ topic: string; qos: number }[]> {
  return new Promise((resolve, reject) => {
    client.subscribe(topics, { qos: 1 }, (error, _granted, packet) => {
      // one refused topic makes an error of the whole packet; the codes say which it was
      const answer = packet ?? (error as { packet?: { granted?: unknown } } | null)?.packet;
      const codes = answer?.granted;
      if (Array.isArray(codes)) resolve(topics.map((topic, i) => ({ topic, qos: Number(codes[i] ?? 128) })));
      else reject(error ?? new Error('no answer'));
    });
  });
}

function reasonOf(error: Error & { code?: unknown }): { code: string; message: string } {
  const message = error.message.slice(0, 300);
  const code = error.code;
  // CONNACK 4 and 5 (MQTT 5: 134, 135)
  if (code === 4 || code === 5 || code === 134 || code === 135) return { code: 'unauthorized', message };
  if (code === 'ECONNREFUSED') return { code: 'no-server', message };
  if (code === 'ENOTFOUND') return { code: 'unknown-host', message };
  if (typeof code === 'string' && /CERT|SIGNED|TLS|SSL|ALTNAME/.test(code)) return { code: 'certificate', message };
  return { code: 'network', message };
}
