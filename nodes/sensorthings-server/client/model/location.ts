/** The place of a Thing from its Locations, one of several. */
import { isRecord, pick, pickAny, type Raw, records, text } from '../tolerant';
import { type Geometry, isSwapped, readGeometry } from './geometry';

/** Locations of one Thing that are looked at. */
const MOST = 20;

/** The geometry of a Location, Feature or FeatureOfInterest, with what was expanded or flattened into it. */
export function geometryOf(entity: Raw): unknown {
  return pickAny(entity, 'location', 'feature', 'geometry');
}

/**
 * Of several Locations the best: GeoJSON before other encodings, then a point before areas, then the smallest.
 * An automatic one without geometry (`{}`) is passed over.
 */
export function placeOfLocations(raw: unknown): Geometry | undefined {
  let best: { geometry: Geometry; rank: number } | undefined;
  for (const location of records(raw).slice(0, MOST)) {
    const geometry = readGeometry(geometryOf(location));
    if (!geometry) continue;
    const rank = (isGeoJson(location) ? 0 : 2) + (geometry.kind === 'point' ? 0 : 1);
    const better = best === undefined || rank < best.rank || (rank === best.rank && geometry.size < best.geometry.size);
    if (better) best = { geometry, rank };
  }
  return best?.geometry;
}

function isGeoJson(location: Raw): boolean {
  const encoding = text(pick(location, 'encodingType'));
  if (encoding !== undefined) return /geo\+?json/i.test(encoding);
  const geometry = geometryOf(location);
  return isRecord(geometry) && pick(geometry, 'type') !== undefined;
}

/** Whether one of the Locations has latitude and longitude in the wrong order. */
export function anySwapped(raw: unknown): boolean {
  return records(raw)
    .slice(0, MOST)
    .some((location) => isSwapped(geometryOf(location)));
}
