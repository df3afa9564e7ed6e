/**
 * The part of Node-RED's runtime that this pack touches, typed by hand: the published typings lack fields
 * and follow no particular version. Only `runtime/` and the `<type>.ts` of a node may import this.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

export interface NodeMessage {
  payload?: unknown;
  topic?: unknown;
  city?: unknown;
  [field: string]: unknown;
}

export type Send = (message: NodeMessage | (NodeMessage | NodeMessage[] | null | undefined)[]) => void;
export type Done = (error?: unknown) => void;

export interface NodeStatus {
  fill?: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  shape?: 'ring' | 'dot';
  text?: string;
}

export interface RuntimeNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  /** Ids of the receivers of each output; Node-RED replaces it when only the wires of a node change. */
  wires?: string[][];
  name?: string;
  credentials?: Record<string, string | undefined>;
  on(event: 'input', listener: (message: NodeMessage, send: Send, done: Done) => void): void;
  on(event: 'close', listener: (removed: boolean, done: () => void) => void): void;
  on(event: string, listener: (...args: never[]) => void): void;
  removeListener(event: string, listener: (...args: never[]) => void): void;
  send: Send;
  /** As if the message had come along a wire; not in a rehearsal. */
  receive?(message: NodeMessage): void;
  status(status: NodeStatus | Record<string, never>): void;
  log(text: string): void;
  warn(text: unknown): void;
  error(error: unknown, message?: NodeMessage): void;
}

/** What the editor saved for a node. Nothing in it is certain: flows are edited by hand and by scripts. */
export interface NodeConfig {
  id: string;
  type: string;
  name?: string;
  version?: number;
  [property: string]: unknown;
}

export interface AdminRequest {
  params: Record<string, string | undefined>;
  query: Record<string, unknown>;
  body: unknown;
}
export interface AdminResponse {
  status(code: number): AdminResponse;
  json(body: unknown): void;
  setHeader(name: string, value: string): void;
  headersSent: boolean;
}
export type AdminHandler = (request: AdminRequest, response: AdminResponse, next: (error?: unknown) => void) => void;

export interface RuntimeHooks {
  add(name: string, callback: (event: never) => void): void;
  remove(name: string): void;
}

export interface RuntimeApi {
  nodes: {
    createNode(node: RuntimeNode, config: NodeConfig): void;
    registerType(type: string, constructor: unknown, options?: Record<string, unknown>): void;
    getNode(id: string): RuntimeNode | null | undefined;
    eachNode(callback: (config: NodeConfig) => void): void;
  };
  settings: { userDir?: string; lang?: string; [key: string]: unknown };
  httpAdmin: {
    get(path: string, ...handlers: AdminHandler[]): void;
    post(path: string, ...handlers: AdminHandler[]): void;
  };
  /** The side of the flows' own routes; not there where a user has switched it off. */
  httpNode?: {
    use(
      path: string,
      handler: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void,
    ): void;
    post(
      path: string,
      handler: (
        request: IncomingMessage & { params: Record<string, string | undefined> },
        response: ServerResponse,
        next: (error?: unknown) => void,
      ) => void,
    ): void;
  };
  auth: { needsPermission(permission: string): AdminHandler };
  events: {
    on(event: string, listener: (...args: never[]) => void): void;
    removeListener(event: string, listener: (...args: never[]) => void): void;
  };
  hooks: RuntimeHooks;
  log: { info(text: string): void; warn(text: string): void; error(text: string): void };
  _(key: string, parameters?: Record<string, unknown>): string;
  version(): string;
}
