import { LIMITS, type Findings } from './model';

/** Which number of a position comes first. `auto` looks at the numbers. */
export type AxisOrder = 'auto' | 'lon-lat' | 'lat-lon';

/** A feature before its outlines are looked at. */
export interface RawFeature {
  id?: string;
  properties: Record<string, unknown>;
  /** The `coordinates` of each of its polygons. */
  polygons: unknown[];
}

export interface RawFile {
  features: RawFeature[];
  /** The file has latitude first. */
  swap: boolean;
}

const NOTHING: RawFile = { features: [], swap: false };
const DEEPEST = 10;
/** Objects that are looked at: a file that goes around in circles comes to an end. */
const MOST_NODES = 200_000;

/** All names of longitude and latitude in WGS84 that are seen in files; with or without height. */
const WGS84 = /(?:CRS84h?|EPSG:{1,2}(?:[\d.]*:)?(?:4326|4979))$/i;

/** Reads the features with areas from GeoJSON text or object; says what it does not understand. */
export function readFeatures(source: unknown, order: AxisOrder, problems: Findings, repaired: Findings): RawFile {
  const root = typeof source === 'string' ? parse(source, problems) : source;
  if (root === undefined) return NOTHING;
  if (!isRecord(root)) {
    problems.add('notGeoJson');
    return NOTHING;
  }
  const crs = crsName(root.crs);
  if (crs !== undefined && !WGS84.test(crs)) {
    problems.add('otherCrs', undefined, { crs: crs.slice(0, 100) });
    return NOTHING;
  }
  const collector = new Collector(problems);
  collector.take(root, 0, undefined);
  collector.finish();
  const range = measure(collector.features);
  if (range.first > 360 || range.second > 360) {
    problems.add('projected', undefined, { value: String(Math.max(range.first, range.second)) });
    return NOTHING;
  }
  const swap = order === 'auto' ? looksSwapped(collector.features, range) : order === 'lat-lon';
  if (swap && order === 'auto') repaired.add('swapped');
  if (range.heights) repaired.add('heights');
  return { features: collector.features, swap };
}

function parse(text: string, problems: Findings): unknown {
  if (text.length > LIMITS.text) {
    problems.add('tooLong', undefined, { limit: LIMITS.text / 1e6 });
    return undefined;
  }
  const body = text.replace(/^\uFEFF/, '').trim();
  if (body === '') problems.add('empty');
  else if (body.startsWith('<')) problems.add('xml');
  else {
    try {
      return JSON.parse(body) as unknown;
    } catch (error) {
      problems.add('notJson', undefined, { reason: error instanceof Error ? error.message.slice(0, 200) : '' });
    }
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function crsName(crs: unknown): string | undefined {
  if (!isRecord(crs)) return undefined;
  const { properties } = crs;
  if (isRecord(properties) && typeof properties.name === 'string') return properties.name;
  return typeof crs.type === 'string' ? crs.type : undefined;
}

/** Walks through the nested objects of a file and keeps the areas. */
class Collector {
  readonly features: RawFeature[] = [];
  private readonly others = new Map<string, number>();
  private tooMany = 0;
  private nodes = 0;

  constructor(private readonly problems: Findings) {}

  take(node: unknown, depth: number, feature: RawFeature | undefined): void {
    if (!isRecord(node)) return this.skip('?');
    if (this.nodes++ > MOST_NODES) return;
    if (depth > DEEPEST) return this.problems.add('tooDeep');
    const { type } = node;
    if (type === 'FeatureCollection') {
      for (const one of asArray(node.features)) this.take(one, depth + 1, undefined);
    } else if (type === 'Feature') this.takeFeature(node, depth);
    else if (feature === undefined) this.keep({ properties: {}, polygons: [] }, node, depth);
    else if (type === 'Polygon') feature.polygons.push(node.coordinates);
    else if (type === 'MultiPolygon') feature.polygons.push(...asArray(node.coordinates).slice(0, LIMITS.positions));
    else if (type === 'GeometryCollection') {
      for (const one of asArray(node.geometries)) this.take(one, depth + 1, feature);
    } else if (type === 'Topology') this.problems.add('topoJson');
    else this.skip(typeof type === 'string' ? type.slice(0, 40) : '?');
  }

  /** Says once per kind what was left out. */
  finish(): void {
    for (const [type, count] of this.others) {
      if (type === '?') this.problems.add('notAFeature', undefined, { count });
      else this.problems.add('notAnArea', undefined, { type, count });
    }
    if (this.tooMany > 0 || this.nodes > MOST_NODES)
      this.problems.add('tooManyZones', undefined, { limit: LIMITS.zones });
  }

  private takeFeature(node: Record<string, unknown>, depth: number): void {
    const { id, properties, geometry } = node;
    const feature: RawFeature = { properties: isRecord(properties) ? properties : {}, polygons: [] };
    if (typeof id === 'string' || typeof id === 'number') feature.id = String(id).slice(0, LIMITS.label);
    if (geometry === null || geometry === undefined) this.skip('null');
    else this.keep(feature, geometry, depth);
  }

  private keep(feature: RawFeature, geometry: unknown, depth: number): void {
    if (this.features.length >= LIMITS.zones) {
      this.tooMany++;
      return;
    }
    this.take(geometry, depth + 1, feature);
    if (feature.polygons.length > 0) this.features.push(feature);
  }

  private skip(type: string): void {
    if (this.others.size < 20 || this.others.has(type)) this.others.set(type, (this.others.get(type) ?? 0) + 1);
  }
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

interface Range {
  /** Largest absolute first and second number of all positions. */
  first: number;
  second: number;
  heights: boolean;
}

function measure(features: readonly RawFeature[]): Range {
  const range: Range = { first: 0, second: 0, heights: false };
  for (const position of positionsOf(features)) {
    range.first = Math.max(range.first, Math.abs(position[0]!));
    range.second = Math.max(range.second, Math.abs(position[1]!));
    if (position.length > 2) range.heights = true;
  }
  return range;
}

function* positionsOf(features: readonly RawFeature[]): Generator<number[]> {
  for (const { polygons } of features) {
    for (const polygon of polygons) {
      for (const ring of asArray(polygon)) {
        for (const position of asArray(ring)) {
          if (Array.isArray(position) && Number.isFinite(position[0]) && Number.isFinite(position[1])) {
            yield position as number[];
          }
        }
      }
    }
  }
}

/**
 * Latitude first is certain where a second number is larger than 90 and no first number is. Where both readings are
 * possible, a file whose features also give their latitude and longitude as properties tells.
 */
function looksSwapped(features: readonly RawFeature[], range: Range): boolean {
  if (range.second > 90) return range.first <= 90;
  let [right, wrong] = [0, 0];
  for (const feature of features) {
    const lon = coordinate(feature.properties, ['lon', 'lng', 'longitude', 'long']);
    const lat = coordinate(feature.properties, ['lat', 'latitude']);
    const first = positionsOf([feature]).next();
    if (lon === undefined || lat === undefined || first.done) continue;
    const [a, b] = first.value as [number, number];
    const distance = (x: number, y: number): number => Math.hypot(x - lon, y - lat);
    if (distance(a, b) > distance(b, a)) wrong++;
    else right++;
  }
  return wrong > right;
}

function coordinate(properties: Record<string, unknown>, names: readonly string[]): number | undefined {
  for (const name of names) {
    if (!Object.hasOwn(properties, name)) continue;
    const raw = properties[name];
    const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
    if (typeof value === 'number' && Math.abs(value) <= 360) return value;
  }
  return undefined;
}
