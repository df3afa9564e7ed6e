/**
 * Which statuses hold back which others: when a gateway is down, each of its sensors falls silent, and one notice with
 * their number says more than 143. Children are kept as they are; only notices are held back.
 */
import type { Status } from '../../ecdm/status';
import { isActive, type Alarm } from './alarm';

export interface Family {
  /** Ids or names of the statuses that hold back. */
  parents: ReadonlySet<string>;
  /** Of those that are held back; all others where empty. */
  children: ReadonlySet<string>;
  /** Where both must be. */
  scope: 'key' | 'zone' | 'everywhere';
}

/** Parents that are raised at a time and looked at for each child. */
const MOST_PARENTS = 1000;

const names = (set: ReadonlySet<string>, { status, name }: Status): boolean => set.has(status) || set.has(name);

const isAt = (place: string, { key, zones }: Status): boolean =>
  key === place || (zones !== undefined && zones.some(({ id }) => id === place));

function together(scope: Family['scope'], a: Status, b: Status): boolean {
  if (scope === 'everywhere') return true;
  if (scope === 'key') return a.key === b.key;
  return isAt(b.key, a) || (b.zones !== undefined && b.zones.some(({ id }) => isAt(id, a)));
}

export class Families {
  /** Alarms that hold back others now, in the order in which they were raised. */
  private readonly parents = new Set<Alarm>();

  constructor(private readonly rules: readonly Family[]) {}

  /** Could this one hold back others? */
  isParent(status: Status): boolean {
    return this.rules.some(({ parents }) => names(parents, status));
  }

  /** To be called when an alarm has changed or is forgotten. @returns whether it holds back others since now, or no longer */
  follow(alarm: Alarm, forgotten = false): boolean {
    const holds = !forgotten && isActive(alarm) && this.isParent(alarm.status);
    if (holds === this.parents.has(alarm)) return false;
    if (!holds) return this.parents.delete(alarm);
    if (this.parents.size >= MOST_PARENTS) return false;
    this.parents.add(alarm);
    return true;
  }

  /**
   * What holds an alarm back. Never something that is, by whatever way round, held back by this alarm itself: of two that
   * name each other the first one is told.
   */
  holderOf(child: Alarm, byId: (id: string) => Alarm | undefined): Alarm | undefined {
    for (const parent of this.parents) if (this.holds(parent, child) && !restsOn(parent, child, byId)) return parent;
    return undefined;
  }

  /** Does one rule say that this one holds back that one, as long as it is raised? */
  holds(parent: Alarm, child: Alarm): boolean {
    if (parent === child) return false;
    return this.rules.some(
      ({ parents, children, scope }) =>
        names(parents, parent.status) &&
        (children.size === 0 || names(children, child.status)) &&
        together(scope, parent.status, child.status),
    );
  }
}

function restsOn(parent: Alarm, child: Alarm, byId: (id: string) => Alarm | undefined): boolean {
  const seen = new Set<Alarm>();
  for (let one: Alarm | undefined = parent; one !== undefined && !seen.has(one);) {
    if (one === child) return true;
    seen.add(one);
    one = one.hold?.parent === undefined ? undefined : byId(one.hold.parent);
  }
  return false;
}
