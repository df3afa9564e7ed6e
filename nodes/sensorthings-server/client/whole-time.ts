import type { ClientRequest } from 'node:http';
import { StaError, type ErrorKind } from './errors';

/** Bounds a request with all of its answer: one that drips byte by byte is never idle, and would stay open for ever. */
export function limitWhole(request: ClientRequest, ms: number, kind: ErrorKind): void {
  const timer = setTimeout(() => {
    request.destroy(new StaError(kind, 'timeout', `the answer had not ended after ${Math.round(ms / 1000)} s`));
  }, ms);
  request.once('close', () => clearTimeout(timer));
}
