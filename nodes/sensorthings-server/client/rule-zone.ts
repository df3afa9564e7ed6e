/** A zone as part of a rule: boxes and outlines for a server to look in, and the check that counts. */
import { familyOf } from '../../city-zones/zones/family';
import { polygonsOf, type Position, type Ring, type Zone, type ZoneShape } from '../../city-zones/zones/model';
import type { PreparedArea } from '../../city-zones/zones/prepared-area';
import { ZoneIndex } from '../../city-zones/zones/zone-index';
import type { Area, RuleZone } from './rule';

/** Characters of all outlines together: longer ones do not fit into an address. */
const LONGEST = 4500;
/**
 * Degrees between two corners: some servers draw great circles from corner to corner. In steps of 5 km those lie less
 * than a metre from the lines of the map that we (and PostGIS) mean, up to 70 degrees of latitude.
 */
const STEP = 0.05;

/**
 * @param zones all zones of the city, as `readZones` gives them
 * @returns `undefined` where there is no zone of this id
 */
export function ruleZone(zones: readonly Zone[], id: string): RuleZone | undefined {
  const family = familyOf(zones, id);
  const zone = family.find((one) => one.id === id);
  if (!zone) return undefined;
  const index = new ZoneIndex(family);
  return {
    id,
    name: zone.name,
    boxes: boxesOf(index.parts.flat()),
    outlines: outlinesOf(family.map(({ shape }) => shape)),
    contains: ([lon, lat]) => index.zonesAt(lon, lat).length > 0,
  };
}

/** One box, or one on each side of the date line where the zone crosses it. */
function boxesOf(parts: readonly PreparedArea[]): Area[] {
  const crosses = parts.some(({ west, east }) => west < -180 || east > 180);
  const pieces = parts.flatMap((part) => (crosses ? wrapped(part) : [part]));
  const sides = crosses
    ? [pieces.filter((piece) => piece.west + piece.east > 0), pieces.filter((piece) => piece.west + piece.east <= 0)]
    : [pieces];
  return sides.filter((side) => side.length > 0).map(around);
}

function wrapped({ west, south, east, north }: Area): Area[] {
  if (east - west >= 360) return [{ west: -180, south, east: 180, north }];
  if (east > 180)
    return [...(west < 180 ? [{ west, south, east: 180, north }] : []), { west: Math.max(west, 180) - 360, south, east: east - 360, north }]; // prettier-ignore
  if (west < -180)
    return [...(east > -180 ? [{ west: -180, south, east, north }] : []), { west: west + 360, south, east: Math.min(east, -180) + 360, north }]; // prettier-ignore
  return [{ west, south, east, north }];
}

const around = (boxes: readonly Area[]): Area => ({
  west: Math.max(-180, least(boxes.map(({ west }) => west))),
  south: Math.max(-90, least(boxes.map(({ south }) => south))),
  east: Math.min(180, -least(boxes.map(({ east }) => -east))),
  north: Math.min(90, -least(boxes.map(({ north }) => -north))),
});

const least = (list: readonly number[]): number => list.reduce((a, b) => Math.min(a, b), Infinity);

/** Circles and corridors go by distance, and what crosses the date line lies on two maps: their boxes are asked for. */
function outlinesOf(shapes: readonly ZoneShape[]): string[] {
  const out: string[] = [];
  let length = 0;
  for (const shape of shapes) {
    if (shape.type === 'Circle' || shape.type === 'Corridor') return [];
    for (const rings of polygonsOf(shape)) {
      if (!rings.every((ring) => ring.every(([lon]) => Math.abs(lon) <= 180))) return [];
      // a look before the long way: each corner takes some characters
      if (rings.reduce((sum, ring) => sum + 4 * ring.length, length) > LONGEST) return [];
      const text = `POLYGON(${rings.map((ring) => `(${corners(ring)})`).join()})`;
      length += text.length;
      if (length > LONGEST) return [];
      out.push(text);
    }
  }
  return out;
}

function corners(ring: Ring): string {
  const points: Position[] = ring.slice(0, 1);
  for (const [i, [x, y]] of ring.slice(1).entries()) {
    const [a, b] = ring[i]!;
    const steps = Math.min(LONGEST, Math.max(1, Math.ceil(Math.hypot(x - a, y - b) / STEP)));
    for (let n = 1; n < steps; n++) points.push([a + ((x - a) * n) / steps, b + ((y - b) * n) / steps]);
    points.push([x, y]);
  }
  return points.map((point) => point.map(decimal).join(' ')).join();
}

/** To a tenth of a millimetre, and never as `1e-7`, which not every server reads. */
const decimal = (degrees: number): string => degrees.toFixed(9).replace(/\.?0+$/, '').replace(/^-0$/, '0'); // prettier-ignore
