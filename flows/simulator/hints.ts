/** What a `$filter` says about where to look: times, ids and Datastreams that rows must have to pass it. */
import { constant } from './evaluate';
import type { Comparison, Node } from './filter';
import type { Id, Store } from './store';
import { Time } from './values';

/** Bounds that are necessary, not sufficient: every row found by them still goes through the filter. */
export interface Hints {
  /** phenomenonTime begins not before and not after. */
  from?: number;
  to?: number;
  /** Ids are numbers and not below. */
  idFrom?: number;
  /** Ids of the Datastreams. */
  streams?: ReadonlySet<Id>;
}

export function hintsOf(store: Store, node: Node | undefined): Hints {
  const hints: Hints = {};
  if (!node) return hints;
  for (const item of node.kind === 'and' ? node.items : [node]) {
    const streams = streamsOf(item);
    if (streams) hints.streams ??= streams;
    if (item.kind === 'and') merge(hints, hintsOf(store, item));
    else if (item.kind === 'compare' && item.left.kind === 'path')
      one(store, hints, item.left.parts, item.op, item.right);
  }
  return hints;
}

function merge(into: Hints, more: Hints): void {
  if (more.from !== undefined) into.from = Math.max(into.from ?? -Infinity, more.from);
  if (more.to !== undefined) into.to = Math.min(into.to ?? Infinity, more.to);
  if (more.idFrom !== undefined) into.idFrom = Math.max(into.idFrom ?? -Infinity, more.idFrom);
  into.streams ??= more.streams;
}

function one(store: Store, hints: Hints, parts: readonly string[], op: Comparison, right: Node): void {
  const value = constant(store, right);
  if (parts.length !== 1 || value === undefined) return;
  if (parts[0] === 'phenomenonTime' && value instanceof Time) {
    if (op === 'gt' || op === 'ge' || op === 'eq') merge(hints, { from: value.start });
    if (op === 'lt' || op === 'le' || op === 'eq') merge(hints, { to: value.end });
  }
  if ((parts[0] === 'id' || parts[0] === '@iot.id') && typeof value === 'number' && (op === 'gt' || op === 'ge')) {
    merge(hints, { idFrom: value });
  }
}

/** `Datastream/id eq 1 or Datastream/id eq 2 …` */
function streamsOf(node: Node): Set<Id> | undefined {
  const ids = new Set<Id>();
  for (const item of node.kind === 'or' ? node.items : [node]) {
    if (item.kind !== 'compare' || item.op !== 'eq' || item.left.kind !== 'path' || item.right.kind !== 'literal')
      return undefined;
    const [name, id] = item.left.parts;
    const { value } = item.right;
    if (name !== 'Datastream' || (id !== 'id' && id !== '@iot.id') || item.left.parts.length !== 2) return undefined;
    if (typeof value !== 'number' && typeof value !== 'string') return undefined;
    ids.add(value);
  }
  return ids.size > 0 ? ids : undefined;
}
