/** The curve: alarms per week above, hours per week below, against the value that is tried. */
import { svg } from '../../editor/svg';
import { make } from '../../editor/zones/dom';
import type { CurvePoint } from '../contract';
import { toPixel, valueTicks, type Scale } from '../view/scale';
import type { Texts } from './texts';

const PART = 130;
const GAP = 26;
const LEFT = 60;
const RIGHT = 36;
const AXIS = 20;
const HEIGHT = 2 * PART + GAP;
const NARROWEST = 420;
/** Pixels that a value needs. */
const ROOM = 76;

export interface Mark {
  value: number;
  name: string;
  kind: 'own' | 'deployed' | 'preset';
}

interface CurveContext {
  points: readonly CurvePoint[];
  marks: readonly Mark[];
  width: number;
  /** What is tried. */
  label: string;
  /** Whether the values are lengths of time. */
  lengths: boolean;
  texts: Texts;
  write: (value: number) => string;
  /** All of a point as a sentence. */
  at: (point: CurvePoint) => string;
  take: (value: number) => void;
}

export function curveChart(context: CurveContext): HTMLElement {
  const { points, marks, texts, label, at, take } = context;
  const { say } = texts;
  const across: Scale = {
    from: points[0]!.value,
    to: points.at(-1)!.value,
    start: LEFT,
    end: Math.max(NARROWEST, context.width) - RIGHT,
  };
  const drawing = svg('svg', {
    width: across.end + RIGHT,
    height: HEIGHT + AXIS,
    class: 'city-rehearse-curve',
    tabindex: 0,
    role: 'slider',
  });
  drawing.append(...valueAxis(across, context));
  const parts = [
    { top: 0, of: (point: CurvePoint) => point.perWeek, name: say('curve.perWeek') },
    { top: PART + GAP, of: (point: CurvePoint) => point.hoursPerWeek, name: say('curve.hours') },
  ].map(({ top, of, name }) => {
    const up: Scale = { from: 0, to: Math.max(...points.map(of), 0.1) * 1.08, start: top + PART, end: top + 28 };
    drawing.append(
      ...upAxis(up, across, texts),
      svg('text', { x: LEFT + 4, y: top + 10, class: 'city-rehearse-over' }, name),
    );
    return { across, up, of };
  });
  for (const mark of marks) drawing.append(...markLine(mark, across));
  const spots = parts.map((part) => trend(part, points, drawing));
  const said = make('p', { class: 'city-rehearse-said' });
  const own = marks.find(({ kind }) => kind === 'own')?.value;
  let cursor = own === undefined ? 0 : nearest(points, own);
  const go = (index: number): void => {
    cursor = Math.min(points.length - 1, Math.max(0, index));
    const point = points[cursor]!;
    for (const place of spots) place(point);
    said.textContent = at(point);
    const attributes = {
      'aria-label': say('curve.label', { what: say('curve.perWeek'), setting: label }),
      'aria-valuemin': 0,
      'aria-valuemax': points.length - 1,
      'aria-valuenow': cursor,
      'aria-valuetext': at(point),
    };
    for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, String(value));
  };
  const under = (event: MouseEvent): number => {
    const x = event.clientX - drawing.getBoundingClientRect().left;
    return points.reduce(
      (best, { value }, i) =>
        Math.abs(toPixel(across, value) - x) < Math.abs(toPixel(across, points[best]!.value) - x) ? i : best,
      0,
    );
  };
  drawing.addEventListener('pointermove', (event) => go(under(event)));
  drawing.addEventListener('click', (event) => take(points[under(event)]!.value));
  drawing.addEventListener('keydown', (event) => {
    const to = { ArrowRight: cursor + 1, ArrowUp: cursor + 1, ArrowLeft: cursor - 1, ArrowDown: cursor - 1, PageUp: cursor + 10, PageDown: cursor - 10, Home: 0, End: points.length - 1 }[event.key]; // prettier-ignore
    if (event.ctrlKey || event.metaKey || event.altKey || (to === undefined && event.key !== 'Enter')) return;
    event.preventDefault();
    // the editor has meanings of its own for arrows and Enter
    event.stopPropagation();
    if (to === undefined) take(points[cursor]!.value);
    else go(to);
  });
  go(cursor);
  const holder = make('div', { class: 'city-rehearse-scroll' });
  holder.append(drawing);
  return make('div', {}, holder, said);
}

