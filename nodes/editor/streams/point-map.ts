/** Sensors on a map of their own: no tiles, so no network; by mouse, and by keyboard. */
import { polygonsOf, type Ring, type ZoneShape } from '../../city-zones/zones/model';
import { outlineOf } from '../../city-zones/zones/outline';
import type { Translate } from '../texts';
import { make } from '../zones/dom';
import type { Area } from '../../sensorthings-server/client/rule';
import type { FoundStream } from './asking';
import { areaBetween, areaOf, fitView, graticule, groups, pan, toPixels, type View, zoom } from './map-view';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 260;
/** Pixels and factor of one key press. */
const STEP = 40;
const FACTOR = 1.5;

export interface PointMap {
  /** @param fit shows all of them; otherwise the view stays */
  show(items: readonly FoundStream[], fit: boolean): void;
  /** Draws anew what is ticked and the area. */
  refresh(): void;
}

interface Host {
  isChosen(key: string): boolean;
  area(): Area | undefined;
  /** Zones that are chosen. */
  shapes?(): readonly ZoneShape[];
  /** The person wants this box as the area; not offered where it is left out. */
  setArea?(area: Area): void;
  /** The person points at these. */
  point(items: readonly FoundStream[]): void;
}

function draw(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

export function pointMap(root: HTMLElement, t: Translate, host: Host): PointMap {
  let items: readonly FoundStream[] = [];
  let view: View = fitView(600, HEIGHT, []);
  let drawing = false;
  const svg = draw('svg', { class: 'city-map city-point-map', tabindex: 0, role: 'group' });
  const tool = (key: string, icon: string, act: () => void): HTMLButtonElement => {
    const label = t(`map.${key}`);
    const button = make('button', {
      type: 'button',
      class: 'red-ui-button red-ui-button-small',
      title: label,
      'aria-label': label,
    });
    button.append(make('i', { class: `fa fa-${icon}`, 'aria-hidden': 'true' }));
    button.addEventListener('click', act);
    return button;
  };
  const look = (next: View): void => {
    view = next;
    paint();
  };
  const pencil = tool('draw', 'object-group', () => setDrawing(!drawing));
  const useView = make('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, t('map.useView'));
  useView.addEventListener('click', () => host.setArea?.(areaOf(view)));
  pencil.hidden = useView.hidden = !host.setArea;
  const legend = make('span', { class: 'city-count' });
  root.replaceChildren(
    svg,
    make(
      'div',
      { class: 'city-bar' },
      tool('nearer', 'plus', () => look(zoom(view, FACTOR))),
      tool('farther', 'minus', () => look(zoom(view, 1 / FACTOR))),
      tool('all', 'arrows-alt', () => fit()),
      pencil,
      useView,
      legend,
    ),
  );

  const setDrawing = (on: boolean): void => {
    drawing = on;
    pencil.setAttribute('aria-pressed', String(on));
    pencil.classList.toggle('selected', on);
    svg.classList.toggle('city-map-drawing', on);
  };
  const placed = (): FoundStream[] => items.filter(({ place }) => place !== undefined);
  const rings = (): Ring[] => (host.shapes?.() ?? []).flatMap((shape) => polygonsOf(outlineOf(shape)).flat());
  const fit = (): void => {
    const width = Math.max(280, root.clientWidth || 600);
    look(fitView(width, HEIGHT, [...placed().map(({ place }) => place!), ...rings().flat()], host.area()));
  };

  function paint(): void {
    const { width, height } = view;
    for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, width, height }))
      svg.setAttribute(name, String(value));
    const lines = graticule(view);
    const parts: SVGElement[] = lines.map(({ path }) => draw('path', { d: path, class: 'city-map-grid' }));
    const area = host.area();
    if (area) parts.push(box(toPixels(view, [area.west, area.north]), toPixels(view, [area.east, area.south])));
    if (host.shapes) parts.push(draw('path', { d: rings().map(outline).join(''), class: 'city-map-area' }));
    for (const group of groups(view, items, ({ place }) => place)) parts.push(spot(group));
    parts.push(...lines.map(({ label, x, y }) => draw('text', { x, y, class: 'city-map-degrees' }, label)));
    svg.replaceChildren(...parts);
    const shown = placed().length;
    svg.setAttribute('aria-label', t('map.label', { count: shown }));
    const none = items.length - shown;
    legend.textContent = none > 0 ? t('map.unplaced', { count: none }) : '';
  }

  const outline = (ring: Ring): string =>
    `M${ring.map((at) => toPixels(view, at).map(Math.round).join(' ')).join('L')}Z`;

  function box([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): SVGElement {
    return draw('rect', {
      x: x1,
      y: y1,
      width: Math.max(1, x2 - x1),
      height: Math.max(1, y2 - y1),
      class: 'city-map-area',
    });
  }

  /** A point is round, and square where it is ticked: not by colour alone. */
  function spot({ x, y, items: inside }: { x: number; y: number; items: FoundStream[] }): SVGElement {
    const ticked = inside.filter(({ key }) => host.isChosen(key)).length;
    const all = ticked === inside.length;
    const r = inside.length > 1 ? 8 : 5;
    const mark = draw('g', { class: `city-point${ticked > 0 ? ' city-point-chosen' : ''}` });
    mark.append(
      ticked > 0
        ? draw('rect', {
            x: x - r,
            y: y - r,
            width: 2 * r,
            height: 2 * r,
            class: all ? 'city-point-all' : 'city-point-some',
          })
        : draw('circle', { cx: x, cy: y, r }),
    );
    if (inside.length > 1)
      mark.append(draw('text', { x, y: y + 3 }, inside.length > 99 ? '99+' : String(inside.length)));
    const names = inside.slice(0, 8).map(({ name, shown }) => (shown === '' ? name : `${name}: ${shown}`));
    mark.append(draw('title', {}, names.join('\n') + (inside.length > 8 ? '\n…' : '')));
    mark.addEventListener('click', () => {
      if (!drawing) host.point(inside);
    });
    return mark;
  }

  keys(svg, (change) => look(change(view)), fit);
  drag(svg, {
    drawing: () => drawing,
    move: (dx, dy) => look(pan(view, -dx, -dy)),
    rubber: (a, b) => {
      svg.querySelector('.city-map-rubber')?.remove();
      const shape = box([Math.min(a[0], b[0]), Math.min(a[1], b[1])], [Math.max(a[0], b[0]), Math.max(a[1], b[1])]);
      shape.classList.add('city-map-rubber');
      svg.append(shape);
    },
    done: (a, b) => {
      setDrawing(false);
      if (Math.abs(a[0] - b[0]) > 4 && Math.abs(a[1] - b[1]) > 4) host.setArea?.(areaBetween(view, a, b));
      else paint();
    },
    wheel: (nearer, x, y) => look(zoom(view, nearer ? 1.25 : 0.8, x, y)),
  });

  return {
    show(list, wanted) {
      items = list;
      if (wanted) fit();
      else paint();
    },
    refresh: paint,
  };
}

