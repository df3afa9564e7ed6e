/**
 * node-red-node-test-helper for our nodes: quick, without editor, HTTP nodes or translations (`RED._` gives back the
 * key). For anything that needs the real thing (dashboards, HTTP, texts, redeploys) use `embedded.ts` instead; the two
 * must not be used in the same process.
 */
import { coreNodeFile, load, nodeFile, nodeRedMain, waitFor } from './node-red';

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
  /** Deploys other flows in place of those that run. */
  setFlows(flow: FlowNode[], type: 'full' | 'flows' | 'nodes'): Promise<void>;
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

/** The stock nodes that tell when a node is done with a message, or has failed at it. */
export const takingTypes = ['common/24-complete', 'common/25-catch'].map(
  (name) => load(coreNodeFile(name)) as (RED: unknown) => unknown,
);

/** Nodes of a flow that hear when one node has taken a message, whatever came of it; see {@link sender}. Errors go on to a node `caught`. */
export const takingNodes = (id: string): FlowNode[] => [
  { id: 'completed', type: 'complete', z: 'tab', x: 1, y: 1, scope: [id], wires: [['taken']] },
  // one only: node-red-node-test-helper knows no second
  { id: 'failed', type: 'catch', z: 'tab', x: 1, y: 1, scope: [id], wires: [['taken', 'caught']] },
  { id: 'taken', type: 'helper', z: 'tab', wires: [] },
];

/**
 * Gives messages to a node of a flow with {@link takingNodes}, one after the other: each is over when the node is done with
 * it and what it has sent has arrived. A node may read a file before it takes its first one.
 */
export function sender(id: string): (message: Record<string, unknown>) => Promise<void> {
  let taken = 0;
  liveNode('taken').on('input', () => taken++);
  return async (message) => {
    const before = taken;
    liveNode(id).receive(message);
    await waitFor('the message to be taken', () => taken > before);
    // one that is done in the middle of its work sends the rest on the next turns
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
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
