import { countPositions, DEFAULT_LEVEL, Findings, LIMITS, type Finding, type Ring, type Zone } from './model';
import { cleanPolygon } from './rings';

/**
 * Reads the zones of a saved configuration, which may have been written by hand or by a program: what cannot be used
 * is left out and said, so that the rest still works.
 */
export function readZones(raw: unknown): { zones: Zone[]; problems: Finding[] } {
  const problems = new Findings();
  const zones: Zone[] = [];
  const ids = new Set<string>();
  let positions = 0;
  for (const one of Array.isArray(raw) ? (raw as unknown[]) : []) {
    if (zones.length >= LIMITS.zones) {
      problems.add('tooManyZones', undefined, { limit: LIMITS.zones });
      break;
    }
    const zone = readZone(one, ids, problems);
    if (!zone) continue;
    positions += countPositions(zone.geometry);
    if (positions > LIMITS.positions) {
      problems.add('tooManyPositions', zone.name, { limit: LIMITS.positions });
      break;
    }
    ids.add(zone.id);
    zones.push(zone);
  }
  checkParents(zones, problems);
  return { zones, problems: problems.all() };
}

function readZone(raw: unknown, ids: ReadonlySet<string>, problems: Findings): Zone | undefined {
  const { id, name, names, level, parent, color, geometry } = Object(raw) as Record<string, unknown>;
  if (!isLabel(id)) {
    problems.add('noId', isLabel(name) ? name : undefined);
    return undefined;
  }
  const label = isLabel(name) ? name : id;
  if (ids.has(id)) {
    problems.add('idTwice', label, { id });
    return undefined;
  }
  const outline = readGeometry(geometry, label, problems);
  if (!outline) return undefined;
  return {
    id,
    name: label,
    ...(isNames(names) ? { names } : {}),
    level: isLabel(level) ? level : DEFAULT_LEVEL,
    ...(isLabel(parent) ? { parent } : {}),
    ...(isLabel(color) ? { color } : {}),
    geometry: outline,
  };
}

function readGeometry(raw: unknown, zone: string, problems: Findings): Zone['geometry'] | undefined {
  const { type, coordinates } = Object(raw) as Record<string, unknown>;
  const parts = type === 'Polygon' ? [coordinates] : type === 'MultiPolygon' ? coordinates : undefined;
  if (!Array.isArray(parts)) {
    problems.add('noOutline', zone);
    return undefined;
  }
  const context = { zone, swap: false, problems, repaired: new Findings() };
  const polygons = parts.map((part) => cleanPolygon(part, context)).filter((rings): rings is Ring[] => !!rings);
  if (polygons.length === 0) return undefined;
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0]! }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** A parent that is missing, or that is its own descendant, is said; the zone itself stays. */
function checkParents(zones: readonly Zone[], problems: Findings): void {
  const byId = new Map(zones.map((zone) => [zone.id, zone]));
  for (const zone of zones) {
    const seen = new Set([zone.id]);
    let at = zone;
    while (at.parent !== undefined) {
      const parent = byId.get(at.parent);
      if (!parent) {
        if (at === zone) problems.add('parentMissing', zone.name, { parent: at.parent });
        break;
      }
      if (seen.has(parent.id) || seen.size > LIMITS.depth) {
        problems.add('parentLoop', zone.name);
        break;
      }
      seen.add(parent.id);
      at = parent;
    }
  }
}

function isLabel(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LIMITS.label;
}

function isNames(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
