/** Which definition a rule means where several nodes define one id: a copy of a node keeps the ids of its events. */
import type { Named } from '../../ecdm/key-kinds';
import { upstreamOf, type Graph } from './upstream';

/** What reaches the rule, what belongs to the same domain, all other events, and statuses of other rules. */
export const GROUPS = ['upstream', 'domain', 'others', 'statuses'] as const;
export type Group = (typeof GROUPS)[number];

/** A node that defines events, as it is saved. */
export interface Defining {
  id: string;
  type: string;
  domain?: unknown;
}

/** An event (or a status) as one node of the flows defines it. */
export interface Definition {
  id: string;
  name: string;
  emit: 'state' | 'point';
  /** What its keys are, where that is known. */
  keys?: Named | undefined;
  /** The node that defines it. */
  by: Defining;
}

/** The definition that a rule means. */
export interface Defined extends Omit<Definition, 'by'> {
  group: Group;
  /** Another definition, just as near, says something else. */
  differs?: true;
}

/**
 * How near nodes lie to a rule.
 * @param domain id of the rule's domain, empty where it has none
 */
export function nearness(rule: string, domain: string, graph: Graph): (node: Defining) => Group {
  let upstream: ReadonlySet<string> | undefined;
  return (node) => {
    upstream ??= new Set(upstreamOf(rule, graph));
    if (upstream.has(node.id)) return 'upstream';
    if (node.type === 'pattern-status') return 'statuses';
    return node.type === 'ecdm-event' && domain !== '' && node.domain === domain ? 'domain' : 'others';
  };
}

/** Adds a definition to those of its id. */
export function addDefinition<T extends Definition>(all: Map<string, T[]>, one: T): void {
  const others = all.get(one.id);
  if (others === undefined) all.set(one.id, [one]);
  else others.push(one);
}

/** The definitions that a rule means, each found when it is asked for: a rule names few of the events of a city. */
export class NearestDefinitions<T extends Definition> {
  private readonly found = new Map<string, T & Defined>();

  /**
   * @param all definitions by their id, in the order of the flows
   * @param near how near a node is to the rule; `undefined` where the rule cannot mean it
   */
  constructor(
    private readonly all: ReadonlyMap<string, readonly T[]>,
    private readonly near: (by: Defining) => Group | undefined,
  ) {}

  get(id: string): (T & Defined) | undefined {
    if (!this.found.has(id)) for (const one of this.all.get(id) ?? []) this.take(one);
    return this.found.get(id);
  }

  /** The nearest definition of an id counts; of those as near as each other, the first. */
  private take(one: T): void {
    const group = this.near(one.by);
    if (group === undefined) return;
    const other = this.found.get(one.id);
    const further = other === undefined ? -1 : GROUPS.indexOf(group) - GROUPS.indexOf(other.group);
    if (other === undefined || further < 0) this.found.set(one.id, { ...one, group });
    else if (further === 0 && (one.name !== other.name || one.emit !== other.emit)) {
      this.found.set(one.id, { ...other, differs: true });
    }
  }
}
