/** The part of the earth that a small map shows: to scale, longitudes shortened by the latitude of the middle. */
import { degrees, ticks } from '../../city-zones/zones/drawing';
import type { Place } from '../../ecdm/observation';
import type { Area } from '../../sensorthings-server/client/rule';

export interface View {
  width: number;
  height: number;
  /** What lies in the middle, in degrees. */
  lon: number;
  lat: number;
  /** Pixels per degree of latitude. */
  scale: number;
}

const MARGIN = 24;
/** From the whole earth to about ten centimetres per pixel: as near as a zone of a crossing is drawn. */
const LEAST_SCALE = 0.5;
const MOST_SCALE = 1_000_000;
/** Where all points are one: about a kilometre and a half around it is shown. */
const SMALLEST = 0.015;

const shrink = (view: View): number => Math.max(0.05, Math.cos((view.lat * Math.PI) / 180));
const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));

/** Where a place is seen, in pixels from the left upper corner. */
export function toPixels(view: View, [lon, lat]: Readonly<Place>): [number, number] {
  return [
    view.width / 2 + (lon - view.lon) * shrink(view) * view.scale,
    view.height / 2 - (lat - view.lat) * view.scale,
  ];
}

/** The longitude and latitude that is seen there. */
export function toPlace(view: View, x: number, y: number): [number, number] {
  return [view.lon + (x - view.width / 2) / shrink(view) / view.scale, view.lat - (y - view.height / 2) / view.scale];
}

/** The view in which all places (and the area) are seen; the whole earth where there are none. */
export function fitView(width: number, height: number, places: readonly Readonly<Place>[], area?: Area): View {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  const add = (lon: number, lat: number): void => {
    box.west = Math.min(box.west, lon);
    box.east = Math.max(box.east, lon);
    box.south = Math.min(box.south, lat);
    box.north = Math.max(box.north, lat);
  };
  for (const [lon, lat] of places) add(lon, lat);
  if (area) {
    add(area.west, area.south);
    add(area.east, area.north);
  }
  if (box.west > box.east) {
    add(-180, -80);
    add(180, 80);
  }
  const view = { width, height, lon: (box.west + box.east) / 2, lat: (box.south + box.north) / 2, scale: 1 };
  const across = Math.max(SMALLEST, box.east - box.west) * shrink(view);
  const up = Math.max(SMALLEST, box.north - box.south);
  const scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / up);
  return { ...view, scale: clamp(scale, LEAST_SCALE, MOST_SCALE) };
}

/** @param factor above 1 comes nearer; the place at `x`, `y` stays where it is */
export function zoom(view: View, factor: number, x = view.width / 2, y = view.height / 2): View {
  const [lon, lat] = toPlace(view, x, y);
  const nearer = { ...view, scale: clamp(view.scale * factor, LEAST_SCALE, MOST_SCALE) };
  const [nowX, nowY] = toPixels(nearer, [lon, lat]);
  return pan(nearer, nowX - x, nowY - y);
}

/** Moves the view by pixels. */
export function pan(view: View, dx: number, dy: number): View {
  const [lon, lat] = toPlace(view, view.width / 2 + dx, view.height / 2 + dy);
  return { ...view, lon: clamp(lon, -180, 180), lat: clamp(lat, -90, 90) };
}

/** Degrees as precise as a pixel is. */
function rounded(view: View, value: number): number {
  return Number(value.toFixed(clamp(Math.ceil(Math.log10(view.scale)), 0, 6)));
}

/** The box between two corners in pixels, in degrees that can be read. */
export function areaBetween(view: View, a: readonly [number, number], b: readonly [number, number]): Area {
  const [[west, north], [east, south]] = [
    toPlace(view, Math.min(a[0], b[0]), Math.min(a[1], b[1])),
    toPlace(view, Math.max(a[0], b[0]), Math.max(a[1], b[1])),
  ];
  return {
    west: clamp(rounded(view, west), -180, 180),
    south: clamp(rounded(view, south), -90, 90),
    east: clamp(rounded(view, east), -180, 180),
    north: clamp(rounded(view, north), -90, 90),
  };
}

/** All that is seen, as an area. */
export const areaOf = (view: View): Area => areaBetween(view, [0, 0], [view.width, view.height]);

export interface Line {
  path: string;
  label: string;
  x: number;
  y: number;
}

/** Lines of longitude and latitude with their degrees. */
export function graticule(view: View): Line[] {
  const [west, north] = toPlace(view, 0, 0);
  const [east, south] = toPlace(view, view.width, view.height);
  const lons = ticks(west, east).map((lon) => {
    const x = Math.round(toPixels(view, [lon, view.lat])[0]);
    return { path: `M${x} 0V${view.height}`, label: degrees(lon, 'E', 'W'), x: x + 3, y: view.height - 4 };
  });
  const lats = ticks(Math.max(-90, south), Math.min(90, north)).map((lat) => {
    const y = Math.round(toPixels(view, [view.lon, lat])[1]);
    return { path: `M0 ${y}H${view.width}`, label: degrees(lat, 'N', 'S'), x: 3, y: y - 3 };
  });
  return [...lons, ...lats];
}

export interface Group<T> {
  x: number;
  y: number;
  items: T[];
}

/** Size of the squares, in pixels, in which points are drawn as one. */
const CELL = 18;

/** Points that would cover each other become one; those outside of the view are left out. */
export function groups<T>(
  view: View,
  items: readonly T[],
  placeOf: (item: T) => Readonly<Place> | undefined,
): Group<T>[] {
  const cells = new Map<string, Group<T>>();
  for (const item of items) {
    const place = placeOf(item);
    if (!place) continue;
    const [x, y] = toPixels(view, place);
    if (x < -5 || y < -5 || x > view.width + 5 || y > view.height + 5) continue;
    const key = `${Math.floor(x / CELL)},${Math.floor(y / CELL)}`;
    const group = cells.get(key);
    if (group) group.items.push(item);
    else cells.set(key, { x, y, items: [item] });
  }
  return [...cells.values()];
}
