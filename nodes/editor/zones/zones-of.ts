import { migrations } from '../../city-zones/migrations';
import type { Zone } from '../../city-zones/zones/model';
import { migrate } from '../../runtime/migrate';

/** Lists that were brought up to date: they are asked for with every stroke on a map. */
const known = new WeakMap<object, Zone[]>();

/** The zones of a configuration node, as they stand in the editor (deployed or not, of whatever version). */
export function zonesOf(id: string): Zone[] {
  const node = id === '_ADD_' ? null : RED.nodes.node(id);
  if (!Array.isArray(node?.zones)) return [];
  const saved = node.zones as object;
  const zones =
    known.get(saved) ?? (migrate({ version: node.version, zones: saved } as never, migrations)['zones'] as Zone[]);
  known.set(saved, zones);
  return zones;
}
