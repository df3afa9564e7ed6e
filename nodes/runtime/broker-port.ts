/**
 * The one door to MQTT through Node-RED's own `mqtt-broker` node, so that people configure a broker once. Its interface
 * is not documented; what is relied on is listed here and held by test/flow/broker-port.test.ts on 4.1 and 5:
 *
 * - `register({id, status})` and `deregister(user, done, autoDisconnect)` need no more than an id and a status function.
 *   The broker calls that function itself, so a small stand-in is registered, never the node: its status line stays ours.
 * - `publish` neither throws nor calls back while disconnected, so it is refused here, and every publish has a time-out.
 * - Connection errors (a wrong password, TLS) are swallowed: all that can be known is "not connected".
 * - For every message the broker tries every subscription, so nodes that listen to the same filter share one.
 */
import { asError, guard } from './input';
import type { RuntimeApi, RuntimeNode } from './node-red';

export type BrokerState = 'connected' | 'connecting' | 'disconnected';
export type Qos = 0 | 1 | 2;

export interface PublishOptions {
  qos: Qos;
  retain: boolean;
  /** Milliseconds until the broker must have taken it. */
  timeout: number;
  /** Milliseconds after which nobody wants it any more; told to brokers that speak MQTT 5. */
  expires?: number;
}

export type BrokerListener = (topic: string, payload: Uint8Array) => void;

export type BrokerErrorCode = 'no-broker' | 'not-connected' | 'timeout' | 'refused' | 'closed';

export class BrokerError extends Error {
  constructor(
    readonly code: BrokerErrorCode,
    message: string = code,
  ) {
    super(message);
  }
}

export interface BrokerPort {
  readonly state: BrokerState;
  /** Listens to a topic filter; the filter may hold wildcards. @returns ends it */
  subscribe(filter: string, qos: Qos, listener: BrokerListener): () => void;
  /** Fulfilled when the client has sent it (QoS 0) or the broker has acknowledged it; rejects with a {@link BrokerError}. */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
  /** @returns ends it */
  onState(listener: (state: BrokerState) => void): () => void;
  close(): Promise<void>;
}

/** What is used of Node-RED's broker node. */
interface CoreBroker {
  readonly connected: boolean;
  readonly connecting?: boolean;
  register(user: { id: string; status(status: { fill?: string }): void }): void;
  deregister(user: { id: string }, done: () => void, autoDisconnect: boolean): void;
  subscribe(topic: string, options: { qos: Qos }, callback: BrokerListener, ref: string): void;
  unsubscribe(topic: string, ref: string, remove: boolean): void;
  publish(message: Record<string, unknown>, done: (error?: unknown) => void): void;
}

type Reporter = Pick<RuntimeNode, 'error'>;

/** How long the broker may take to let go of us; its own limit is two seconds. */
const CLOSE_LIMIT = 4000;

/** One per broker node, shared by all nodes that use it; a redeploy of the broker makes a new one. */
class SharedBroker {
  private users = 0;
  private readonly states = new Set<(state: BrokerState) => void>();
  /** Listeners by filter. Bounded by the nodes of the flow: one or two each. */
  private readonly filters = new Map<string, Set<BrokerListener>>();
  private readonly user: { id: string; status: (status: { fill?: string }) => void };
  private shown: BrokerState | undefined;

  constructor(
    private readonly core: CoreBroker,
    id: string,
    private readonly reporter: Reporter,
  ) {
    this.user = { id: `city-events-${id}`, status: () => this.changed() };
  }

  get state(): BrokerState {
    if (this.core.connected) return 'connected';
    return this.core.connecting === true ? 'connecting' : 'disconnected';
  }

  enter(): void {
    if (this.users++ === 0) this.core.register(this.user);
  }

  async leave(): Promise<void> {
    if (--this.users > 0) return;
    shared.delete(this.core);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_LIMIT);
      this.core.deregister(
        this.user,
        () => {
          clearTimeout(timer);
          resolve();
        },
        true,
      );
    });
  }

  listenState(listener: (state: BrokerState) => void): () => void {
    this.states.add(listener);
    return () => void this.states.delete(listener);
  }

  subscribe(filter: string, qos: Qos, listener: BrokerListener): () => void {
    let listeners = this.filters.get(filter);
    if (listeners === undefined) {
      this.filters.set(filter, (listeners = new Set()));
      const all = listeners;
      const hear: BrokerListener = (topic, payload) => {
        for (const one of [...all]) guard(this.reporter, one)(topic, payload);
      };
      this.core.subscribe(filter, { qos }, hear, this.user.id);
    }
    listeners.add(listener);
    let on = true;
    return () => {
      if (!on) return;
      on = false;
      listeners.delete(listener);
      if (listeners.size > 0 || this.filters.get(filter) !== listeners) return;
      this.filters.delete(filter);
      this.core.unsubscribe(filter, this.user.id, true);
    };
  }

  publish(topic: string, payload: string, options: PublishOptions): Promise<void> {
    if (!this.core.connected) return Promise.reject(new BrokerError('not-connected'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new BrokerError('timeout')), options.timeout);
      const done = (error?: unknown): void => {
        clearTimeout(timer);
        if (error === undefined || error === null) resolve();
        else reject(new BrokerError('refused', asError(error).message));
      };
      const message: Record<string, unknown> = { topic, payload, qos: options.qos, retain: options.retain };
      // read by the core node for MQTT 5 only
      if (options.expires !== undefined)
        message['messageExpiryInterval'] = Math.max(1, Math.ceil(options.expires / 1000));
      try {
        this.core.publish(message, done);
      } catch (thrown) {
        done(thrown);
      }
    });
  }

  /** The broker tells its users of every change, often more than once. */
  private changed(): void {
    // it calls before its own fields are all set
    setImmediate(
      guard(this.reporter, () => {
        if (this.state === this.shown) return;
        this.shown = this.state;
        for (const listener of [...this.states]) listener(this.state);
      }),
    );
  }
}

const shared = new WeakMap<object, SharedBroker>();

function isCoreBroker(node: unknown): node is CoreBroker & { id: string } {
  if (typeof node !== 'object' || node === null) return false;
  const broker = node as Record<string, unknown>;
  return ['register', 'deregister', 'subscribe', 'unsubscribe', 'publish'].every(
    (name) => typeof broker[name] === 'function',
  );
}

/**
 * Opens the broker that a node refers to.
 * @throws BrokerError `no-broker` where there is none, or it is not what we know
 */
export function openBroker(RED: Pick<RuntimeApi, 'nodes'>, brokerId: string, node: Reporter): BrokerPort {
  const core: unknown = brokerId === '' ? undefined : RED.nodes.getNode(brokerId);
  if (!isCoreBroker(core)) throw new BrokerError('no-broker');
  let broker = shared.get(core);
  if (broker === undefined) shared.set(core, (broker = new SharedBroker(core, core.id, node)));
  const own = broker;
  own.enter();
  let open = true;
  const ends = new Set<() => void>();
  const owned = (end: () => void): (() => void) => {
    ends.add(end);
    return () => {
      ends.delete(end);
      end();
    };
  };
  return {
    get state() {
      return open ? own.state : 'disconnected';
    },
    subscribe: (filter, qos, listener) => owned(own.subscribe(filter, qos, listener)),
    publish: (topic, payload, options) =>
      open ? own.publish(topic, payload, options) : Promise.reject(new BrokerError('closed')),
    onState: (listener) => owned(own.listenState(listener)),
    close: async () => {
      if (!open) return;
      open = false;
      for (const end of ends) end();
      ends.clear();
      await own.leave();
    },
  };
}
