/**
 * The chain that shows whether an entry was changed, taken out or put in: each carries a SHA-256 of the hash before it and
 * of all that it says. Who can write the whole file can make a new chain; the newest number and hash, noted down elsewhere,
 * show that, too.
 */
import { createHash } from 'node:crypto';
import { instantText } from '../../ecdm/time';
import type { Draft } from './store';

/** What the first entry is chained to. */
export const GENESIS = '0'.repeat(64);

/** @returns 64 hexadecimal digits */
export function hashOf(before: string, seq: number, draft: Draft): string {
  const { at, kind, node, alarm = null, statusId = null, revision = null, body } = draft;
  const said = JSON.stringify([before, seq, instantText(at), kind, node, alarm, statusId, revision, body]);
  return createHash('sha256').update(said).digest('hex');
}

/** Follows a chain from entry to entry. */
export class ChainWalk {
  constructor(
    private seq: number,
    private hash: string,
  ) {}

  /** @returns what is wrong with the entry, as a key of the texts under `journal.check` */
  step(seq: number, hash: string, draft: Draft): 'gap' | 'changed' | undefined {
    const gap = seq !== this.seq + 1;
    const right = hashOf(this.hash, seq, draft) === hash;
    this.seq = seq;
    this.hash = hash;
    return gap ? 'gap' : right ? undefined : 'changed';
  }

  get last(): { seq: number; hash: string } {
    return { seq: this.seq, hash: this.hash };
  }
}
