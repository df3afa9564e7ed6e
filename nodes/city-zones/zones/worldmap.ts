/** Zones as node-red-contrib-web-worldmap draws them, and what people draw there as zones. */
import { Findings, polygonsOf, type CorridorShape, type Position, type Zone, type ZoneShape } from './model';
import { outlineOf } from './outline';
import { readShape } from './read-zones';

/** Latitude comes first, as everywhere in that map. */
type LatLon = [number, number];

/** One shape for the map. */
export interface MapShape {
  name: string;
  layer: string;
  color: string;
  fillColor: string;
  fillOpacity: number;
  clickable: boolean;
  popup: string;
  lat?: number;
  lon?: number;
  radius?: number;
  area?: LatLon[] | LatLon[][] | LatLon[][][];
  /** Of a corridor, which the map draws as its outline: what it is, for who reads the message as zones again. */
  corridor?: Pick<CorridorShape, 'line' | 'width'>;
}

/** What people drew: its name on the map, and its shape; without one it was deleted there. */
export interface DrawnShape {
  name: string;
  shape?: ZoneShape;
}

const LAYER = 'zones';
/** Degrees within which two corners are one: a tenth of a metre, as maps round. */
const SAME = 1e-6;
const COLOURS: Readonly<Record<string, string>> = {
  blue: '#2b6cb0',
  green: '#2f855a',
  orange: '#c05621',
  red: '#c53030',
  yellow: '#b7791f',
  grey: '#4a5568',
};

/** The name of each zone on the map, which knows its things by name alone: two of one name get their id behind it. */
export function mapNames(zones: readonly Zone[]): Map<string, Zone> {
  const names = new Map<string, Zone>();
  for (const zone of zones) names.set(names.has(zone.name) ? `${zone.name} (${zone.id})` : zone.name, zone);
  return names;
}

/** Zones as shapes for the map, the large ones first, as they are given. */
export function toWorldmap(zones: readonly Zone[]): MapShape[] {
  return [...mapNames(zones)].map(([name, zone]) => {
    const colour = COLOURS[zone.colour ?? ''] ?? COLOURS['blue']!;
    return {
      name: plain(name),
      layer: LAYER,
      color: colour,
      fillColor: colour,
      fillOpacity: 0.1,
      clickable: true,
      popup: plain(`${zone.name} (${zone.level})`),
      ...drawn(zone.shape),
    };
  });
}

/** The popup of the map is HTML, and a name is anything that somebody typed. */
function plain(text: string): string {
  return text.replace(/[<>&"'`{}$]/g, ' ');
}

function drawn(shape: ZoneShape): Pick<MapShape, 'lat' | 'lon' | 'radius' | 'area' | 'corridor'> {
  if (shape.type === 'Circle') return { lat: shape.center[1], lon: shape.center[0], radius: shape.radius };
  const polygons = polygonsOf(outlineOf(shape)).map((rings) =>
    // the map closes rings itself
    rings.map((ring) => ring.slice(0, -1).map(([lon, lat]): LatLon => [lat, lon])),
  );
  const [first] = polygons;
  const area = polygons.length > 1 ? polygons : first!.length > 1 ? first! : first![0]!;
  return shape.type === 'Corridor' ? { area, corridor: { line: shape.line, width: shape.width } } : { area };
}

/**
 * The corridor whose outline this is: the one that the message says, or the one that the zone is already. An outline
 * that was changed on the map is no corridor any more.
 */
function corridorOf(area: readonly unknown[], said: unknown, known: ZoneShape | undefined): ZoneShape | undefined {
  const own = readShape({ ...Object(said), type: 'Corridor' }, '', new Findings());
  const drawnRing = positionsOf(area);
  return [own, known].find((shape) => {
    if (shape?.type !== 'Corridor') return false;
    const ring = positionsOf(drawn(shape).area);
    const same = ([x, y]: Position, i: number): boolean =>
      Math.abs(x - drawnRing[i]![0]) < SAME && Math.abs(y - drawnRing[i]![1]) < SAME;
    return ring.length === drawnRing.length && ring.every(same);
  });
}

/**
 * Reads a message of the map's input node about a shape that was drawn, edited or deleted; also one that
 * {@link toWorldmap} made.
 * @param width metres that a line is given
 * @param known the shape that a zone of this name has now: an outline that is still that of its corridor stays one
 * @returns `undefined` where the message is about something else
 */
export function fromWorldmap(
  payload: unknown,
  width: number,
  known: (name: string) => ZoneShape | undefined = () => undefined,
): DrawnShape | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
  const { action, name, deleted, area, line, radius, lat, lon, points, corridor } = payload as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') return undefined;
  if (deleted === true || action === 'delete' || action === 'drawdelete') return { name };
  const ring = area ?? points;
  if (Array.isArray(ring)) return { name, shape: corridorOf(ring, corridor, known(name)) ?? areaOf(ring) };
  if (Array.isArray(line)) return { name, shape: { type: 'Corridor', line: positionsOf(line), width } };
  const [x, y, reach] = [Number(lon), Number(lat), Number(radius)];
  if (!(reach > 0) || Number.isNaN(x + y)) return undefined;
  return { name, shape: { type: 'Circle', center: [x, y], radius: reach } };
}

/** A ring, a ring with its holes, or several of those. Two corners are a rectangle. */
function areaOf(area: readonly unknown[]): ZoneShape {
  if (isPosition(area[0])) {
    const ring = positionsOf(area);
    if (ring.length !== 2) return { type: 'Polygon', coordinates: [closed(ring)] };
    const [[west, south], [east, north]] = ring as [Position, Position];
    return { type: 'Polygon', coordinates: [closed([[west, south], [east, south], [east, north], [west, north]])] }; // prettier-ignore
  }
  const rings = (part: unknown): Position[][] =>
    (Array.isArray(part) ? (part as unknown[]) : []).map((ring) => closed(positionsOf(ring)));
  const [first] = area;
  if (Array.isArray(first) && isPosition(first[0])) return { type: 'Polygon', coordinates: rings(area) };
  return { type: 'MultiPolygon', coordinates: area.map(rings) };
}

function isPosition(raw: unknown): boolean {
  return Array.isArray(raw) ? typeof raw[0] === 'number' : typeof raw === 'object' && raw !== null && 'lat' in raw;
}

/** Positions as Leaflet writes them: `{ lat, lng }` or `[lat, lon]`; what is none stays wrong and is told later. */
function positionsOf(raw: unknown): Position[] {
  return (Array.isArray(raw) ? (raw as unknown[]) : []).map((one) => {
    if (Array.isArray(one)) return [one[1], one[0]] as Position;
    const { lat, lng, lon } = Object(one) as Record<string, unknown>;
    return [lng ?? lon, lat] as Position;
  });
}

function closed(ring: Position[]): Position[] {
  return ring.length === 0 ? ring : [...ring, [...ring[0]!]];
}
