/**
 * node-red-node-test-helper for our nodes: quick, without editor, HTTP nodes or translations (`RED._` gives back the
 * key). For anything that needs the real thing (dashboards, HTTP, texts, redeploys) use `embedded.ts` instead; the two
 * must not be used in the same process.
 */
import { load, nodeFile, nodeRedMain, waitFor } from './node-red';

export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  wires?: string[][];
  [property: string]: unknown;
}

/** A node at run time, as far as tests touch it. */
export interface LiveNode {
  id: string;
  receive(message: Record<string, unknown>): void;
  on(event: string, listener: (...args: any[]) => void): void;
  [property: string]: any;
}

interface Helper {
  init(main: string): void;
  load(nodes: unknown[], flow: FlowNode[], credentials?: Record<string, unknown>): Promise<void>;
  unload(): Promise<void>;
  startServer(): Promise<void>;
  stopServer(): Promise<void>;
  getNode(id: string): LiveNode | null;
  settings(settings: Record<string, unknown>): void;
  /** A spy on all log lines since the flow was loaded. */
  log(): { args: unknown[][] };
}

// the helper's typings need @types/node-red, which follow no version we run on
const helper = load('node-red-node-test-helper') as Helper;
helper.init(nodeRedMain());

export { helper };

/** Starts a flow with these of our node types; core nodes are given as functions (see {@link coreNodeFile}). */
export async function loadFlow(
  types: readonly (string | ((RED: unknown) => unknown))[],
  flow: FlowNode[],
  options: { credentials?: Record<string, unknown>; settings?: Record<string, unknown> } = {},
): Promise<void> {
  helper.settings({ logging: { console: { level: 'off' } }, ...options.settings });
  const nodes = types.map((type) => (typeof type === 'string' ? (load(nodeFile(type)) as unknown) : type));
  await helper.load(nodes, flow, options.credentials ?? {});
}

/** The running node; a test that names one that is not there is wrong. */
export function liveNode(id: string): LiveNode {
  const node = helper.getNode(id);
  if (node === null || node === undefined) throw new Error(`there is no node ${id} in the flow`);
  return node;
}

/** Collects what arrives at a node of type `helper`. */
export class Sink {
  readonly messages: Record<string, any>[] = [];

  constructor(id: string) {
    liveNode(id).on('input', (message: Record<string, any>) => {
      this.messages.push(message);
    });
  }

  get payloads(): any[] {
    return this.messages.map((message) => message['payload'] as unknown);
  }

  /** Waits until so many messages have arrived in all, and gives them. */
  async count(number: number, limit?: number): Promise<Record<string, any>[]> {
    await waitFor(`${number} messages (${this.messages.length} came)`, () => this.messages.length >= number, limit);
    return this.messages;
  }
}
