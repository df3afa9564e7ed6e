/**
 * What must not be ordered while something else is so: "not while the gate is open", "only while somebody is there".
 * Told by statuses: those that come in, or those that the journal knows. Pure.
 */
import { isOpen } from '../ecdm/operator';
import { Realms, realmOf, type Realm } from '../ecdm/realms';
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
  /** A journal does not tell it, and versions before did not keep it. */
  realm?: Realm;
};

/** Statuses that are remembered for interlocks. At the bound those that are over are forgotten first, oldest first. */
const MOST_KNOWN = 2000;

/** An interlock names a status by its id or, as people do, by its name. */
export function isMeant({ status }: Interlock, of: Pick<Known, 'status' | 'name'>): boolean {
  return of.status === status || of.name === status;
}

function realmFrom({ realm, simulated }: { realm?: Realm; simulated?: boolean }): Realm {
  return realm ?? realmOf('live', simulated);
}

/**
 * @param known statuses as they are now; what is simulated counts only for an order of the same simulation, as does what
 *   is replayed
 * @returns the interlock that refuses the order
 */
export function refusing(
  interlocks: readonly Interlock[],
  order: { key?: string; simulated: boolean; realm?: Realm },
  known: readonly Known[],
): Interlock | undefined {
  const counting: readonly Realm[] = ['real', realmFrom(order)];
  const raised = known.filter((one) => isOpen(one) && counting.includes(realmFrom(one)));
  return interlocks.find((interlock) => {
    const found = raised.some((one) => isMeant(interlock, one) && (interlock.keys === 'any' || one.key === order.key));
    return found === (interlock.rule === 'while');
  });
}

/**
 * The statuses that came in and that an interlock asks for, each as it was told last. What is simulated or replayed is counted
 * by itself: it must not make what is real forgotten.
 */
export class KnownStatuses {
  private readonly known = new Realms(() => new Map<string, Known>());

  /** @param most of each realm */
  constructor(private readonly most = MOST_KNOWN) {}

  /** @returns false where a newer one is known */
  set(known: Known): boolean {
    const all = this.known.of(realmFrom(known));
    const id = `${known.status}|${known.key}`;
    const before = all.get(id);
    if (before !== undefined && !isNewer(known, before)) return false;
    all.delete(id);
    all.set(id, known);
    if (all.size > this.most) all.delete(leastNeeded(all));
    return true;
  }

  /** A simulation or a replay begins anew. @returns whether there was anything to forget */
  forget(realm: Realm): boolean {
    const all = this.known.of(realm);
    const { size } = all;
    all.clear();
    return size > 0;
  }

  *values(): Generator<Known> {
    for (const [, all] of this.known) yield* all.values();
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
