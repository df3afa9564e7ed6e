/** The area that a Datastream has observed: the hull of the places of its features, as FROST keeps it. */
import type { Entity, Store } from './store';
import { readGeoJson, type Point } from './values';

/** GeoJSON, or nothing where there is no Observation with a place. */
export function observedArea(store: Store, stream: Entity): unknown {
  const slots = new Set<number>();
  for (const row of store.rowsOf(stream)) slots.add(store.observations.feature[row]!);
  const points = [...slots].flatMap((slot) => readGeoJson(store.features[slot]!.fields['feature'])?.points ?? []);
  const corners = [...new Map(points.map((point) => [point.slice(0, 2).join(), point] as const)).values()];
  if (corners.length === 0) return undefined;
  if (corners.length === 1) return { type: 'Point', coordinates: corners[0] };
  const ring = corners.length === 2 ? corners : hull(corners);
  if (ring.length < 3) return { type: 'LineString', coordinates: ring };
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
}

/** Convex hull by the monotone chain. */
function hull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  return [...half(sorted), ...half(sorted.reverse())];
}

function half(points: readonly Point[]): Point[] {
  const chain: Point[] = [];
  for (const point of points) {
    while (chain.length > 1 && !isLeft(chain.at(-2)!, chain.at(-1)!, point)) chain.pop();
    chain.push(point);
  }
  // the last one begins the other half
  return chain.slice(0, -1);
}

function isLeft(a: Point, b: Point, c: Point): boolean {
  return (b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!) > 0;
}
