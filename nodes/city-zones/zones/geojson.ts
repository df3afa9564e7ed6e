import {
  countPositions,
  DEFAULT_LEVEL,
  Findings,
  LIMITS,
  type Finding,
  type Ring,
  type Zone,
  type ZoneShape,
} from './model';
import { outlineOf } from './outline';
import { readShape } from './read-zones';
import { readFeatures, type AxisOrder, type RawFeature } from './geojson-read';
import { cleanPolygon, findCrossing, place } from './rings';
import { untangle } from './untangle';

export interface ImportOptions {
  /** Property that holds the name; guessed when left out. */
  nameProperty?: string;
  /** Property that holds the id; guessed when left out. */
  idProperty?: string;
  /** Property that holds the level; {@link level} for all when left out. */
  levelProperty?: string;
  /** Level of the zones that do not say their own. */
  level?: string;
  /** Parent of the zones that do not say their own. */
  parent?: string;
  /** `auto` looks at the numbers. */
  axisOrder?: AxisOrder;
  /** Ids that are taken already, so that the new zones get others. */
  takenIds?: Iterable<string>;
}

export interface ImportResult {
  zones: Zone[];
  /** What could not be used, or is doubtful (`selfCrossing`): the sentence for `code` says which. */
  problems: Finding[];
  /** What was mended on the way. */
  repaired: Finding[];
}

/** A property of the features of a file, for the choice of the name. */
export interface PropertySummary {
  property: string;
  /** How many features have it. */
  count: number;
  /** How many different values it has. */
  distinct: number;
  sample: string;
}

const NAMES = ['name', 'title', 'label', 'area_name', 'zone', 'district', 'nam', 'bez', 'nom', 'nombre'];
const IDS = ['id', 'zone_id', 'code', 'area_code', 'gid', 'fid', 'osm_id'];
const LEVELS = ['level', 'zone_level'];
const PARENTS = ['parent', 'parent_id'];

/**
 * Reads zones from GeoJSON (text or object): Feature, FeatureCollection, Geometry or GeometryCollection.
 * Common faults are mended and said; what cannot be used is left out and said. Does not throw on any text or
 * parsed JSON.
 */
export function importGeoJson(source: unknown, options: ImportOptions = {}): ImportResult {
  const problems = new Findings();
  const repaired = new Findings();
  const zones: Zone[] = [];
  const file = readFeatures(source, options.axisOrder ?? 'auto', problems, repaired);
  const choice = chooseProperties(file.features, options);
  const taken = new Set(options.takenIds);
  let positions = 0;
  file.features.forEach((feature, i) => {
    const name = labelOf(feature, choice.name) ?? labelOf(feature, choice.id) ?? `${i + 1}`;
    const shape = cleanGeometry(feature, { zone: name, swap: file.swap, problems, repaired });
    if (!shape) return;
    positions += countPositions(shape);
    if (positions > LIMITS.positions) return problems.add('tooManyPositions', name, { limit: LIMITS.positions });
    if (labelOf(feature, choice.name) === undefined) repaired.add('noName', name);
    const wanted = labelOf(feature, choice.id) ?? feature.id ?? slug(name, i);
    const id = freeId(wanted, taken);
    if (id !== wanted) repaired.add('idTaken', name, { wanted, id });
    taken.add(id);
    zones.push(makeZone(id, name, shape, feature, choice, options));
  });
  if (zones.length === 0 && problems.list.length === 0) problems.add('nothing');
  return { zones, problems: problems.all(), repaired: repaired.all() };
}

/** The zones as a GeoJSON FeatureCollection that {@link importGeoJson} reads back unchanged. */
export function exportGeoJson(zones: readonly Zone[]): { type: 'FeatureCollection'; features: object[] } {
  return {
    type: 'FeatureCollection',
    features: zones.map(({ id, name, names, level, parent, colour, shape }) => ({
      type: 'Feature',
      id,
      properties: {
        id,
        name,
        ...Object.fromEntries(Object.entries(names ?? {}).map(([language, text]) => [`name_${language}`, text])),
        level,
        ...(parent === undefined ? {} : { parent }),
        ...(colour === undefined ? {} : { colour }),
        ...metricOf(shape),
      },
      geometry: outlineOf(shape),
    })),
  };
}

/** What an outline does not say: so that a circle comes back as a circle. */
function metricOf(shape: ZoneShape): object {
  if (shape.type === 'Circle') return { circle: { center: shape.center, radius: shape.radius } };
  if (shape.type === 'Corridor') return { corridor: { line: shape.line, width: shape.width } };
  return {};
}

/** The properties that the features of a file have, those most useful as a name first. */
export function listProperties(source: unknown): PropertySummary[] {
  return summarise(readFeatures(source, 'auto', new Findings(), new Findings()).features);
}

function summarise(features: readonly RawFeature[]): PropertySummary[] {
  const found = new Map<string, { count: number; values: Set<string> }>();
  for (const { properties } of features) {
    for (const [property, value] of Object.entries(properties)) {
      const text = toLabel(value);
      if (text === undefined || (found.size >= 100 && !found.has(property))) continue;
      const entry = found.get(property) ?? { count: 0, values: new Set<string>() };
      entry.count++;
      entry.values.add(text);
      found.set(property, entry);
    }
  }
  return [...found]
    .map(([property, { count, values }]) => {
      const [sample = ''] = values;
      return { property, count, distinct: values.size, sample };
    })
    .sort((a, b) => rank(a.property, NAMES) - rank(b.property, NAMES) || b.distinct - a.distinct);
}

