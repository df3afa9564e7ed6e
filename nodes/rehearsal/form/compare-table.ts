/** Old and new side by side, in numbers. */
import { make } from '../../editor/zones/dom';
import type { Outcome, RehearsalResult } from '../contract';
import { scroll, tableOf } from './table';
import type { Texts } from './texts';

/** Which numbers, and how each is written. */
const LINES = [
  ['count', (o: Outcome) => o.count, false],
  ['raised', (o: Outcome) => o.raisedMs, true],
  ['nodata', (o: Outcome) => o.nodataMs, true],
  ['open', (o: Outcome) => o.open, false],
  ['problems', (o: Outcome) => o.problemCount, false],
] as const;

export function compareTable({ now, next }: RehearsalResult, texts: Texts): HTMLElement {
  const { say } = texts;
  const heads = [
    say('result.what'),
    ...(now ? [say('result.now')] : []),
    say('result.next'),
    ...(now ? [say('result.difference')] : []),
  ];
  const rows = LINES.flatMap(([name, of, hours]) => {
    const write = (value: number): string => (hours ? texts.hours(value) : texts.number(value));
    const [old, fresh] = [now && of(now), of(next)];
    // how often is always said; the rest where there is some of it
    if (name !== 'count' && fresh === 0 && !old) return [];
    const cells = [say(`result.${name}`), ...(old === undefined ? [] : [write(old)]), write(fresh)];
    return [old === undefined ? cells : [...cells, signed(fresh - old, write)]];
  });
  const table = tableOf(say('result.compare'), heads, rows);
  table.classList.add('city-rehearse-compare');
  return now ? table : make('div', {}, make('p', { class: 'city-count' }, say('result.notDeployed')), table);
}

const signed = (difference: number, write: (value: number) => string): string =>
  difference === 0 ? '0' : `${difference > 0 ? '+' : '−'}${write(Math.abs(difference))}`;

/** Readings that could not be used, where there are any. */
export function problemList({ next }: RehearsalResult, texts: Texts): HTMLElement[] {
  if (next.problems.length === 0) return [];
  const items = next.problems.map(({ message, hint }) => make('li', {}, `${message}. ${hint}`));
  const more = next.problemCount - next.problems.length;
  if (more > 0) items.push(make('li', {}, texts.say('result.more', { n: texts.number(more) })));
  const title = texts.say('result.problemList');
  return [make('details', {}, make('summary', {}, title), scroll(title, make('ul', {}, ...items)))];
}
