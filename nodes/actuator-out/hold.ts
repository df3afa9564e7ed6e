/** A person takes an actuator over: automation is held back until it ends. Pure: the time is given. */
import { LONGEST_SHELF } from '../ecdm/operator';
import { plainText } from '../ecdm/template';
import { formatTime, parseTime } from '../ecdm/time';

/** Longest time of a hold, as of a shelf: seven days. */
const LONGEST_HOLD = LONGEST_SHELF;
/** Most holds of one node at a time. */
const MOST_HOLDS = 200;
const LONGEST_WHO = 200;
const LONGEST_WHY = 2000;
const LONGEST_ADDRESS = 2000;

/** Who holds what, why and until when. */
export interface Hold {
  /** Topic or address of the one actuator that is held; empty for all of the node. */
  address: string;
  who: string;
  why: string;
  /** ISO 8601 with offset. */
  at: string;
  until: string;
}

/** What a person asks for: `{act: 'hold', who, why, until, address?}` or `{act: 'release', who, why?, address?}`. */
export type HoldAct =
  { act: 'hold'; hold: Hold } | { act: 'release'; address: string; who: string; why: string; at: string };

/** Why an act is refused: a key of the texts under `hold.`. */
export type HoldFault = 'act' | 'who' | 'why' | 'until' | 'address' | 'nothing' | 'full';

/** Whether a message asks for one of the acts of this node; another act is none of its business. */
export function isHoldAct(raw: unknown): raw is Record<string, unknown> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false;
  const act: unknown = Object.hasOwn(raw, 'act') ? (raw as Record<string, unknown>)['act'] : undefined;
  return act === 'hold' || act === 'release';
}

/** Reads an act as it came from outside. A hold says who, why and until when. */
export function readHoldAct(raw: unknown, now: number): HoldAct | HoldFault {
  if (!isHoldAct(raw)) return 'act';
  const { act, who, why, until, address = '' } = raw;
  if (typeof who !== 'string' || who.trim() === '' || who.length > LONGEST_WHO) return 'who';
  if (why !== undefined && (typeof why !== 'string' || why.length > LONGEST_WHY)) return 'why';
  if (typeof address !== 'string' || address.length > LONGEST_ADDRESS) return 'address';
  const by = { who: plainText(who.trim()), why: plainText((why ?? '').trim()), at: formatTime(now) };
  if (act === 'release') return { act, address, ...by };
  if (by.why === '') return 'why';
  const end = parseTime(until);
  if (end === undefined || end <= now || end > now + LONGEST_HOLD) return 'until';
  return { act: 'hold', hold: { address, ...by, until: formatTime(end) } };
}

/** The holds of a node, by what they hold. */
export class Holds {
  private readonly all = new Map<string, Hold>();

  /** The hold that keeps automation away from an address at this time. */
  of(address: string, now: number): Hold | undefined {
    return this.active('', now) ?? this.active(address, now);
  }

  /** A hold for exactly this, whatever else is held. */
  active(address: string, now: number): Hold | undefined {
    const hold = this.all.get(address);
    return hold !== undefined && now < endOf(hold) ? hold : undefined;
  }

  get isFull(): boolean {
    return this.all.size >= MOST_HOLDS;
  }

  set(hold: Hold): void {
    this.all.set(hold.address, hold);
  }

  release(address: string): void {
    this.all.delete(address);
  }

  /** Takes out those that are over. */
  ended(now: number): Hold[] {
    const over = [...this.all.values()].filter((hold) => now >= endOf(hold));
    for (const hold of over) this.all.delete(hold.address);
    return over;
  }

  /** When the next one ends; Infinity without. */
  nextEnd(): number {
    let next = Infinity;
    for (const hold of this.all.values()) next = Math.min(next, endOf(hold));
    return next;
  }

  values(): IterableIterator<Hold> {
    return this.all.values();
  }

  get size(): number {
    return this.all.size;
  }
}

function endOf({ until }: Hold): number {
  return parseTime(until) ?? -Infinity;
}
