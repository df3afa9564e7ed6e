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

/** Statuses that are remembered for interlocks. At the bound the one heard of longest ago is forgotten. */
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

/** The statuses that came in and that an interlock asks for, each as it was told last. */
export class KnownStatuses {
  private readonly last = new Map<string, Known>();

  constructor(private readonly most = MOST_KNOWN) {}

  /** @returns false where a newer one is known */
  set(known: Known): boolean {
    const id = `${known.simulated === true ? 'simulated' : ''}|${known.status}|${known.key}`;
    const before = this.last.get(id);
    if (before !== undefined && !isNewer(known, before)) return false;
    this.last.delete(id);
    this.last.set(id, known);
    if (this.last.size > this.most) this.last.delete(this.last.keys().next().value!);
    return true;
  }

  values(): IterableIterator<Known> {
    return this.last.values();
  }
}

/** A later revision of the same episode, or a later episode: what is told again late must not open a lock. */
function isNewer(known: Known, before: Known): boolean {
  if (known.statusId === before.statusId) return known.revision > before.revision;
  return (parseTime(known.since) ?? 0) >= (parseTime(before.since) ?? 0);
}
