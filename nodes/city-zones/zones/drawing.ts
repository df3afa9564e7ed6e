import { polygonsOf, type Position, type Ring, type Zone } from './model';
import { outlineOf } from './outline';

/** A small map of zones, ready to be put into SVG elements. */
export interface Drawing {
  width: number;
  height: number;
  outlines: { id: string; name: string; path: string }[];
  /** Lines of longitude and latitude. */
  graticule: { path: string; label: string; x: number; y: number; vertical: boolean }[];
  /** Names that fit into their zones. */
  names: { text: string; x: number; y: number }[];
}

const MARGIN = 14;
/** Rough width of a letter at 11 px; enough to decide whether a name fits. */
const LETTER = 6;
const MOST_NAMES = 60;

/** Draws the outlines to scale (longitudes shortened by the latitude of the middle), with a graticule. */
export function draw(zones: readonly Zone[], width: number, height: number): Drawing {
  const drawing: Drawing = { width, height, outlines: [], graticule: [], names: [] };
  const frame = frameOf(zones);
  if (!frame) return drawing;
  const shrink = Math.max(0.05, Math.cos((((frame.south + frame.north) / 2) * Math.PI) / 180));
  const scale = Math.min(
    (width - 2 * MARGIN) / Math.max(1e-9, (frame.east - frame.west) * shrink),
    (height - 2 * MARGIN) / Math.max(1e-9, frame.north - frame.south),
  );
  const x = (lon: number): number => width / 2 + (lon - (frame.west + frame.east) / 2) * shrink * scale;
  const y = (lat: number): number => height / 2 - (lat - (frame.south + frame.north) / 2) * scale;
  const toPath = (ring: Ring): string => ringPath(ring.map(([lon, lat]) => [x(lon), y(lat)]));
  const wholes = new Set(zones.map(({ parent }) => parent));
  // large zones first, so that small ones stay visible
  const sizes = new Map(zones.map((zone) => [zone, sizeOf(frameOf([zone]))]));
  for (const zone of [...zones].sort((a, b) => sizes.get(b)! - sizes.get(a)!)) {
    const path = polygonsOf(outlineOf(zone.shape))
      .flatMap((rings) => rings.map(toPath))
      .join('');
    drawing.outlines.push({ id: zone.id, name: zone.name, path });
    // the name of a whole would cover its parts
    if (!wholes.has(zone.id)) nameOf(zone, x, y, drawing.names);
  }
  const view = {
    west: frame.west - MARGIN / scale / shrink,
    east: frame.east + MARGIN / scale / shrink,
    south: frame.south - MARGIN / scale,
    north: frame.north + MARGIN / scale,
  };
  for (const lon of ticks(view.west, view.east)) {
    const at = round(x(lon));
    drawing.graticule.push({
      path: `M${at} 0V${height}`,
      label: degrees(lon, 'E', 'W'),
      x: at,
      y: height - 3,
      vertical: true,
    });
  }
  for (const lat of ticks(view.south, view.north)) {
    const at = round(y(lat));
    drawing.graticule.push({
      path: `M0 ${at}H${width}`,
      label: degrees(lat, 'N', 'S'),
      x: 3,
      y: at - 3,
      vertical: false,
    });
  }
  return drawing;
}

interface Frame {
  west: number;
  south: number;
  east: number;
  north: number;
}

function frameOf(zones: readonly Zone[]): Frame | undefined {
  const frame: Frame = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const zone of zones) {
    for (const rings of polygonsOf(outlineOf(zone.shape))) {
      for (const [lon, lat] of rings[0] ?? []) {
        if (lon < frame.west) frame.west = lon;
        if (lon > frame.east) frame.east = lon;
        if (lat < frame.south) frame.south = lat;
        if (lat > frame.north) frame.north = lat;
      }
    }
  }
  return frame.west <= frame.east ? frame : undefined;
}

function sizeOf(frame: Frame | undefined): number {
  return frame ? (frame.east - frame.west) * (frame.north - frame.south) : 0;
}

/** Positions nearer than half a pixel are left out: a coast line of ten thousand vertices is drawn with a few hundred. */
function ringPath(ring: readonly Position[]): string {
  let path = '';
  let [lastX, lastY] = [Infinity, Infinity];
  for (const [x, y] of ring) {
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.5) continue;
    path += `${path === '' ? 'M' : 'L'}${round(x)} ${round(y)}`;
    [lastX, lastY] = [x, y];
  }
  return `${path}Z`;
}

/** Puts the name into the middle of the zone's largest part, where there is room. */
function nameOf(zone: Zone, x: (lon: number) => number, y: (lat: number) => number, names: Drawing['names']): void {
  if (names.length >= MOST_NAMES) return;
  const parts = polygonsOf(outlineOf(zone.shape)).map((rings) => ({
    ...zone,
    shape: { type: 'Polygon' as const, coordinates: rings },
  }));
  const frames = parts.map((part) => frameOf([part])).filter((frame): frame is Frame => !!frame);
  const [frame] = frames.sort((a, b) => sizeOf(b) - sizeOf(a));
  if (!frame) return;
  const needed = zone.name.length * LETTER;
  if (x(frame.east) - x(frame.west) < needed || y(frame.south) - y(frame.north) < 14) return;
  const place = {
    text: zone.name,
    x: round(x((frame.west + frame.east) / 2)),
    y: round(y((frame.south + frame.north) / 2) + 4),
  };
  const free = names.every(
    (n) => Math.abs(n.y - place.y) > 13 || Math.abs(n.x - place.x) > ((n.text.length + place.text.length) * LETTER) / 2,
  );
  if (free) names.push(place);
}

/** Round numbers within a range, three to eight of them. */
export function ticks(from: number, to: number): number[] {
  const power = 10 ** Math.floor(Math.log10((to - from) / 3));
  const step = [5, 2, 1].map((n) => n * power).find((s) => (to - from) / s >= 3) ?? power;
  const out: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to && out.length < 20; n++) out.push(Number((n * step).toFixed(9)));
  return out;
}

/**
 * A coordinate as maps write it, such as "99.61°E"; a longitude beyond the antimeridian is led back.
 * @param positive @param negative letters of the two directions
 */
export function degrees(value: number, positive: string, negative: string): string {
  const wrapped = value > 180 ? value - 360 : value < -180 ? value + 360 : value;
  return `${Number(Math.abs(wrapped).toFixed(6))}°${wrapped === 0 ? '' : wrapped > 0 ? positive : negative}`;
}

const round = (n: number): number => Math.round(n * 10) / 10;
