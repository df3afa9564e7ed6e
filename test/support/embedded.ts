/**
 * A real Node-RED inside the test process: headless, on 127.0.0.1 at a free port, with a user directory of its own under
 * the system's temporary folder and our built pack installed there as the palette would install it.
 *
 * Node-RED can be started only once in a process. The test runner gives every file of test/flow a process of its own, so:
 * start it in the `before` of a file, deploy as many flows as you like, stop it in the `after`. A second start throws.
 */
import type { EventEmitter } from 'node:events';
import * as http from 'node:http';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import type { FlowNode, LiveNode } from './helper';
import { load, nodeRedMain, projectRoot, sleep, waitFor } from './node-red';

export type { FlowNode, LiveNode };

export interface LogLine {
  level: number;
  text: string;
  id?: string;
  type?: string;
}

export interface EmbeddedOptions {
  /** Loads node-red-dashboard, node-red-node-ui-table and node-red-contrib-web-worldmap too. */
  dashboards?: boolean;
  /** Loads node-red-node-email and node-red-contrib-telegrambot too. */
  messengers?: boolean;
  /** More of settings.js. */
  settings?: Record<string, unknown>;
  /** A user directory to start from (it is not removed); a fresh one, removed at the end, when left out. */
  userDir?: string;
}

type Message = Record<string, any>;

/** node-red's own module, as far as it is used here. */
interface NodeRedModule {
  init(server: http.Server, settings: Record<string, unknown>): void;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
  httpAdmin: http.RequestListener;
  httpNode: http.RequestListener;
  nodes: {
    getNode(id: string): LiveNode | null;
    registerType(set: string, type: string, constructor: unknown): void;
    createNode(node: unknown, config: unknown): void;
    getNodeList(): { id: string; types: string[]; err?: unknown; enabled: boolean; loaded: boolean }[];
  };
  events: EventEmitter;
  hooks: { has(name: string): boolean };
  runtime: { flows: { setFlows(request: Record<string, unknown>): Promise<unknown> } };
  version(): string;
}

/** Packages of others, and what Node-RED knows them by where it is not to load them. */
const OTHERS = {
  dashboards: {
    packages: ['node-red-dashboard', 'node-red-node-ui-table', 'node-red-contrib-web-worldmap'],
    excludes: ['node-red-dashboard', 'ui_table.js', 'worldmap.js'],
  },
  messengers: {
    packages: ['node-red-node-email', 'node-red-contrib-telegrambot'],
    excludes: ['61-email.js', '99-telegrambot.js'],
  },
} as const;
const others = (options: EmbeddedOptions, wanted: boolean): (typeof OTHERS)[keyof typeof OTHERS][] =>
  (['dashboards', 'messengers'] as const)
    .filter((name) => (options[name] === true) === wanted)
    .map((name) => OTHERS[name]);
let started = false;

/** Starts the one Node-RED of this process. */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<Embedded> {
  if (started) throw new Error('Node-RED can be started only once in a process: give this suite a file of its own');
  started = true;
  const userDir = options.userDir ?? (await mkdtemp(path.join(os.tmpdir(), 'city-events-')));
  await install(
    userDir,
    others(options, true).flatMap(({ packages }) => packages),
  );
  const embedded = new Embedded(userDir, options.userDir === undefined);
  await embedded.start(options);
  return embedded;
}

/** By links, as `npm install` of a folder does. */
async function install(userDir: string, packages: readonly string[]): Promise<void> {
  const modules = path.join(userDir, 'node_modules');
  await mkdir(path.join(modules, '@ecdm'), { recursive: true });
  const link = async (name: string, target: string): Promise<void> => {
    await rm(path.join(modules, name), { recursive: true, force: true });
    await symlink(target, path.join(modules, name), 'junction');
  };
  await link('@ecdm/node-red-city-events', projectRoot);
  for (const name of packages) await link(name, path.dirname(load.resolve(`${name}/package.json`)));
}

export class Embedded {
  /** Address of the editor; dashboards lie at `${url}/ui`, HTTP nodes at `${url}/<path>`. */
  url = '';
  readonly logs: LogLine[] = [];
  /** The last status line of every node, by id. */
  readonly statuses = new Map<string, { fill?: string; shape?: string; text?: string }>();
  private readonly received = new Map<string, Message[]>();
  private readonly RED: NodeRedModule;
  private readonly server: http.Server;
  private listener: http.RequestListener = (_request, response) => response.writeHead(503).end();

  constructor(
    readonly userDir: string,
    private readonly ownsUserDir: boolean,
  ) {
    this.RED = load(nodeRedMain()) as NodeRedModule;
    this.server = http.createServer((request, response) => this.listener(request, response));
  }

