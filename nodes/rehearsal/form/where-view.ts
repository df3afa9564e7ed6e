/** Where it was: the zones that are touched on a map, and how often and how long in numbers. */
import { polygonsOf, type Zone } from '../../city-zones/zones/model';
import { outlineOf } from '../../city-zones/zones/outline';
import type { Place } from '../../ecdm/observation';
import { fitView, graticule, groups, toPixels, type View } from '../../editor/streams/map-view';
import { svg } from '../../editor/svg';
import { make } from '../../editor/zones/dom';
import { zonesOf } from '../../editor/zones/zones-of';
import type { RehearsalResult } from '../contract';
import { keyRows } from '../view/rows';
import { scroll, tableOf } from './table';
import type { Texts } from './texts';

const HEIGHT = 260;
/** Zones that are drawn; all of them are in the table. */
const MOST_ZONES = 500;

export function whereView(result: RehearsalResult, width: number, texts: Texts): HTMLElement {
  const { say } = texts;
  const { next, now } = result;
  const parts: HTMLElement[] = [];
  const zones = workspaceZones();
  const map = zoneMap(result, zones, width, texts);
  if (map) parts.push(map);
  if (next.zones.length > 0 || (now?.zones.length ?? 0) > 0) parts.push(zoneTable(result, texts));
  const rows = keyRows(result);
  if (rows.length > 0) parts.push(keyTable(result, rows, texts));
  const leftOut = next.keysLeftOut;
  if (leftOut > 0) parts.push(make('p', { class: 'city-count' }, say('where.leftOut', { n: texts.number(leftOut) })));
  return make('div', {}, ...(parts.length > 0 ? parts : [make('p', { class: 'city-count' }, say('where.none'))]));
}

/** All zones of the workspace by id. */
export function workspaceZones(): Map<string, Zone> {
  const found = new Map<string, Zone>();
  RED.nodes.eachConfig((node: any) => {
    if (node.type === 'city-zones') for (const zone of zonesOf(node.id as string)) found.set(zone.id, zone);
  });
  return found;
}

function zoneTable({ next, now }: RehearsalResult, texts: Texts): HTMLElement {
  const { say } = texts;
  const before = new Map(now?.zones.map(({ id, count }) => [id, count]));
  const gone = (now?.zones ?? [])
    .filter(({ id }) => !next.zones.some((zone) => zone.id === id))
    .map((zone) => ({ ...zone, count: 0 }));
  const rows = [...next.zones, ...gone].map(({ id, name, count }) => [
    name,
    ...(now ? [texts.number(before.get(id) ?? 0)] : []),
    texts.number(count),
  ]);
  const heads = [say('where.zone'), ...(now ? [say('where.nowCount')] : []), say('where.nextCount')];
  return scroll(say('where.zones'), tableOf(say('where.zones'), heads, rows));
}

function keyTable({ now }: RehearsalResult, rows: ReturnType<typeof keyRows>, texts: Texts): HTMLElement {
  const { say } = texts;
  const heads = [
    say('where.key'),
    ...(now ? [say('where.nowCount')] : []),
    say('where.nextCount'),
    ...(now ? [say('where.nowHours')] : []),
    say('where.nextHours'),
  ];
  const cells = rows.map((row) => [
    row.name,
    ...(row.now ? [texts.number(row.now.count)] : []),
    texts.number(row.next.count),
    ...(row.now ? [texts.hours(row.now.raisedMs)] : []),
    texts.hours(row.next.raisedMs),
  ]);
  const table = scroll(say('where.keys'), tableOf(say('where.keys'), heads, cells));
  table.classList.add('city-rehearse-keys');
  return table;
}

/** What is touched is drawn fuller the more often it is; places of episodes outside of zones are points. */
function zoneMap(
  { next, now }: RehearsalResult,
  zones: ReadonlyMap<string, Zone>,
  width: number,
  texts: Texts,
): HTMLElement | undefined {
  const counts = new Map(next.zones.map(({ id, count }) => [id, count]));
  const touched = new Set([...counts.keys(), ...(now?.zones ?? []).map(({ id }) => id)]);
  const drawn = [...zones.values()].slice(0, MOST_ZONES);
  const places = next.episodes.flatMap(({ place, zones: known }) => (place && !known?.length ? [place] : []));
  if (places.length === 0 && !drawn.some(({ id }) => touched.has(id))) return undefined;
  const shapes = drawn.map((zone) => ({ zone, rings: polygonsOf(outlineOf(zone.shape)).flat() }));
  const view = fitView(width, HEIGHT, [...shapes.flatMap(({ rings }) => rings.flat()), ...places]);
  const wholes = new Set(drawn.map(({ parent }) => parent));
  const leaves = shapes.filter(({ zone }) => touched.has(zone.id) && !wholes.has(zone.id));
  const most = Math.max(1, ...leaves.map(({ zone }) => counts.get(zone.id) ?? 0));
  const map = svg('svg', {
    width,
    height: HEIGHT,
    class: 'city-map',
    role: 'img',
    'aria-label': texts.say('where.map'),
  });
  const lines = graticule(view);
  map.append(...lines.map(({ path }) => svg('path', { d: path, class: 'city-map-grid' })));
  for (const { zone, rings } of shapes) {
    const count = counts.get(zone.id) ?? 0;
    const path = rings
      .map((ring) => `M${ring.map((at) => toPixels(view, at).map(Math.round).join(' ')).join('L')}Z`)
      .join('');
    const outline = svg('path', {
      d: path,
      class: `city-rehearse-zone${touched.has(zone.id) ? ' city-rehearse-touched' : ''}`,
    });
    // what a whole counts is the sum of its parts: filled, it would cover their differences
    const isFull = count > 0 && !wholes.has(zone.id);
    outline.setAttribute('style', `fill-opacity:${isFull ? 0.15 + (0.55 * count) / most : 0}`);
    outline.append(svg('title', {}, `${zone.name}: ${count}`));
    map.append(outline);
  }
  map.append(...points(view, places), ...labels(view, leaves, counts));
  map.append(...lines.map(({ label, x, y }) => svg('text', { x, y, class: 'city-map-degrees' }, label)));
  const holder = make('div', { class: 'city-preview' });
  holder.append(map);
  return holder;
}

function points(view: View, places: readonly Place[]): SVGElement[] {
  return groups(view, places, (place) => place).map(({ x, y, items }) => {
    const mark = svg('g', { class: 'city-rehearse-place' });
    mark.append(svg('circle', { cx: x, cy: y, r: items.length > 1 ? 9 : 5 }));
    if (items.length > 1) mark.append(svg('text', { x, y: y + 4 }, String(items.length)));
    return mark;
  });
}

/** How often, in the middle of each zone. */
function labels(
  view: View,
  shapes: readonly { zone: Zone; rings: readonly (readonly (readonly number[])[])[] }[],
  counts: ReadonlyMap<string, number>,
): SVGElement[] {
  return shapes.flatMap(({ zone, rings }) => {
    if (!rings[0]) return [];
    const pixels = rings[0].map(([lon, lat]) => toPixels(view, [lon!, lat!]));
    const middle = (side: 0 | 1): number =>
      (Math.min(...pixels.map((at) => at[side])) + Math.max(...pixels.map((at) => at[side]))) / 2;
    return [
      svg(
        'text',
        { x: middle(0), y: middle(1) + 4, class: 'city-map-name' },
        `${zone.name}: ${counts.get(zone.id) ?? 0}`,
      ),
    ];
  });
}
