/** Pictures of a tile server under the map. Only where an address is set: the map itself needs no network. */
import { toPixels, type View } from '../../editor/streams/map-view';

export interface Tile {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Side of a tile in pixels, by custom. */
const SIDE = 256;
const NEAREST = 19;
const MOST_TILES = 80;

const column = (lon: number, count: number): number => ((lon + 180) / 360) * count;

/** Rows of Web Mercator (EPSG:3857), as tile servers number them. */
function row(lat: number, count: number): number {
  const angle = (Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * count;
}

const lonOf = (x: number, count: number): number => (x / count) * 360 - 180;
const latOf = (y: number, count: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / count))) * 180) / Math.PI;

/**
 * The tiles that cover a view, each with the box that it fills: a tile is stretched between its corners, which on the
 * scale of a city differs from the map's own projection by less than a pixel.
 * @param address with `{z}`, `{x}` and `{y}`
 */
export function tilesOf(address: string, view: View): Tile[] {
  const shrink = Math.max(0.05, Math.cos((view.lat * Math.PI) / 180));
  const wanted = Math.round(Math.log2((360 * shrink * view.scale) / SIDE));
  for (let z = Math.max(0, Math.min(NEAREST, wanted)); z >= 0; z--) {
    const tiles = atZoom(address, view, shrink, z);
    if (tiles.length <= MOST_TILES) return tiles;
  }
  return [];
}

function atZoom(address: string, view: View, shrink: number, z: number): Tile[] {
  const count = 2 ** z;
  const [halfLon, halfLat] = [view.width / 2 / shrink / view.scale, view.height / 2 / view.scale];
  const [west, east] = [column(view.lon - halfLon, count), column(view.lon + halfLon, count)].map(Math.floor);
  const [north, south] = [row(view.lat + halfLat, count), row(view.lat - halfLat, count)].map(Math.floor);
  const tiles: Tile[] = [];
  for (let x = west!; x <= east!; x++) {
    for (let y = Math.max(0, north!); y <= Math.min(count - 1, south!) && tiles.length <= MOST_TILES; y++) {
      const [left, top] = toPixels(view, [lonOf(x, count), latOf(y, count)]);
      const [right, bottom] = toPixels(view, [lonOf(x + 1, count), latOf(y + 1, count)]);
      const around = ((x % count) + count) % count;
      const url = address.replaceAll('{z}', `${z}`).replaceAll('{x}', `${around}`).replaceAll('{y}', `${y}`);
      // half a pixel more, or a hair of background shows between two tiles
      tiles.push({ url, x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 });
    }
  }
  return tiles;
}
