/**
 * Answers by HTTP: an actuator that is told an address may say there what became of one order. The address holds what
 * nobody can guess, a new one for each order; without an order that awaits one there is nothing at that address.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RuntimeApi } from '../runtime/node-red';
import { readTold } from './answers';
import { CALLBACK_PATH, TOKEN } from './callback-address';

/** Longest answer that is read, in bytes. */
const LONGEST = 16_384;

type Told = (verdict: 'done' | 'refused') => void;

/**
 * Who awaits an answer, by what the token hashes to: a look-up by the token itself could be measured. Shared by all nodes;
 * bounded by their outboxes.
 */
const awaited = new Map<string, Told>();

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** @returns ends it */
export function awaitCallback(token: string, told: Told): () => void {
  const hash = hashOf(token);
  awaited.set(hash, told);
  return () => {
    if (awaited.get(hash) === told) awaited.delete(hash);
  };
}

const opened = new WeakSet<object>();

/**
 * Opens the route, once for a runtime. Where nothing is awaited at an address it is passed on, so that it is answered as if
 * the route were not there. POST only: whoever looks at an address in a message must not confirm by that.
 */
export function openCallbacks(RED: Pick<RuntimeApi, 'httpNode'>): void {
  if (RED.httpNode === undefined || opened.has(RED.httpNode)) return;
  opened.add(RED.httpNode);
  RED.httpNode.post(`${CALLBACK_PATH}:token`, (request, response, next) => {
    const token = String(request.params['token'] ?? '');
    const told = TOKEN.test(token) ? awaited.get(hashOf(token)) : undefined;
    if (told === undefined) next();
    else answer(request, response, told);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, told: Told): void {
  const say = (status: number): void => {
    if (response.headersSent) return;
    response.writeHead(status, { 'cache-control': 'no-store' }).end();
  };
  readBody(request).then(
    (body) => {
      if (body === undefined) return say(413);
      // an empty answer is one, too: the address alone says which order is done
      const verdict = body.trim() === '' ? 'done' : readTold(body);
      if (verdict === undefined) return say(422);
      told(verdict);
      say(204);
    },
    () => say(400),
  );
}

/** `undefined` where it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