  /** @internal */
  async start(options: EmbeddedOptions): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    this.RED.init(this.server, {
      uiHost: '127.0.0.1',
      uiPort: port,
      userDir: this.userDir,
      flowFile: 'flows.json',
      httpAdminRoot: '/',
      httpNodeRoot: '/',
      // found beside our own node_modules anyway; left out unless they are asked for
      nodesExcludes: others(options, false).flatMap(({ excludes }) => excludes),
      credentialSecret: 'test',
      telemetry: { enabled: false, updateNotification: false },
      editorTheme: { tours: false, projects: { enabled: false } },
      logging: {
        console: { level: 'off' },
        capture: { level: 'info', metrics: false, audit: false, handler: () => (line: any) => this.keepLog(line) },
      },
      ...options.settings,
    });
    const { httpAdmin, httpNode } = this.RED;
    this.listener = (request, response) => {
      // both are express applications; the admin one answers 404 itself, so the nodes' one is asked first
      (httpNode as any)(request, response, () => httpAdmin(request, response));
    };
    // the runtime says that it has started before its flows have: a deploy must not take their event for its own
    const running = this.flowsStarted();
    await this.RED.start();
    await running;
    this.RED.events.on('node-status', (event: { id: string; status: object }) =>
      this.statuses.set(event.id, event.status),
    );
    // what a node said of itself before a deploy is not what the one that takes its place says
    this.RED.events.on('flows:stopped', ({ type }: { type: string }) => {
      if (type === 'full') this.statuses.clear();
    });
    this.registerSink();
    // ui_worldmap registers itself 100 ms after it was loaded
    if (options.dashboards === true) await sleep(200);
  }

  /** Version of the Node-RED that runs. */
  get version(): string {
    // a copy that lies beside a .git folder says so
    return this.RED.version().replace('-git', '');
  }

  /** Types of all node sets, with the reason where one could not be loaded. */
  get nodeSets(): { id: string; types: string[]; err?: unknown; enabled: boolean; loaded: boolean }[] {
    return this.RED.nodes.getNodeList();
  }

  /**
   * Replaces all flows and waits until they run. Nodes of type `test-sink` collect what reaches them, see
   * {@link messages}; a node without `z` is put on a tab of its own. Credentials: a `credentials` object in the node.
   */
  async deploy(flow: FlowNode[], type: 'full' | 'nodes' | 'flows' = 'full'): Promise<void> {
    this.received.clear();
    const tab: FlowNode = { id: 'tab', type: 'tab', label: 'test' };
    const flows = [tab, ...flow].map((node) => (needsTab(node) ? { x: 100, y: 100, ...node, z: 'tab' } : node));
    const running = this.flowsStarted();
    await this.RED.runtime.flows.setFlows({ flows: { flows }, deploymentType: type, req: {} });
    await running;
  }

  private flowsStarted(): Promise<void> {
    return new Promise<void>((resolve) => {
      const listener = (): void => {
        this.RED.events.removeListener('flows:started', listener);
        resolve();
      };
      this.RED.events.on('flows:started', listener);
    });
  }

  node(id: string): LiveNode {
    const node = this.RED.nodes.getNode(id);
    if (node === null || node === undefined) throw new Error(`there is no node ${id} in the flow that runs`);
    return node;
  }

  /** The runtime's own emitter. */
  get events(): EventEmitter {
    return this.RED.events;
  }

  /** True where somebody has hooked into the way of messages, such as at `preDeliver`. */
  hasHook(name: string): boolean {
    return this.RED.hooks.has(name);
  }

  /** Gives a message to a node, as a wire would. */
  inject(id: string, message: Message): void {
    this.node(id).receive(message);
  }

  /** What has reached a `test-sink` since the last deploy. */
  messages(id: string): Message[] {
    let list = this.received.get(id);
    if (list === undefined) this.received.set(id, (list = []));
    return list;
  }

  payloads(id: string): any[] {
    return this.messages(id).map((message) => message['payload'] as unknown);
  }

  /** Waits until so many messages have reached a `test-sink` since the last deploy. */
  async count(id: string, number: number, limit?: number): Promise<Message[]> {
    const list = this.messages(id);
    await waitFor(`${number} messages at ${id}`, () => list.length >= number, limit);
    return list;
  }

  /** Log lines at warning level and above. */
  get complaints(): LogLine[] {
    return this.logs.filter((line) => line.level <= 30);
  }

  async stop(): Promise<void> {
    await this.RED.stop();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    if (this.ownsUserDir) await rm(this.userDir, { recursive: true, force: true, maxRetries: 3 });
  }

  private keepLog(line: { level: number; msg: unknown; id?: string; type?: string }): void {
    const text =
      line.msg instanceof Error ? line.msg.message : typeof line.msg === 'string' ? line.msg : JSON.stringify(line.msg);
    this.logs.push({ level: line.level, text, id: line.id, type: line.type });
  }

  private registerSink(): void {
    const { nodes } = this.RED;
    const keep = (id: string, message: Message): void => void this.messages(id).push(message);
    function TestSink(this: LiveNode, config: { id: string }): void {
      nodes.createNode(this, config);
      this.on('input', (message: Message, _send: unknown, done: () => void) => {
        keep(config.id, message);
        done();
      });
    }
    nodes.registerType('city-events/test-sink', 'test-sink', TestSink);
  }
}

/** Config nodes have no wires and no tab. */
function needsTab(node: FlowNode): boolean {
  return node.type !== 'tab' && node.type !== 'subflow' && node.z === undefined && Array.isArray(node.wires);
}
