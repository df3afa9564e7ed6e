/** Which definition a rule means where several nodes define one id: a copy of a node keeps the ids of its events. */
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

export interface Defined {
  id: string;
  name: string;
  emit: 'state' | 'point';
  group: Group;
  /** Another definition, just as near, says something else. */
  differs?: true;
}

/**
 * How near nodes lie to a rule.
 * @param domain id of the rule's domain, empty where it has none
 */
export function nearness(rule: string, domain: string, graph: Graph): (node: Defining) => Group {
  const upstream = new Set(upstreamOf(rule, graph));
  return (node) => {
    if (upstream.has(node.id)) return 'upstream';
    if (node.type === 'pattern-status') return 'statuses';
    return node.type === 'ecdm-event' && domain !== '' && node.domain === domain ? 'domain' : 'others';
  };
}

/** The nearest definition of an id counts; of those as near as each other, the first. */
export function takeNearest<T extends Defined>(found: Map<string, T>, one: T): void {
  const other = found.get(one.id);
  const further = other === undefined ? -1 : GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group);
  if (other === undefined || further < 0) found.set(one.id, one);
  else if (further === 0 && (one.name !== other.name || one.emit !== other.emit)) {
    found.set(one.id, { ...other, differs: true });
  }
}
