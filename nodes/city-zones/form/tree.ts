/** Zones as a tree: what is a part of another one comes after it, one step further in. */
import type { Zone } from '../zones/model';

export interface Branch<Z> {
  zone: Z;
  depth: number;
}

/** Every zone once, in the order of the list within one parent; a zone that is its own part by mistake comes last. */
export function treeOrder<Z extends Pick<Zone, 'id' | 'parent'>>(zones: readonly Z[]): Branch<Z>[] {
  const ids = new Set(zones.map(({ id }) => id));
  const parts = new Map<string | undefined, Z[]>();
  for (const zone of zones) {
    const parent = zone.parent !== undefined && ids.has(zone.parent) ? zone.parent : undefined;
    const list = parts.get(parent);
    if (list) list.push(zone);
    else parts.set(parent, [zone]);
  }
  const out: Branch<Z>[] = [];
  const seen = new Set<Z>();
  const stack: Branch<Z>[] = (parts.get(undefined) ?? []).map((zone) => ({ zone, depth: 0 })).reverse();
  while (stack.length > 0) {
    const branch = stack.pop()!;
    if (seen.has(branch.zone)) continue;
    seen.add(branch.zone);
    out.push(branch);
    const inner = parts.get(branch.zone.id) ?? [];
    for (let i = inner.length - 1; i >= 0; i--) stack.push({ zone: inner[i]!, depth: branch.depth + 1 });
  }
  for (const zone of zones) if (!seen.has(zone)) out.push({ zone, depth: 0 });
  return out;
}
