/** The zones, the points of the chosen one and what is being drawn, as SVG. */
import { colourOf } from './colours';
import { toPixels, type Group, type View } from '../../editor/streams/map-view';
import { polygonsOf, type Position, type Zone, type ZoneShape } from '../zones/model';
import { outlineOf } from '../zones/outline';
import { destination } from '../../ecdm/sphere';
import { chainsOf, type PointAt } from './shape-edit';
import type { Tile } from './tiles';

const SVG = 'http://www.w3.org/2000/svg';
/** Points that get a handle; more are shown when the map is nearer. */
const MOST_HANDLES = 400;
/** Pixels between two points before one can be put between them. */
const ROOM = 26;
const LETTER = 6;
const MOST_NAMES = 80;

export function svg(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

interface Outlined {
  polygons: readonly (readonly (readonly Position[])[])[];
  box: Box;
}

/** Shapes are never changed in place, so what is worked out of one holds as long as it is there. */
const outlined = new WeakMap<ZoneShape, Outlined>();

export function outlineWithBox(shape: ZoneShape): Outlined {
  let known = outlined.get(shape);
  if (known) return known;
  const polygons = polygonsOf(outlineOf(shape));
  const box: Box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const [outline = []] of polygons) {
    for (const [lon, lat] of outline) {
      if (lon < box.west) box.west = lon;
      if (lon > box.east) box.east = lon;
      if (lat < box.south) box.south = lat;
      if (lat > box.north) box.north = lat;
    }
  }
  known = { polygons, box };
  outlined.set(shape, known);
  return known;
}

/** Turns of the earth by which a box is seen: a zone over the 180° meridian is seen from both sides of it. */
export function turnsSeen(view: View, box: Box): number[] {
  return [0, -360, 360].filter((turn) => {
    const [left, top] = toPixels(view, [box.west + turn, box.north]);
    const [right, bottom] = toPixels(view, [box.east + turn, box.south]);
    return right > 0 && left < view.width && bottom > 0 && top < view.height;
  });
}

const at = (n: number): number => Math.round(n * 10) / 10;

/** Positions nearer than half a pixel are left out. */
export function pathOf(view: View, points: readonly Readonly<Position>[], turn = 0, close = false): string {
  let path = '';
  let [lastX, lastY] = [Infinity, Infinity];
  for (const [lon, lat] of points) {
    const [x, y] = toPixels(view, [lon + turn, lat]);
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < 0.5) continue;
    path += `${path === '' ? 'M' : 'L'}${at(x)} ${at(y)}`;
    [lastX, lastY] = [x, y];
  }
  return close ? `${path}Z` : path;
}

/** All zones that are seen, large ones first, with the names that have room. */
export function zoneParts(view: View, zones: readonly Zone[], chosen: string | undefined): SVGElement[] {
  const size = ({ shape }: Zone): number => {
    const { west, east, south, north } = outlineWithBox(shape).box;
    return (east - west) * (north - south);
  };
  const order = zones
    .map((zone, i) => ({ zone, i, size: size(zone) }))
    .sort((a, b) => Number(a.zone.id === chosen) - Number(b.zone.id === chosen) || b.size - a.size);
  const wholes = new Set(zones.map(({ parent }) => parent));
  const names = new Names();
  const parts: SVGElement[] = [];
  for (const { zone, i } of order) {
    const { polygons, box } = outlineWithBox(zone.shape);
    for (const turn of turnsSeen(view, box)) {
      const path = polygons.flatMap((rings) => rings.map((ring) => pathOf(view, ring, turn, true))).join('');
      const outline = svg('path', {
        d: path,
        class: zone.id === chosen ? 'city-map-zone city-map-edited' : 'city-map-zone',
        'data-zone': zone.id,
      });
      const colour = colourOf(zone.colour, i);
      outline.setAttribute('style', `fill:${colour};stroke:${colour};fill-rule:evenodd`);
      outline.append(svg('title', {}, zone.name));
      parts.push(outline);
      if (!wholes.has(zone.id)) names.add(view, zone.name, box, turn);
    }
  }
  return [...parts, ...names.parts];
}

