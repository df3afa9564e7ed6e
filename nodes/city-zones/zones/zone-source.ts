import type { Zone } from './model';
import type { ZoneIndex } from './zone-index';

/** What a running `city-zones` node offers to the nodes that refer to it. */
export interface ZoneSource {
  readonly zones: readonly Zone[];
  readonly index: ZoneIndex;
}

/** The zones of a configuration node, or `undefined` where the node is missing or is something else. */
export function asZoneSource(node: unknown): ZoneSource | undefined {
  return typeof node === 'object' && node !== null && 'index' in node && 'zones' in node
    ? (node as ZoneSource)
    : undefined;
}
