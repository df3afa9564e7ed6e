/** What a route gives back, and how it is refused. */
import type { TextParameters } from '../../ecdm/text-table';

export interface Answer {
  status: number;
  /** Sent as JSON; a string goes out as it is, with the type that the headers say. */
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * Why a request is refused: `code` is a key of the texts under `error.`, which say what is wrong and what to do about it.
 * Sent as a problem of RFC 9457.
 */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly parameters: TextParameters = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(code);
  }
}
