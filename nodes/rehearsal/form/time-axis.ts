import { clockText } from '../../ecdm/words';
import { svg } from '../../editor/svg';
import { timeTicks, toPixel, type Scale } from '../view/scale';
import type { Texts } from './texts';

/** Pixels that a time needs. */
const ROOM = 66;

/** Lines at whole hours or days of the place, with their times below. */
export function timeAxis(scale: Scale, bottom: number, texts: Texts): SVGElement[] {
  return timeTicks(scale, texts.zone, ROOM).flatMap(({ time, days }) => {
    const x = Math.round(toPixel(scale, time));
    const [day, month, year] = texts.time(time).split(' ');
    const date = scale.to - scale.from > 300 * 86_400_000 ? `${month} ${year}` : `${day} ${month}`;
    const clock = clockText(time, texts.zone);
    const text = days || clock === '00:00' ? date : clock;
    const anchor = x > scale.end - ROOM / 2 ? 'end' : x < scale.start + ROOM / 2 ? 'start' : 'middle';
    return [
      svg('line', { x1: x, x2: x, y1: 0, y2: bottom, class: 'city-map-grid' }),
      svg('text', { x, y: bottom + 14, 'text-anchor': anchor, class: 'city-rehearse-tick' }, text),
    ];
  });
}
