/**
 * What must not be ordered while something else is so: "not while the gate is open", "only while somebody is there".
 * Told by statuses: those that come in, or those that the journal knows. Pure.
 */
import { isOpen } from '../ecdm/operator';
import type { Status } from '../ecdm/status';
import { parseTime } from '../ecdm/time';

/** `while`: refused while the status is raised; `unless`: refused unless it is raised. */
export interface Interlock {
  rule: 'while' | 'unless';
  /** Id or name of the definition of the status. */
  status: string;
  /** `same`: of the key that the order is about; `any`: of any key. */
  keys: 'same' | 'any';
}

/** A status as far as an interlock needs to know it. */
export type Known = Pick<Status, 'status' | 'name' | 'key' | 'state' | 'since' | 'statusId' | 'revision'> & {
  simulated?: boolean;
};

/** Statuses that are remembered for interlocks. At the bound those that are over are forgotten first, oldest first. */
const MOST_KNOWN = 2000;

export function isMeant({ status }: Interlock, of: Pick<Known, 'status' | 'name'>): boolean {
  return of.status === status || of.name === status;
}

/**
 * @param known statuses as they are now; what is simulated counts only for an order that is simulated itself
 * @returns the interlock that refuses the order
 */
export function refusing(
  interlocks: readonly Interlock[],
  order: { key?: string; simulated: boolean },
  known: readonly Known[],
): Interlock | undefined {
  const raised = known.filter((one) => isOpen(one) && (order.simulated || one.simulated !== true));
  return interlocks.find((interlock) => {
    const found = raised.some((one) => isMeant(interlock, one) && (interlock.keys === 'any' || one.key === order.key));
    return found === (interlock.rule === 'while');
  });
}

/**
 * The statuses that came in and that an interlock asks for, each as it was told last. What is simulated is counted by itself:
 * it must not make what is real forgotten.
 */
export class KnownStatuses {
  private readonly real = new Map<string, Known>();
  private readonly simulated = new Map<string, Known>();

  /** @param most of each kind */
  constructor(private readonly most = MOST_KNOWN) {}

  /** @returns false where a newer one is known */
  set(known: Known): boolean {
    const all = known.simulated === true ? this.simulated : this.real;
    const id = `${known.status}|${known.key}`;
    const before = all.get(id);
    if (before !== undefined && !isNewer(known, before)) return false;
    all.delete(id);
    all.set(id, known);
    if (all.size > this.most) all.delete(leastNeeded(all));
    return true;
  }

  /** What is not live begins anew. @returns whether there was anything to forget */
  forgetSimulated(): boolean {
    const { size } = this.simulated;
    this.simulated.clear();
    return size > 0;
  }

  *values(): Generator<Known> {
    yield* this.real.values();
    yield* this.simulated.values();
  }
}

/** One that is over locks nothing; where none is, the one heard of longest ago. */
function leastNeeded(all: ReadonlyMap<string, Known>): string {
  for (const [id, one] of all) if (!isOpen(one)) return id;
  return all.keys().next().value!;
}

/** A later revision of the same episode, or a later episode: what is told again late must not open a lock. */
function isNewer(known: Known, before: Known): boolean {
  if (known.statusId === before.statusId) return known.revision > before.revision;
  return (parseTime(known.since) ?? 0) >= (parseTime(before.since) ?? 0);
}
