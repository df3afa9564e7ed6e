/** All that the map shows at a moment, from the bottom up. */
import { graticule, groups, toPixels, type View } from '../../editor/streams/map-view';
import type { MapEditor, MapHost } from './map-editor';
import { handleParts, outlineWithBox, pathOf, sensorParts, svg, tileParts, zoneParts } from './paint';
import { tilesOf } from './tiles';
import { tilesFault } from './tiles-fault';

export function sceneOf(map: MapEditor, host: MapHost): SVGElement[] {
  const { view } = map;
  const lines = graticule(view);
  const address = host.tiles();
  const parts: SVGElement[] = [];
  const tiled = address !== '' && tilesFault(address) === undefined;
  if (tiled) parts.push(...tileParts(tilesOf(address, view), () => host.say(host.t('map.noTiles'))));
  parts.push(...lines.map(({ path }) => svg('path', { d: path, class: 'city-map-grid' })));
  parts.push(...zoneParts(view, map.draft.zones, map.draft.chosen));
  parts.push(...sensorParts(groups(view, map.sensors, ({ place }) => place)));
  if (map.draft.zone && !map.pen) parts.push(...handleParts(view, map.draft.zone.shape, map.point));
  parts.push(...penParts(map));
  parts.push(...lines.map(({ label, x, y }) => svg('text', { x, y, class: 'city-map-degrees' }, label)));
  if (tiled && host.tilesBy() !== '')
    parts.push(svg('text', { x: view.width - 4, y: 12, class: 'city-map-by' }, host.tilesBy()));
  if (map.byKeys) parts.push(...crosshair(view));
  return parts;
}

function penParts(map: MapEditor): SVGElement[] {
  const { pen, view } = map;
  if (!pen) return [];
  const cursor = map.byKeys ? map.snapped(map.centre) : map.cursor;
  const shape = pen.shape(cursor);
  const parts: SVGElement[] = [];
  if (shape) {
    const rings = outlineWithBox(shape).polygons.flat();
    parts.push(svg('path', { d: rings.map((ring) => pathOf(view, ring, 0, true)).join(''), class: 'city-map-pen' }));
  }
  const line = cursor ? [...pen.points, cursor] : pen.points;
  parts.push(svg('path', { d: pathOf(view, line), class: 'city-map-spine' }));
  for (const [i, point] of pen.points.entries()) {
    const [cx, cy] = toPixels(view, point);
    parts.push(svg('circle', { cx, cy, r: 5, class: 'city-handle', ...(i === 0 ? { 'data-first': 1 } : {}) }));
  }
  if (cursor && map.snapping) {
    const [cx, cy] = toPixels(view, cursor);
    parts.push(svg('circle', { cx, cy, r: 3, class: 'city-map-cursor' }));
  }
  return parts;
}

/** The place that the keys draw at: the middle of the map. */
function crosshair({ width, height }: View): SVGElement[] {
  const [x, y] = [width / 2, height / 2];
  const d = `M${x - 12} ${y}H${x + 12}M${x} ${y - 12}V${y + 12}`;
  return [
    svg('path', { d, class: 'city-map-cross city-map-cross-under' }),
    svg('path', { d, class: 'city-map-cross' }),
  ];
}
