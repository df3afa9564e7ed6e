/** The readings with the limits, and when the settings in the form are raised. */
import type { EventDefinition } from '../../ecdm/definition';
import { toUcum } from '../../ecdm/units';
import { svg } from '../../editor/svg';
import { make } from '../../editor/zones/dom';
import type { RehearsalResult, Series } from '../contract';
import { fromPixel, toPixel, unbroken, valueTicks, type Scale } from '../view/scale';
import { scroll, tableOf } from './table';
import type { Texts } from './texts';
import { timeAxis } from './time-axis';

const HEIGHT = 170;
const AXIS = 20;
const TOP = 8;
/** Rows of the table of values. */
const MOST_ROWS = 1000;

type Limits = RehearsalResult['limits'];

export const seriesName = ({ name, key, property }: Series): string => `${name ?? key}: ${property}`;

export function chart(series: Series, result: RehearsalResult, time: Scale, texts: Texts): HTMLElement {
  const limits = limitsFor(series, result);
  const values = valueScale(series, limits);
  const name = seriesName(series);
  const drawing = svg('svg', {
    width: time.end + 8, height: HEIGHT + AXIS, class: 'city-rehearse-chart', role: 'img', 'aria-label': texts.say('chart.label', { name }),
  }); // prettier-ignore
  drawing.append(
    ...bands(result, series, time),
    ...valueAxis(values, time, series, texts),
    ...timeAxis(time, HEIGHT, texts),
  );
  for (const piece of unbroken(series.points)) drawing.append(...curveOf(piece, time, values));
  drawing.append(...limitLines(limits, values, time, texts));
  const said = make('p', { class: 'city-count city-rehearse-said', 'aria-hidden': 'true' }, name);
  drawing.addEventListener('pointermove', (event) => {
    const at = fromPixel(time, event.clientX - drawing.getBoundingClientRect().left);
    const point = nearest(series.points, at);
    if (point)
      said.textContent = `${name}. ${texts.say('chart.at', { time: texts.time(point.time), value: range(point, series, texts) })}`;
  });
  drawing.addEventListener('pointerleave', () => (said.textContent = name));
  const holder = make('div', { class: 'city-rehearse-scroll' });
  holder.append(drawing);
  return make('div', {}, holder, said, valueTable(series, texts));
}

function valueScale({ points }: Series, limits: Limits): Scale {
  let low = Infinity;
  let high = -Infinity;
  const see = (value: number | undefined): void => {
    if (value === undefined) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const point of points) {
    see(point.low);
    see(point.high);
  }
  for (const { value, clear } of limits) {
    see(value);
    see(clear);
  }
  if (low > high) [low, high] = [0, 1];
  const edge = (high - low || 1) * 0.05;
  // amounts begin at nothing, unless that would press all of them to the top
  return { from: low >= 0 && low < high / 2 ? 0 : low - edge, to: high + edge, start: HEIGHT - 4, end: TOP };
}

/** When the form's settings are raised for this key, as a background. */
function bands({ next, to }: RehearsalResult, { key }: Series, time: Scale): SVGElement[] {
  return next.episodes
    .filter((episode) => episode.key === key)
    .map(({ since, until }) => {
      const x = toPixel(time, since);
      return svg('rect', {
        x,
        y: TOP,
        width: Math.max(1, toPixel(time, until ?? to ?? time.to) - x),
        height: HEIGHT - TOP,
        class: 'city-rehearse-band',
      });
    });
}

function valueAxis(values: Scale, time: Scale, { unit }: Series, texts: Texts): SVGElement[] {
  const ticks = valueTicks(values.from, values.to, 4);
  return ticks.flatMap((value, i) => {
    const y = Math.round(toPixel(values, value));
    const text = i === ticks.length - 1 ? texts.value(value, unit) : texts.value(value);
    return [
      svg('line', { x1: time.start, x2: time.end, y1: y, y2: y, class: 'city-map-grid' }),
      svg('text', { x: time.start - 6, y: y + 4, 'text-anchor': 'end', class: 'city-rehearse-tick' }, text),
    ];
  });
}

