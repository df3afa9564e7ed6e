import { LIMITS, type Zone } from './model';

/**
 * A zone and all that are parts of it, however deep: a place in one of them is in the zone, whatever its own outline
 * (as {@link ZoneIndex} has it). Empty where there is no zone of this id.
 */
export function familyOf(zones: readonly Zone[], id: string): Zone[] {
  const byId = new Map(zones.map((zone) => [zone.id, zone]));
  const belongs = (zone: Zone): boolean => {
    let at: Zone | undefined = zone;
    for (let depth = 0; at && depth <= LIMITS.depth; depth++) {
      if (at.id === id) return true;
      at = at.parent === undefined ? undefined : byId.get(at.parent);
    }
    return false;
  };
  return byId.has(id) ? zones.filter(belongs) : [];
}
