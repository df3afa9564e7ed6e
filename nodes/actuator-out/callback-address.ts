/** The address at which an actuator says what became of one order. Pure. */

export const CALLBACK_PATH = '/city-events/answer/';
/** 256 bits, as text. */
const TOKEN_BYTES = 32;
export const TOKEN = /^[0-9a-f]{64}$/;

/** What nobody can guess. */
export function newToken(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @returns `undefined` where nothing is awaited there */
export function callbackUrl(base: string, { token }: { token?: string }): string | undefined {
  return token === undefined ? undefined : `${base.replace(/\/+$/, '')}${CALLBACK_PATH}${token}`;
}
