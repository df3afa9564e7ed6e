/**
 * As much of Node-RED as our own nodes need to do their work: they are made, wired and given messages as there, one delivery
 * after the other in the order of sending. There is no server, no disk and no other node in it: nothing can go out.
 */
import cityZones from '../city-zones/city-zones';
import ecdmDomain from '../ecdm-domain/ecdm-domain';
import ecdmEvent from '../ecdm-event/ecdm-event';
import patternStatus from '../pattern-status/pattern-status';
import type { NodeConfig, NodeMessage, NodeStatus, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import spatialFilter from '../spatial-filter/spatial-filter';
import type { SavedNode } from './contract';
import { textsFor } from './node-texts';

const MODULES: Readonly<Record<string, (RED: RuntimeApi) => void>> = {
  'ecdm-domain': ecdmDomain,
  'city-zones': cityZones,
  'spatial-filter': spatialFilter,
  'ecdm-event': ecdmEvent,
  'pattern-status': patternStatus,
};

/** What a node said about itself. */
export interface Said {
  node: string;
  kind: 'warn' | 'error';
  text: string;
}

/** Sayings that are kept. */
const MOST_SAID = 100;

type Input = (message: NodeMessage, send: Send, done: (error?: unknown) => void) => void;
type Close = (removed: boolean, done: () => void) => void;
type Receiver = (message: NodeMessage) => void;

interface Delivery {
  to: string;
  message: NodeMessage;
}

/** It writes the zones into the readings: it gets readings of its own where others get them, too. */
const FILTER = 'spatial-filter';

/** A copy for a further receiver. @param type of the receiver */
export function copyMessage(message: NodeMessage, type: string | undefined): NodeMessage {
  const { payload, city } = message;
  const own = (item: unknown): unknown => (typeof item === 'object' && item !== null ? { ...item } : item);
  const copy = { ...message };
  if (Array.isArray(payload)) copy.payload = type === FILTER ? payload.map(own) : payload.slice();
  else if (type === FILTER) copy.payload = own(payload);
  if (typeof city === 'object') copy.city = { ...city };
  return copy;
}

type Listener = (...args: never[]) => void;

class Listeners {
  private readonly lists = new Map<string, Listener[]>();

  on = (event: string, listener: Listener): void => {
    this.lists.set(event, [...this.of(event), listener]);
  };
  removeListener = (event: string, listener: Listener): void => {
    this.lists.set(
      event,
      this.of(event).filter((one) => one !== listener),
    );
  };
  of(event: string): readonly Listener[] {
    return this.lists.get(event) ?? [];
  }
}

class HostedNode implements RuntimeNode {
  readonly listeners = new Listeners();
  readonly on = this.listeners.on;
  readonly removeListener = this.listeners.removeListener;
  readonly id: string;
  readonly type: string;
  wires: string[][];
  name?: string;

  constructor(
    config: NodeConfig,
    private readonly host: Host,
  ) {
    this.id = config.id;
    this.type = config.type;
    this.wires = (config['wires'] as string[][] | undefined) ?? [];
    if (config.name !== undefined) this.name = config.name;
  }

  send: Send = (message) => this.host.send(this.wires, message);
  status(_status: NodeStatus | Record<string, never>): void {
    // nobody looks at it
  }
  log(_text: string): void {
    // nobody reads it
  }
  warn(text: unknown): void {
    this.host.hear({ node: this.id, kind: 'warn', text: String(text) });
  }
  error(error: unknown, _message?: NodeMessage): void {
    this.host.hear({ node: this.id, kind: 'error', text: error instanceof Error ? error.message : String(error) });
  }
}

export class Host {
  /** The first things that nodes said. */
  readonly said: Said[] = [];
  private readonly nodes = new Map<string, HostedNode>();
  private readonly receivers = new Map<string, Receiver>();
  private readonly queue: Delivery[] = [];
  private readonly events = new Listeners();
  private running = false;
  /** Messages that a node has taken and is not done with. */
  private open = 0;

  /**
   * @param all configurations that nodes may ask for; only those of {@link start} are made
   * @param language of the sentences
   */
  constructor(
    private readonly all: readonly SavedNode[],
    private readonly language: string,
  ) {}

  /** Makes nodes, those that others refer to first, and waits until they take messages. */
  async start(configs: readonly SavedNode[]): Promise<void> {
    for (const config of configs) this.make(config);
    for (const listener of this.events.of('flows:started')) listener();
    // what nodes kept on disk is looked for, and not there
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Something that takes messages in place of a node. */
  stub(id: string, type: string, receive: Receiver): void {
    this.receivers.set(id, receive);
    this.nodes.set(id, new HostedNode({ id, type, wires: [] }, this));
  }

  /** Gives a message to receivers as a source does that is wired to them, and lets it run to its end. */
  feed(to: readonly string[], message: NodeMessage): void {
    this.send([[...to]], message);
    this.run();
  }

  /** Resolves when no node works on a message any more. */
  async settled(): Promise<void> {
    while (this.open > 0 || this.queue.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      this.run();
    }
  }

  async close(): Promise<void> {
    const closing = [...this.nodes.values()].flatMap((node) =>
      (node.listeners.of('close') as Close[]).map((close) => new Promise<void>((done) => close(true, done))),
    );
    await Promise.all(closing);
  }

  /** @internal */
  hear(said: Said): void {
    if (this.said.length < MOST_SAID) this.said.push(said);
  }

  /** @internal Of several receivers each but the first gets a copy; the order is that of Node-RED. */
  send(wires: readonly (readonly string[])[], sent: Parameters<Send>[0]): void {
    const outputs = Array.isArray(sent) ? sent : [sent];
    const deliveries: Delivery[] = [];
    outputs.forEach((output, n) => {
      if (output === null || output === undefined) return;
      for (const message of Array.isArray(output) ? output : [output]) {
        for (const to of wires[n] ?? []) deliveries.push({ to, message });
      }
    });
    deliveries.forEach((delivery, n) => {
      if (deliveries.length > 1) delivery.message = this.copyFor(delivery, n > 0);
      this.queue.push(delivery);
    });
  }

  private copyFor({ to, message }: Delivery, later: boolean): NodeMessage {
    const type = this.nodes.get(to)?.type;
    return later || type === FILTER ? copyMessage(message, type) : message;
  }

  private run(): void {
    if (this.running) return;
    this.running = true;
    const { queue } = this;
    try {
      for (let n = 0; n < queue.length; n++) this.deliver(queue[n]!);
    } finally {
      queue.length = 0;
      this.running = false;
    }
  }

  private deliver({ to, message }: Delivery): void {
    const receive = this.receivers.get(to);
    if (receive !== undefined) {
      receive(message);
      return;
    }
    const node = this.nodes.get(to);
    if (node === undefined) return;
    for (const listener of node.listeners.of('input') as Input[]) {
      this.open++;
      let done = false;
      listener(message, node.send, (error) => {
        if (done) return;
        done = true;
        this.open--;
        if (error !== undefined) node.error(error);
      });
    }
  }

  private make(config: SavedNode): void {
    const define = MODULES[config.type];
    if (define === undefined || this.nodes.has(config.id)) return;
    const node = new HostedNode(config, this);
    // a form holds what it wants, and a node may keep what it is given
    const own = structuredClone(config);
    this.nodes.set(config.id, node);
    define(this.runtime(config.type, (type, constructor) => {
      if (type === config.type) (constructor as (this: RuntimeNode, config: NodeConfig) => void).call(node, own);
    }));
  }

  private runtime(type: string, registerType: (type: string, constructor: unknown) => void): RuntimeApi {
    const nothing = (): void => undefined;
    return {
      nodes: {
        // it is one from the beginning
        createNode: nothing,
        registerType,
        getNode: (id) => this.nodes.get(id),
        eachNode: (callback) => this.all.forEach(callback),
      },
      settings: { lang: this.language },
      httpAdmin: { get: nothing, post: nothing },
      auth: { needsPermission: () => nothing },
      events: this.events,
      hooks: { add: nothing, remove: nothing },
      log: { info: nothing, warn: nothing, error: nothing },
      _: textsFor(type, this.language),
      version: () => '',
    };
  }
}
