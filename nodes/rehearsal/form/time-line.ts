/** When: for each key what the deployed settings did above what the form's do. */
import { svg } from '../../editor/svg';
import { make } from '../../editor/zones/dom';
import type { Episode, RehearsalResult } from '../contract';
import type { EpisodeRow } from '../view/rows';
import { toPixel, type Scale } from '../view/scale';
import type { Texts } from './texts';
import { timeAxis } from './time-axis';

/** Room for the names at the left; the chart below begins at the same place. */
export const NAMES = 130;
const BAR = 11;
const LANE = 30;
const AXIS = 20;
/** Keys that are drawn; more are in the list. */
const MOST = 12;

export interface TimeLineContext {
  texts: Texts;
  scale: Scale;
  chosen: EpisodeRow | undefined;
  choose: (row: EpisodeRow) => void;
}

/** @param rows the episodes that are shown, in order of time */
export function timeLine(result: RehearsalResult, rows: readonly EpisodeRow[], context: TimeLineContext): HTMLElement {
  const { texts, scale, chosen, choose } = context;
  const keys = [...new Set(rows.map(({ episode }) => episode.key))];
  const shown = keys.slice(0, MOST);
  const height = Math.max(1, shown.length) * LANE + AXIS;
  const drawing = svg('svg', {
    width: scale.end + 8, height, class: 'city-rehearse-line', tabindex: 0, role: 'group',
    'aria-label': texts.say('line.label', { count: rows.length }),
  }); // prettier-ignore
  drawing.append(...timeAxis(scale, height - AXIS, texts));
  const hasNow = result.now !== undefined;
  const end = result.to ?? scale.to;
  shown.forEach((key, lane) => {
    const top = lane * LANE;
    const name = rows.find(({ episode }) => episode.key === key)!.episode.keyName ?? key;
    const label = svg('text', { x: 4, y: top + 18, class: 'city-rehearse-name' }, shortened(name));
    label.append(svg('title', {}, name));
    drawing.append(
      svg('line', { x1: 0, x2: scale.end, y1: top + LANE, y2: top + LANE, class: 'city-rehearse-rule' }),
      label,
    );
    for (const row of rows.filter(({ episode }) => episode.key === key)) {
      const bar = (episode: Episode, side: 'now' | 'next'): void => {
        const x = toPixel(scale, episode.since);
        const width = Math.max(3, toPixel(scale, episode.until ?? end) - x);
        const y = top + (hasNow && side === 'next' ? 3 + BAR + 2 : hasNow ? 3 : 9);
        const classes = `city-rehearse-bar city-rehearse-${side} city-rehearse-${row.change}`;
        const mark = svg('rect', {
          x,
          y,
          width,
          height: BAR,
          rx: 2,
          class: row === chosen ? `${classes} city-rehearse-chosen` : classes,
        });
        mark.append(svg('title', {}, saidOf(row, texts)));
        mark.addEventListener('click', () => choose(row));
        drawing.append(mark);
      };
      if (row.of === 'now') bar(row.episode, 'now');
      else {
        if (row.before) bar(row.before, 'now');
        bar(row.episode, 'next');
      }
    }
  });
  listen(drawing, rows, context);
  const parts: HTMLElement[] = [legend(hasNow, texts), make('div', { class: 'city-rehearse-scroll' })];
  parts[1]!.append(drawing);
  if (keys.length > shown.length)
    parts.push(make('p', { class: 'city-count' }, texts.say('line.more', { n: keys.length - shown.length })));
  const leftOut = result.next.episodesLeftOut + (result.now?.episodesLeftOut ?? 0);
  if (leftOut > 0)
    parts.push(make('p', { class: 'city-count' }, texts.say('episodes.leftOut', { n: texts.number(leftOut) })));
  return make('div', {}, ...parts);
}

/** One episode as a sentence, for who points at it and who hears it. */
export function saidOf({ episode }: EpisodeRow, texts: Texts): string {
  return texts.say('line.said', { name: episode.name, key: episode.keyName ?? episode.key, time: texts.span(episode) });
}

function listen(drawing: SVGElement, rows: readonly EpisodeRow[], { chosen, choose }: TimeLineContext): void {
  drawing.addEventListener('keydown', (event) => {
    const at = chosen === undefined ? -1 : rows.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // the editor has meanings of its own for arrows
    event.stopPropagation();
    const row = rows[Math.min(to, rows.length - 1)];
    if (row) choose(row);
  });
}

function legend(hasNow: boolean, { say }: Texts): HTMLElement {
  const sample = (side: 'now' | 'next'): HTMLElement => {
    const box = svg('svg', { width: 26, height: BAR + 2, 'aria-hidden': 'true' });
    box.append(
      svg('rect', { x: 1, y: 1, width: 24, height: BAR, rx: 2, class: `city-rehearse-bar city-rehearse-${side}` }),
    );
    const item = make('span', { class: 'city-rehearse-sample' });
    item.append(box, say(`result.${side}`));
    return item;
  };
  return make('p', { class: 'city-rehearse-legend' }, ...(hasNow ? [sample('now')] : []), sample('next'));
}

const shortened = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name);