/** Arrows move, plus and minus come nearer and go away, 0 shows all. */
function keys(svg: SVGElement, change: (how: (view: View) => View) => void, fit: () => void): void {
  const moves: Record<string, readonly [number, number]> = {
    ArrowLeft: [-STEP, 0],
    ArrowRight: [STEP, 0],
    ArrowUp: [0, -STEP],
    ArrowDown: [0, STEP],
  };
  svg.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (move) change((view) => pan(view, ...move));
    else if (event.key === '+' || event.key === '=') change((view) => zoom(view, FACTOR));
    else if (event.key === '-') change((view) => zoom(view, 1 / FACTOR));
    else if (event.key === '0') fit();
    else return;
    event.preventDefault();
    // the editor has meanings of its own for arrows
    event.stopPropagation();
  });
}

interface Dragging {
  drawing(): boolean;
  move(dx: number, dy: number): void;
  rubber(a: readonly [number, number], b: readonly [number, number]): void;
  done(a: readonly [number, number], b: readonly [number, number]): void;
  wheel(nearer: boolean, x: number, y: number): void;
}

function drag(svg: SVGElement, on: Dragging): void {
  const at = (event: MouseEvent): [number, number] => {
    const { left, top } = svg.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  let from: [number, number] | undefined;
  let last: [number, number] = [0, 0];
  let moved = false;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    from = last = at(event);
    moved = false;
  });
  svg.addEventListener('pointermove', (event) => {
    if (!from) return;
    const now = at(event);
    // a click is not a drag, even with an unsteady hand
    if (!moved && Math.hypot(now[0] - from[0], now[1] - from[1]) < 4) return;
    if (!moved) svg.setPointerCapture(event.pointerId);
    moved = true;
    if (on.drawing()) on.rubber(from, now);
    else on.move(now[0] - last[0], now[1] - last[1]);
    last = now;
  });
  const end = (event: PointerEvent): void => {
    if (from && moved && on.drawing()) on.done(from, at(event));
    from = undefined;
  };
  svg.addEventListener('pointerup', end);
  svg.addEventListener('pointercancel', () => (from = undefined));
  svg.addEventListener(
    'wheel',
    (event) => {
      // the form scrolls with the wheel; with the control key the map zooms
      if (!event.ctrlKey) return;
      event.preventDefault();
      on.wheel(event.deltaY < 0, ...at(event));
    },
    { passive: false },
  );
}
