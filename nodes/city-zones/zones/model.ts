/** One position in GeoJSON order: longitude, latitude in WGS84 degrees. Heights are dropped on import. */
export type Position = [number, number];
/** A closed ring: the last position repeats the first. */
export type Ring = Position[];

export interface PolygonGeometry {
  type: 'Polygon';
  /** The outer ring, then its holes. */
  coordinates: Ring[];
}

export interface MultiPolygonGeometry {
  type: 'MultiPolygon';
  coordinates: Ring[][];
}

/** Areas as GeoJSON knows them. */
export type ZoneGeometry = PolygonGeometry | MultiPolygonGeometry;

/** All points within a distance of a place. GeoJSON has no circles. */
export interface CircleShape {
  type: 'Circle';
  center: Position;
  /** Metres on the ground. */
  radius: number;
}

/** All points within half a width of a line: a road, a river, a bus route. */
export interface CorridorShape {
  type: 'Corridor';
  line: Position[];
  /** Metres from one side to the other. */
  width: number;
}

/** The shape of a zone as it is saved. What draws or exports it asks `outlineOf` for its outline. */
export type ZoneShape = ZoneGeometry | CircleShape | CorridorShape;

/** A named area, as it is saved in the configuration of `city-zones`. */
export interface Zone {
  /** Does not change when the zone is renamed: rules refer to it. */
  id: string;
  name: string;
  /** The name in further languages, such as `{ th: "…" }`. */
  names?: Record<string, string>;
  /** Level in the hierarchy, such as "city", "district", "zone" or "site". */
  level: string;
  /** Id of the zone that this one is a part of. */
  parent?: string;
  /** How the zone is drawn: one of {@link ZONE_COLOURS}; the drawing program chooses when left out. */
  colour?: string;
  shape: ZoneShape;
}

/** Names of colours, not values: each place that draws maps them to its own light and dark values. */
export const ZONE_COLOURS = ['blue', 'green', 'orange', 'red', 'yellow', 'grey'] as const;

/** Level of a zone of which nothing else is said. */
export const DEFAULT_LEVEL = 'zone';

/** Bounds of one list of zones. What goes beyond is refused with a finding, never cut off in silence. */
export const LIMITS = {
  zones: 5000,
  positions: 500_000,
  /** Characters of GeoJSON text. */
  text: 20_000_000,
  /** Characters of an id, a name or a level. */
  label: 200,
  /** Depth of the hierarchy. */
  depth: 20,
  /** Metres: a quarter of the way around the earth. */
  radius: 10_000_000,
  /** Metres. */
  width: 1_000_000,
  /** Positions of the line of a corridor. */
  line: 10_000,
  findings: 200,
} as const;

/**
 * Something that was noticed in a list of zones. `code` is the key of the sentence in the locale file,
 * `zone` says which zone, `params` fills the gaps.
 */
export interface Finding {
  code: string;
  zone?: string;
  params: Record<string, string | number>;
}

/** The polygons of a geometry, each as its rings. */
export function polygonsOf(geometry: ZoneGeometry): readonly Ring[][] {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

/** How many positions a shape is made of. */
export function countPositions(shape: ZoneShape): number {
  if (shape.type === 'Circle') return 1;
  if (shape.type === 'Corridor') return shape.line.length;
  return polygonsOf(shape).reduce((sum, rings) => sum + rings.reduce((n, ring) => n + ring.length, 0), 0);
}

/** Collects findings up to a bound; further ones are counted. */
export class Findings {
  readonly list: Finding[] = [];
  private left = 0;

  add(code: string, zone?: string, params: Record<string, string | number> = {}): void {
    if (this.list.length < LIMITS.findings)
      this.list.push(zone === undefined ? { code, params } : { code, zone, params });
    else this.left++;
  }

  /** The findings, with a last one that says how many more there were. */
  all(): Finding[] {
    return this.left === 0 ? this.list : [...this.list, { code: 'more', params: { count: this.left } }];
  }
}