interface Part {
  across: Scale;
  up: Scale;
  of: (point: CurvePoint) => number;
}

/** Draws one of the two curves. @returns puts its cursor on a point */
function trend(
  { across, up, of }: Part,
  points: readonly CurvePoint[],
  drawing: SVGElement,
): (point: CurvePoint) => void {
  const place = (point: CurvePoint): [x: number, y: number] => [toPixel(across, point.value), toPixel(up, of(point))];
  const cursor = svg('circle', { r: 5, class: 'city-rehearse-cursor' });
  const line = points
    .map((point) =>
      place(point)
        .map((at) => at.toFixed(1))
        .join(' '),
    )
    .join('L');
  drawing.append(
    svg('path', { d: `M${line}`, class: 'city-rehearse-trend' }),
    ...points.map((point) => {
      const [cx, cy] = place(point);
      return svg('circle', { cx, cy, r: 2.5, class: 'city-rehearse-spot' });
    }),
    cursor,
  );
  return (point) => {
    const [cx, cy] = place(point);
    cursor.setAttribute('cx', String(cx));
    cursor.setAttribute('cy', String(cy));
  };
}

const nearest = (points: readonly CurvePoint[], value: number): number =>
  points.reduce(
    (best, point, i) => (Math.abs(point.value - value) < Math.abs(points[best]!.value - value) ? i : best),
    0,
  );

function valueAxis(across: Scale, { points, write, lengths }: CurveContext): SVGElement[] {
  // a length of time is easier to read where it was tried than at a round number of milliseconds
  const every = Math.max(1, Math.ceil((points.length * ROOM) / (across.end - across.start)));
  const ticks = lengths
    ? points.filter((_, i) => i % every === 0).map(({ value }) => value)
    : valueTicks(across.from, across.to, Math.floor((across.end - across.start) / ROOM));
  return ticks.flatMap((value) => {
    const x = Math.round(toPixel(across, value));
    return [
      svg('line', { x1: x, x2: x, y1: 14, y2: HEIGHT, class: 'city-map-grid' }),
      svg('text', { x, y: HEIGHT + 14, 'text-anchor': 'middle', class: 'city-rehearse-tick' }, write(value)),
    ];
  });
}

function upAxis(up: Scale, across: Scale, texts: Texts): SVGElement[] {
  return valueTicks(up.from, up.to, 4).flatMap((value) => {
    const y = Math.round(toPixel(up, value));
    return [
      svg('line', { x1: across.start, x2: across.end, y1: y, y2: y, class: 'city-map-grid' }),
      svg(
        'text',
        { x: across.start - 6, y: y + 4, 'text-anchor': 'end', class: 'city-rehearse-tick' },
        texts.number(value),
      ),
    ];
  });
}

function markLine({ value, name, kind }: Mark, across: Scale): SVGElement[] {
  const x = toPixel(across, value);
  const line = svg('line', {
    x1: x,
    x2: x,
    y1: 14,
    y2: HEIGHT,
    class: `city-rehearse-mark city-rehearse-mark-${kind}`,
  });
  // a head that can be pointed at: lines alone are thin
  const head = svg('path', {
    d: `M${x - 5} 14H${x + 5}L${x} 23Z`,
    class: `city-rehearse-head city-rehearse-mark-${kind}`,
  });
  for (const one of [line, head]) one.append(svg('title', {}, name));
  return [line, head];
}