/** An area between least and greatest value, and a line where they are one. */
function curveOf(points: Series['points'], time: Scale, values: Scale): SVGElement[] {
  const place = (at: number, value: number): string =>
    `${toPixel(time, at).toFixed(1)} ${toPixel(values, value).toFixed(1)}`;
  const upper = points.map((point) => place(point.time, point.high));
  const lower = points.map((point) => place(point.time, point.low)).reverse();
  if (points.length === 1) {
    const [cx, cy] = upper[0]!.split(' ');
    return [svg('circle', { cx: cx!, cy: cy!, r: 1.5, class: 'city-rehearse-spot' })];
  }
  return [
    svg('path', { d: `M${[...upper, ...lower].join('L')}Z`, class: 'city-rehearse-values' }),
    svg('path', { d: `M${upper.join('L')}`, class: 'city-rehearse-greatest' }),
  ];
}

function limitLines(limits: Limits, values: Scale, time: Scale, texts: Texts): SVGElement[] {
  // whose limit it is needs to be said only where there are two
  const both = limits.some(({ of }) => of === 'now');
  return limits.flatMap(({ value, clear, unit, of }) => {
    const line = (at: number, kind: 'limit' | 'clear'): [SVGElement, string, number] => {
      const y = toPixel(values, at);
      const text = texts.say(`chart.${kind}`, { value: texts.value(at, unit) });
      const label = both ? `${text} (${texts.say(`result.${of}`)})` : text;
      const classes = `city-rehearse-limit city-rehearse-${of} city-rehearse-${kind}`;
      const mark = svg('line', { x1: time.start, x2: time.end, y1: y, y2: y, class: classes });
      mark.append(svg('title', {}, label));
      return [mark, label, y];
    };
    const [mark, label, y] = line(value, 'limit');
    // the deployed one stands at the left, the form's at the right: they may be close to each other
    const [x, anchor] = of === 'now' ? [time.start + 4, 'start'] : [time.end - 4, 'end'];
    const text = svg('text', { x, y: y - 4, 'text-anchor': anchor, class: 'city-rehearse-over' }, label);
    return [mark, text, ...(clear === undefined ? [] : [line(clear, 'clear')[0]])];
  });
}

/** Limits of what the series shows: in its unit, and of a rule that looks at its property. */
function limitsFor({ unit, property }: Series, { limits }: RehearsalResult): Limits {
  const watched = watchedProperties();
  return limits.filter((limit) => {
    const names = watched.get(limit.rule);
    const isOf = names === undefined || names.length === 0 || names.includes(property.toLowerCase());
    return isOf && (unit === undefined || limit.unit === undefined || toUcum(limit.unit) === toUcum(unit));
  });
}

/** What the events of the workspace look at, in lower case. */
function watchedProperties(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  RED.nodes.eachNode((node: any) => {
    if (node.type !== 'ecdm-event' || !Array.isArray(node.events)) return;
    for (const { id, observe } of node.events as EventDefinition[])
      found.set(
        id,
        (observe?.properties ?? []).map((name) => name.toLowerCase()),
      );
  });
  return found;
}

function nearest(points: Series['points'], at: number): Series['points'][number] | undefined {
  let best: Series['points'][number] | undefined;
  for (const point of points)
    if (best === undefined || Math.abs(point.time - at) < Math.abs(best.time - at)) best = point;
  return best;
}

const range = ({ low, high }: { low: number; high: number }, { unit }: Series, texts: Texts): string =>
  low === high ? texts.value(high, unit) : `${texts.value(low)}–${texts.value(high, unit)}`;

/** Made when it is opened: a thousand rows are not free. */
function valueTable(series: Series, texts: Texts): HTMLElement {
  const { say } = texts;
  const table = make('details', {}, make('summary', {}, say('chart.table')));
  const fill = (): void => {
    const rows = series.points
      .slice(0, MOST_ROWS)
      .map(({ time, low, high }) => [texts.time(time), texts.value(low, series.unit), texts.value(high, series.unit)]);
    table.append(
      scroll(
        say('chart.table'),
        tableOf(
          seriesName(series),
          ['time', 'low', 'high'].map((name) => say(`chart.${name}`)),
          rows,
        ),
      ),
    );
    if (series.points.length > MOST_ROWS)
      table.append(make('p', { class: 'city-count' }, say('chart.more', { n: MOST_ROWS, all: series.points.length })));
  };
  table.addEventListener('toggle', fill, { once: true });
  return table;
}
