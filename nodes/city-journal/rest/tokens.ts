/**
 * Who may ask for what. A token is shown once, when it is made; only its hash is kept, in the configuration of the node.
 * Roles: a viewer reads, an operator also acts; so may an admin, since nothing here is for admins alone. A token may be
 * limited to zones: what lies elsewhere, or nowhere, does not exist for it.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ZoneRef } from '../../ecdm/zone';
import { ROLES, type Role } from './names';

export type { Role };

export interface Token {
  /** Who it was given to: it stands in the journal beside each act. */
  name: string;
  role: Role;
  /** Ids of the zones that it is limited to; everything when left out. */
  zones?: readonly string[];
  /** SHA-256 of the token, in hexadecimal. */
  hash: string;
}

const PREFIX = 'ce_';
/** Most tokens of one journal: each request is compared with all of them. */
export const MOST_TOKENS = 200;
const HASH = /^[0-9a-f]{64}$/;

/** A new token, of 256 random bits; it can be told from other secrets by how it begins. */
export function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** What is kept of a token: SHA-256, in hexadecimal. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

/** Reads what is kept in the configuration; what is no whole token opens nothing. */
export function readTokens(kept: unknown): Token[] {
  let list: unknown = kept;
  if (typeof kept === 'string') {
    try {
      list = JSON.parse(kept);
    } catch {
      return [];
    }
  }
  if (!Array.isArray(list)) return [];
  const tokens: Token[] = [];
  for (const entry of list.slice(0, MOST_TOKENS) as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { name, role, zones, hash } = entry as Partial<Record<keyof Token, unknown>>;
    const known = ROLES.find((one) => one === role);
    if (typeof name !== 'string' || name.trim() === '' || known === undefined) continue;
    if (typeof hash !== 'string' || !HASH.test(hash)) continue;
    const token: Token = { name: name.trim().slice(0, 100), role: known, hash };
    if (zones !== undefined) {
      // a limit that cannot be read lets nothing through, not everything
      token.zones = Array.isArray(zones) ? zones.filter((zone): zone is string => typeof zone === 'string') : [];
    }
    tokens.push(token);
  }
  return tokens;
}

/** The token that a request carries as `Authorization: Bearer ...`; all are compared, so that time tells nothing. */
export function findToken(tokens: readonly Token[], authorization: string | undefined): Token | undefined {
  const given = /^Bearer ([\w-]{20,100})$/i.exec(authorization ?? '')?.[1];
  if (given === undefined) return undefined;
  const hash = Buffer.from(hashToken(given), 'hex');
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(hash, Buffer.from(token.hash, 'hex'))) found = token;
  return found;
}

/** Whether the token has this role, or one that includes it. */
export function mayDo(token: Token, role: Role): boolean {
  return ROLES.indexOf(token.role) >= ROLES.indexOf(role);
}

/** Whether something in these zones (with those around them) exists for the token. */
export function maySee(token: Token, zones: readonly ZoneRef[] | undefined): boolean {
  if (token.zones === undefined) return true;
  return zones !== undefined && zones.some(({ id }) => token.zones!.includes(id));
}
