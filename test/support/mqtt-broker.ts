/** An MQTT broker on 127.0.0.1 for tests, with everything that was published to it. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes' with { 'resolution-mode': 'import' };
import { startEmbedded, type Embedded } from './embedded';
import type { FlowNode } from './helper';
import { waitFor } from './node-red';

export interface Published {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
}

export class TestBroker {
  readonly published: Published[] = [];
  /** Subscriptions of clients, in order, `-` in front when ended. */
  readonly subscriptions: string[] = [];
  private held: (() => void)[] | undefined;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly broker: Aedes,
    private server: Server,
    public port: number,
  ) {}

  static async start(): Promise<TestBroker> {
    // aedes is an ES module; this file is compiled to CommonJS
    const { Aedes: Broker } = await import('aedes');
    const broker = await Broker.createBroker();
    const test = new TestBroker(broker, createServer(), 0);
    broker.on('publish', (packet, client) => {
      if (client === null || client === undefined) return;
      const { topic, qos, retain } = packet;
      test.published.push({ topic, payload: packet.payload.toString(), qos, retain });
    });
    broker.on('subscribe', (list) => test.subscriptions.push(...list.map(({ topic }) => topic)));
    broker.on('unsubscribe', (list) => test.subscriptions.push(...list.map((topic) => `-${topic}`)));
    broker.authorizePublish = (_client, _packet, done) => {
      if (test.held === undefined) done(null);
      else test.held.push(() => done(null));
    };
    await test.listen();
    return test;
  }

  /** From now on nothing is acknowledged, until {@link unmute}. */
  mute(): void {
    this.held ??= [];
  }

  unmute(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const release of held) release();
  }

  /** Opens (again) on the same port. */
  async listen(): Promise<void> {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      this.broker.handle(socket);
    });
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Cuts everybody off and refuses new connections, until {@link listen}. */
  async cut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  get clients(): number {
    return this.sockets.size;
  }

  say(topic: string, payload: string): Promise<void> {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false } as const;
    return new Promise((resolve, reject) =>
      this.broker.publish(packet, (error) => (error ? reject(error) : resolve())),
    );
  }

  async seen(number: number, limit?: number): Promise<Published[]> {
    await waitFor(`${number} messages at the broker`, () => this.published.length >= number, limit);
    return this.published;
  }

  async stop(): Promise<void> {
    if (this.server.listening) await this.cut();
    await new Promise<void>((resolve) => this.broker.close(() => resolve()));
  }

  /** Node-RED's configuration node for it. */
  node(more: object = {}): FlowNode {
    return brokerNode(this.port, more);
  }
}

/** Node-RED's configuration node for a broker on 127.0.0.1. */
export function brokerNode(port: number, more: object = {}): FlowNode {
  return {
    id: 'broker',
    type: 'mqtt-broker',
    name: '',
    broker: '127.0.0.1',
    port: String(port),
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '60',
    cleansession: true,
    autoUnsubscribe: true,
    birthTopic: '',
    birthPayload: '',
    closeTopic: '',
    closePayload: '',
    willTopic: '',
    willPayload: '',
    ...more,
  };
}

/** A Node-RED with a broker beside it; `stop` ends both. */
export async function startWithBroker(): Promise<{ city: Embedded; broker: TestBroker; stop: () => Promise<void> }> {
  const broker = await TestBroker.start();
  const city = await startEmbedded();
  const stop = async (): Promise<void> => {
    await city.stop();
    await broker.stop();
  };
  return { city, broker, stop };
}