/** Names in the middle of their zones, none over another. */
class Names {
  readonly parts: SVGElement[] = [];
  private readonly places: { x: number; y: number; half: number }[] = [];

  add(view: View, name: string, { west, east, south, north }: Box, turn: number): void {
    const [x, y] = toPixels(view, [(west + east) / 2 + turn, (south + north) / 2]);
    const [left] = toPixels(view, [west + turn, south]);
    const half = (name.length * LETTER) / 2;
    if (this.parts.length >= MOST_NAMES || x - left < half) return;
    if (this.places.some((p) => Math.abs(p.y - y) < 14 && Math.abs(p.x - x) < p.half + half)) return;
    this.places.push({ x, y, half });
    this.parts.push(svg('text', { x: at(x), y: at(y) + 4, class: 'city-map-name' }, name));
  }
}

/** Where the radius of a circle is taken hold of: east of its centre. */
const rimOf = (center: Position, radius: number): Position => destination(center, radius, 90);

/** The points of the chosen zone, to be taken hold of, and the places between them where one can be put. */
export function handleParts(view: View, shape: ZoneShape, chosen: PointAt | undefined): SVGElement[] {
  const parts: SVGElement[] = [];
  if (shape.type === 'Corridor') parts.push(svg('path', { d: pathOf(view, shape.line), class: 'city-map-spine' }));
  if (shape.type === 'Circle') {
    const [x, y] = toPixels(view, rimOf(shape.center, shape.radius));
    parts.push(svg('rect', { x: x - 5, y: y - 5, width: 10, height: 10, class: 'city-handle', 'data-rim': 1 }));
  }
  for (const { part, ring, closed, points } of chainsOf(shape)) {
    let before: readonly [number, number] | undefined;
    const round = closed ? [...points, points[0]!] : points;
    for (const [index, position] of round.entries()) {
      const here = toPixels(view, position);
      const name = `${part},${ring},${index}`;
      if (before && Math.hypot(here[0] - before[0], here[1] - before[1]) > ROOM && isSeen(view, here, before))
        parts.push(halfHandle(here, before, `${part},${ring},${index - 1}`));
      before = here;
      if (index >= points.length || !isSeen(view, here) || parts.length > MOST_HANDLES) continue;
      const isChosen = chosen?.part === part && chosen.ring === ring && chosen.index === index;
      const spot = { cx: at(here[0]), cy: at(here[1]), r: isChosen ? 8 : 6, 'data-point': name };
      parts.push(svg('circle', { ...spot, class: isChosen ? 'city-handle city-handle-chosen' : 'city-handle' }));
    }
  }
  return parts;
}

function halfHandle([x, y]: readonly [number, number], [u, v]: readonly [number, number], name: string): SVGElement {
  return svg('circle', {
    cx: at((x + u) / 2),
    cy: at((y + v) / 2),
    r: 4,
    class: 'city-handle city-handle-between',
    'data-between': name,
  });
}

function isSeen(view: View, ...places: (readonly [number, number])[]): boolean {
  return places.some(([x, y]) => x > -10 && y > -10 && x < view.width + 10 && y < view.height + 10);
}

export function sensorParts(groups: readonly Group<{ name: string }>[]): SVGElement[] {
  return groups.map(({ x, y, items }) => {
    const spot = svg('circle', { cx: at(x), cy: at(y), r: items.length > 1 ? 5 : 3.5, class: 'city-map-sensor' });
    const names = items.slice(0, 8).map(({ name }) => name);
    spot.append(svg('title', {}, names.join('\n') + (items.length > 8 ? `\n+ ${items.length - 8}` : '')));
    return spot;
  });
}

export function tileParts(tiles: readonly Tile[], failed: () => void): SVGElement[] {
  return tiles.map(({ url, x, y, width, height }) => {
    const image = svg('image', { href: url, x, y, width, height, preserveAspectRatio: 'none', class: 'city-map-tile' });
    image.addEventListener('error', failed, { once: true });
    return image;
  });
}
