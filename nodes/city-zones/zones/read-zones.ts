import {
  countPositions,
  DEFAULT_LEVEL,
  Findings,
  LIMITS,
  type Finding,
  type Position,
  type Ring,
  type Zone,
  type ZoneShape,
} from './model';
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
    positions += countPositions(zone.shape);
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
  const { id, name, names, level, parent, colour, shape } = renamed(raw);
  if (!isLabel(id)) {
    problems.add('noId', isLabel(name) ? name : undefined);
    return undefined;
  }
  const label = isLabel(name) ? name : id;
  if (ids.has(id)) {
    problems.add('idTwice', label, { id });
    return undefined;
  }
  const outline = readShape(shape, label, problems);
  if (!outline) return undefined;
  return {
    id,
    name: label,
    ...(isNames(names) ? { names } : {}),
    level: isLabel(level) ? level : DEFAULT_LEVEL,
    ...(isLabel(parent) ? { parent } : {}),
    ...(isLabel(colour) ? { colour } : {}),
    shape: outline,
  };
}

/** The first version of the saved list said `color` and `geometry`. */
function renamed(raw: unknown): Record<string, unknown> {
  const fields = Object(raw) as Record<string, unknown>;
  return { ...fields, colour: fields['colour'] ?? fields['color'], shape: fields['shape'] ?? fields['geometry'] };
}

/**
 * Reads one shape, as it is saved or as a message brings it.
 * @returns the shape with rings that are closed and wound as GeoJSON wants them, or `undefined` (the reason is told)
 */
export function readShape(raw: unknown, zone: string, problems: Findings): ZoneShape | undefined {
  const { type, coordinates, center, radius, line, width } = Object(raw) as Record<string, unknown>;
  if (type === 'Circle') return readCircle(center, radius, zone, problems);
  if (type === 'Corridor') return readCorridor(line, width, zone, problems);
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

function readCircle(center: unknown, radius: unknown, zone: string, problems: Findings): ZoneShape | undefined {
  const at = readPosition(center);
  if (!at) problems.add('badPosition', zone, { number: 1 });
  else if (isLength(radius, LIMITS.radius)) return { type: 'Circle', center: at, radius };
  else problems.add('badRadius', zone, { limit: LIMITS.radius / 1000 });
  return undefined;
}

function readCorridor(line: unknown, width: unknown, zone: string, problems: Findings): ZoneShape | undefined {
  const positions = Array.isArray(line) ? (line as unknown[]).slice(0, LIMITS.line + 1).map(readPosition) : [];
  const wrong = positions.findIndex((position) => position === undefined);
  if (wrong >= 0) problems.add('badPosition', zone, { number: wrong + 1 });
  else if (positions.length < 2 || positions.length > LIMITS.line) {
    problems.add('badLine', zone, { limit: LIMITS.line });
  } else if (isLength(width, LIMITS.width)) return { type: 'Corridor', line: positions as Position[], width };
  else problems.add('badWidth', zone, { limit: LIMITS.width / 1000 });
  return undefined;
}

/** Heights are dropped; longitudes may go on past 180 degrees, as those of outlines do. */
function readPosition(raw: unknown): Position | undefined {
  const [lon, lat] = Array.isArray(raw) ? (raw as unknown[]) : [];
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  return Math.abs(lon) <= 360 && Math.abs(lat) <= 90 ? [lon, lat] : undefined;
}

function isLength(value: unknown, limit: number): value is number {
  return typeof value === 'number' && value > 0 && value <= limit;
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