interface Choice {
  name?: string;
  id?: string;
  level?: string;
  parent?: string;
}

function chooseProperties(features: readonly RawFeature[], options: ImportOptions): Choice {
  const summary = summarise(features);
  const guess = (wanted: readonly string[], unique = false): string | undefined =>
    summary
      .filter(({ property }) => rank(property, wanted) < wanted.length)
      .filter(({ distinct }) => !unique || distinct === features.length)
      .sort((a, b) => rank(a.property, wanted) - rank(b.property, wanted))[0]?.property;
  // where no property is called a name, one with different texts for all is the best guess
  const text = summary.find((s) => s.distinct === features.length && Number.isNaN(Number(s.sample)))?.property;
  return {
    name: options.nameProperty ?? guess(NAMES) ?? text,
    id: options.idProperty ?? guess(IDS, true),
    level: options.levelProperty ?? guess(LEVELS),
    parent: guess(PARENTS),
  };
}

function rank(property: string, wanted: readonly string[]): number {
  const at = wanted.indexOf(property.toLowerCase());
  return at < 0 ? wanted.length : at;
}

/** A circle or a corridor that {@link exportGeoJson} has written beside its outline. */
function metric({ properties }: RawFeature): ZoneShape | undefined {
  const own = (name: string): object =>
    Object(Object.hasOwn(properties, name) ? properties[name] : undefined) as object;
  const circle = readShape({ ...own('circle'), type: 'Circle' }, '', new Findings());
  return circle ?? readShape({ ...own('corridor'), type: 'Corridor' }, '', new Findings());
}

function cleanGeometry(feature: RawFeature, context: Parameters<typeof cleanPolygon>[1]): ZoneShape | undefined {
  const known = metric(feature);
  if (known) return known;
  const polygons: Ring[][] = [];
  for (const raw of feature.polygons.flatMap((one) => takenApart(one, context))) {
    const rings = cleanPolygon(raw, context);
    if (!rings) continue;
    const crossing = findCrossing(rings);
    if (crossing === 'unknown') context.problems.add('notChecked', context.zone);
    else if (crossing) context.problems.add('selfCrossing', context.zone, place(crossing));
    polygons.push(rings);
  }
  if (polygons.length === 0) return undefined;
  return polygons.length === 1
    ? { type: 'Polygon', coordinates: polygons[0]! }
    : { type: 'MultiPolygon', coordinates: polygons };
}

/** A polygon that crosses itself becomes several that do not. */
function takenApart(raw: unknown, { swap, zone, repaired }: Parameters<typeof cleanPolygon>[1]): unknown[] {
  const untangled = untangle(raw);
  if (!untangled) return [raw];
  const [x, y] = untangled.at;
  repaired.add('untangled', zone, { ...place(swap ? [y, x] : [x, y]), count: untangled.polygons.length });
  return untangled.polygons;
}

function makeZone(
  id: string,
  name: string,
  shape: ZoneShape,
  feature: RawFeature,
  choice: Choice,
  options: ImportOptions,
): Zone {
  const zone: Zone = { id, name, level: labelOf(feature, choice.level) ?? options.level ?? DEFAULT_LEVEL, shape };
  const names = otherNames(feature, name);
  if (names) zone.names = names;
  const parent = labelOf(feature, choice.parent) ?? options.parent;
  if (parent !== undefined && parent !== id) zone.parent = parent;
  const colour = labelOf(feature, 'colour') ?? labelOf(feature, 'color');
  if (colour !== undefined && colour.length <= 30) zone.colour = colour;
  return zone;
}

/** Names in further languages, written as `name_th` or `name:th`. */
function otherNames({ properties }: RawFeature, name: string): Record<string, string> | undefined {
  const names: [string, string][] = [];
  for (const [property, value] of Object.entries(properties)) {
    const language = /^name[_:]([a-z]{2}(?:-[A-Z]{2})?)$/.exec(property)?.[1];
    const text = toLabel(value);
    if (language !== undefined && text !== undefined && text !== name && names.length < 20)
      names.push([language, text]);
  }
  return names.length > 0 ? Object.fromEntries(names) : undefined;
}

function labelOf({ properties }: RawFeature, property: string | undefined): string | undefined {
  if (property === undefined || !Object.hasOwn(properties, property)) return undefined;
  return toLabel(properties[property]);
}

function toLabel(value: unknown): string | undefined {
  if (typeof value !== 'string' && !Number.isFinite(value)) return undefined;
  const text = String(value).trim().slice(0, LIMITS.label);
  return text === '' ? undefined : text;
}

function slug(name: string, number: number): string {
  const text = name
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return text === '' ? `zone-${number + 1}` : text;
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let n = 2;
  while (taken.has(`${wanted}-${n}`)) n++;
  return `${wanted}-${n}`;
}
