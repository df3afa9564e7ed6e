/** What a `sensorthings-server` node gives to the nodes that use it. */
import type { Connection } from './client/connection';
import type { DemoServer } from './demo/demo-server';

export type StaServer = Connection | DemoServer;

/** The server of a configuration node; `undefined` for anything else. */
export function asServer(node: unknown): StaServer | undefined {
  const server = (node as { staServer?: { kind?: unknown } } | null | undefined)?.staServer;
  return server?.kind === 'demo' || server?.kind === 'server' ? (server as StaServer) : undefined;
}
