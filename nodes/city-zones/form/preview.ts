import { draw } from '../zones/drawing';
import type { Zone } from '../zones/model';
import { colourOf } from './colours';

const SVG = 'http://www.w3.org/2000/svg';

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * Draws zones into a container; replaces what was there. The map works without a network: outlines and a graticule.
 * @param label what the picture shows, for screen readers
 * @param chosen id of the zone to bring out
 */
export function drawMap(container: HTMLElement, zones: readonly Zone[], label: string, chosen?: string): void {
  const width = Math.max(200, container.clientWidth || 420);
  const height = 240;
  const drawing = draw(zones, width, height);
  const svg = element('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': label,
    class: 'city-map',
  });
  for (const line of drawing.graticule) svg.append(element('path', { d: line.path, class: 'city-map-grid' }));
  const positions = new Map(zones.map((zone, i) => [zone.id, i]));
  for (const { id, name, path } of drawing.outlines) {
    const position = positions.get(id) ?? 0;
    const colour = colourOf(zones[position]?.colour, position);
    const outline = element('path', {
      d: path,
      class: id === chosen ? 'city-map-zone city-map-chosen' : 'city-map-zone',
    });
    // even-odd, as the zones are meant: holes stay open
    outline.setAttribute('style', `fill:${colour};stroke:${colour};fill-rule:evenodd`);
    outline.append(element('title', {}, name));
    svg.append(outline);
  }
  for (const { label: text, x, y, vertical } of drawing.graticule) {
    svg.append(element('text', { x: vertical ? x + 3 : x, y, class: 'city-map-degrees' }, text));
  }
  for (const { text, x, y } of drawing.names) svg.append(element('text', { x, y, class: 'city-map-name' }, text));
  container.replaceChildren(svg);
}
