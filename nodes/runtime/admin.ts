/** Admin routes: every one asks for a permission, answers JSON, and never lets an error out. */
import { asError } from './input';
import type { AdminRequest, AdminResponse, RuntimeApi } from './node-red';

/** Thrown by a handler to answer with this HTTP status instead of 500. */
export class AdminError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}

type Handler = (request: AdminRequest) => unknown;
type Permission = `${string}.read` | `${string}.write`;

/** Largest body that a route takes, in characters of JSON (Node-RED itself reads up to 5 MB). */
const BODY_LIMIT = 2_000_000;

/** Relative to the editor's own root, so that it works behind a proxy and with httpAdminRoot. */
const PREFIX = '/city-events/';

/** @param permission ends with `.read` or `.write`, as Node-RED's permissions do */
export function adminGet(RED: RuntimeApi, path: string, permission: Permission, handler: Handler): void {
  const allowed = RED.auth.needsPermission(permission);
  RED.httpAdmin.get(PREFIX + path, allowed, (request, response) => answer(request, response, handler));
}

/** As {@link adminGet}, with a JSON body of at most two million characters. */
export function adminPost(RED: RuntimeApi, path: string, permission: Permission, handler: Handler): void {
  const allowed = RED.auth.needsPermission(permission);
  RED.httpAdmin.post(PREFIX + path, allowed, (request, response) => answer(request, response, handler));
}

function answer(request: AdminRequest, response: AdminResponse, handler: Handler): void {
  const fail = (thrown: unknown): void => {
    if (response.headersSent) return;
    response.status(thrown instanceof AdminError ? thrown.statusCode : 500).json({ error: asError(thrown).message });
  };
  const run = async (): Promise<void> => {
    if (JSON.stringify(request.body ?? null).length > BODY_LIMIT) throw new AdminError(413, 'the request is too large');
    response.json((await handler(request)) ?? null);
  };
  run().catch(fail);
}
