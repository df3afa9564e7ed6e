import { svg } from '../../../editor/svg';
import { make } from '../../../editor/zones/dom';
import { niceUp } from '../../try-out/span';
import { timeOf, xOf, type Scale } from './svg';

const HEIGHT = 22;
/** Pixels that a letter of a time needs, and those between two times. */
const LETTER = 6.5;
const BETWEEN = 24;

/** The times above the lanes. */
export function axis(scale: Scale, time: (at: number) => string): HTMLElement {
  const drawing = svg('svg', { height: HEIGHT, width: scale.width, 'aria-hidden': 'true' });
  // the first and the last one stand beside their line, not above it
  const room = (wide: number): number => niceUp(timeOf(scale, 1.5 * wide + BETWEEN));
  const wideAt = (at: number): number => time(at).length * LETTER;
  const least = room(wideAt(scale.span));
  // short steps have seconds
  const wide = Math.max(wideAt(scale.span), wideAt(least));
  const tick = room(wide);
  for (let at = 0; at <= scale.span; at += tick) {
    const x = xOf(scale, at);
    // the last one must not be cut off at the border
    const anchor = at === 0 ? 'start' : x > scale.width - wide / 2 ? 'end' : 'middle';
    drawing.append(
      svg('line', { x1: x, x2: x, y1: HEIGHT - 5, y2: HEIGHT, class: 'city-try-tick' }),
      svg('text', { x, y: HEIGHT - 8, 'text-anchor': anchor, class: 'city-try-time' }, time(at)),
    );
  }
  const holder = make('div', { class: 'city-try-axis' });
  holder.append(drawing);
  return holder;
}
