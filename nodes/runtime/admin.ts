/** Admin routes: every one asks for a permission, answers JSON, and never lets an error out. */
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from '../ecdm/text';
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
  RED.httpAdmin.get(PREFIX + path, allowed, (request, response) => answer(RED, request, response, handler));
}

/** As {@link adminGet}, with a JSON body of at most two million characters. */
export function adminPost(RED: RuntimeApi, path: string, permission: Permission, handler: Handler): void {
  const allowed = RED.auth.needsPermission(permission);
  RED.httpAdmin.post(PREFIX + path, allowed, (request, response) => answer(RED, request, response, handler));
}

function answer(RED: RuntimeApi, request: AdminRequest, response: AdminResponse, handler: Handler): void {
  const fail = (thrown: unknown): void => {
    if (response.headersSent) return;
    response.status(thrown instanceof AdminError ? thrown.statusCode : 500).json({ error: asError(thrown).message });
  };
  const run = async (): Promise<void> => {
    if (JSON.stringify(request.body ?? null).length > BODY_LIMIT) {
      throw new AdminError(413, text(RED.settings.lang, 'adminLarge', { most: BODY_LIMIT }));
    }
    response.json((await handler(request)) ?? null);
  };
  run().catch(fail);
}

/** A file that is made while it is sent. */
export interface Download {
  /** Of the file that the browser writes; what a file name may not have is taken out. */
  name: string;
  /** Media type. */
  type: string;
  chunks: AsyncIterable<string>;
}

/** As {@link adminGet}, for an answer that need not fit into memory. What goes wrong on the way ends the connection. */
export function adminDownload(
  RED: RuntimeApi,
  path: string,
  permission: Permission,
  handler: (request: AdminRequest) => Download,
): void {
  const allowed = RED.auth.needsPermission(permission);
  RED.httpAdmin.get(PREFIX + path, allowed, (request, response) => {
    const run = async (): Promise<void> => {
      const { name, type, chunks } = handler(request);
      const file = name.replaceAll(/[^\w.-]+/g, '-');
      const stream = Readable.from(whole(chunks));
      // the first piece shows whether there is anything to be sent
      await once(stream, 'readable');
      response.setHeader('Content-Type', type);
      response.setHeader('Content-Disposition', `attachment; filename="${file}"`);
      await pipeline(stream, response as unknown as Writable);
    };
    run().catch((thrown: unknown) => {
      if (!response.headersSent) {
        const code = thrown instanceof AdminError ? thrown.statusCode : 500;
        response.status(code).json({ error: asError(thrown).message });
      } else (response as unknown as Writable).destroy();
    });
  });
}

/** Without empty pieces, which would end the stream of texts. */
async function* whole(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of chunks) if (chunk !== '') yield chunk;
}
