/** What the desk decides to tell somebody, before it is put into words. */
import type { Status } from '../../ecdm/status';
import type { Occasion } from './alarm';
import type { Hold } from './hold';
import type { Recipient } from './recipient';

/** One alarm in a letter, as it was when the letter was written. */
export interface Item {
  alarm: string;
  status: Status;
  occasion: Occasion;
  /** What had held it back until now. */
  was?: Hold['reason'];
  /** It must be acknowledged again, because it is more severe. */
  again: boolean;
  /** How many others it holds back. */
  holdsBack: number;
  /** Of `escalation`: milliseconds without anybody's reaction. */
  alone: number;
}

/**
 * `single`: one alarm. `group`: several that came close together. `digest`: what was held back in quiet hours. `flood`: more
 * than anybody can read, summed up; `flood-over`: and its end.
 */
export interface Letter {
  kind: 'single' | 'group' | 'digest' | 'flood' | 'flood-over';
  recipient: Recipient;
  items: Item[];
  /** Wall clock: when it is told, and since when its items have waited. */
  at: number;
  from: number;
  /** Of a flood: how many alarms, and where most of them are. */
  total?: number;
  zones?: readonly (readonly [where: string, count: number])[];
}

/** Why a notice is not told, or not yet. `over`: nobody had been told, and it is over before anybody could be. */
export type HeldReason = Hold['reason'] | 'quiet' | 'flood' | 'rate' | 'over';

/** A notice that somebody would have got. */
export interface HeldNotice {
  alarm: string;
  status: Status;
  /** Id of the recipient; everybody where it is left out. */
  recipient?: string;
  reason: HeldReason;
  by?: string;
  until?: number;
}

export interface Outcome {
  letters: Letter[];
  held: HeldNotice[];
}
