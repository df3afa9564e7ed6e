import { svg } from '../../../editor/svg';
import { make } from '../../../editor/zones/dom';
import { niceUp } from '../../try-out/span';
import { xOf, type Scale } from './svg';

const HEIGHT = 22;
/** Pixels that a time needs. */
const WIDEST = 74;

/** The times above the lanes. */
export function axis(scale: Scale, time: (at: number) => string): HTMLElement {
  const drawing = svg('svg', { height: HEIGHT, width: scale.width, 'aria-hidden': 'true' });
  const tick = niceUp((scale.span * WIDEST) / scale.width);
  for (let at = 0; at <= scale.span; at += tick) {
    const x = xOf(scale, at);
    // the last one must not be cut off at the border
    const anchor = at === 0 ? 'start' : x > scale.width - WIDEST / 2 ? 'end' : 'middle';
    drawing.append(
      svg('line', { x1: x, x2: x, y1: HEIGHT - 5, y2: HEIGHT, class: 'city-try-tick' }),
      svg('text', { x, y: HEIGHT - 8, 'text-anchor': anchor, class: 'city-try-time' }, time(at)),
    );
  }
  const holder = make('div', { class: 'city-try-axis' });
  holder.append(drawing);
  return holder;
}
