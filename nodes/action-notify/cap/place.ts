/** Which zones of the city a warning is for: the finest that a status names, whose outlines are told in place of its evidence's hull. Pure. */
import type { Zone } from '../../city-zones/zones/model';
import { outlineOf } from '../../city-zones/zones/outline';
import { polygonsOf } from '../../city-zones/zones/model';
import { PreparedPolygon } from '../../city-zones/zones/prepared-polygon';
import type { Status } from '../../ecdm/status';

/** Of the corners of a zone that must lie in another one that is around it: outlines are not drawn to the centimetre. */
const MOST = 0.9;
/** Of the way to the middle. */
const INWARDS = 0.01;

/** What the city knows that a status does not say. */
export interface CityFacts {
  /** Of a domain, by its id. */
  domainName(id: string): string | undefined;
  zone(id: string): Zone | undefined;
}

export const NO_CITY: CityFacts = { domainName: () => undefined, zone: () => undefined };

/** A larger zone around one that is named, too, says less: "the city" where "the harbour" is meant. */
export function warnedZones({ key, zones }: Pick<Status, 'key' | 'zones'>, city: CityFacts): Zone[] {
  // a rule that runs for zones has the zone as its key
  const own = city.zone(key);
  if (own !== undefined) return [own];
  const named = (zones ?? []).flatMap(({ id }) => city.zone(id) ?? []);
  const boxes = new Map(named.map((zone) => [zone, boxOf(zone)]));
  return named.filter((zone) => !named.some((other) => other !== zone && isAround(zone, other, boxes, city)));
}

function isAround(zone: Zone, other: Zone, boxes: ReadonlyMap<Zone, Box>, city: CityFacts): boolean {
  for (let at = other, depth = 0; at.parent !== undefined && depth < 20; depth++) {
    if (at.parent === zone.id) return true;
    const parent = city.zone(at.parent);
    if (parent === undefined) break;
    at = parent;
  }
  if (zone.level === other.level) return false;
  const [a, b] = [boxes.get(zone)!, boxes.get(other)!];
  const larger = a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3] && a.some((side, i) => side !== b[i]);
  return larger && holdsMost(zone, other, b);
}

/** A box alone is not enough: that of a river is as large as the districts along it, which are not in the river. */
function holdsMost(zone: Zone, other: Zone, [west, south, east, north]: Box): boolean {
  const area = new PreparedPolygon(polygonsOf(outlineOf(zone.shape)).flat());
  const corners = polygonsOf(outlineOf(other.shape)).flatMap(([outer]) => outer ?? []);
  // a little inwards: a border that both have is on no side
  const inwards = (at: number, middle: number): number => at + (middle - at) * INWARDS;
  const held = corners.filter(([lon, lat]) => area.contains(inwards(lon, (west + east) / 2), inwards(lat, (south + north) / 2))); // prettier-ignore
  return held.length >= corners.length * MOST;
}

type Box = [west: number, south: number, east: number, north: number];

function boxOf({ shape }: Zone): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [outer] of polygonsOf(outlineOf(shape))) {
    for (const [lon, lat] of outer ?? []) {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}
