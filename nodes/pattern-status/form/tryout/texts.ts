/** Times of the time line in words, and the words that the run needs. */
import { clockText, momentText } from '../../../ecdm/text';
import { languageOf, type Translate } from '../../../editor/texts';
import type { Words } from '../../try-out/run';

const DAY = 86_400_000;

/** Ten o'clock of the day: a time line that begins at a whole hour is easy to read. */
export function startOf(now: number): number {
  return Math.floor(now / DAY) * DAY + 10 * 3_600_000;
}

export function wordsOf(t: Translate): Words {
  return {
    language: languageOf(t),
    station: (n) => t('tryout.station', { n }),
    zone: (n) => t('tryout.zone', { n }),
    property: t('tryout.property'),
  };
}

/** "10:05"; with the day where the time line is longer than one. */
export function timeText(t: Translate, start: number, at: number, span: number): string {
  const time = start + at;
  const clock = time % 1000 === 0 ? clockText(time) : new Date(time).toISOString().slice(11, 23);
  if (span < DAY) return clock;
  const [day, month] = momentText(languageOf(t), time).split(' ');
  return `${day} ${month} ${clock}`;
}

/** A distance as people say it. */
export function distanceText(t: Translate, metres: number): string {
  return metres >= 1000 ? t('tryout.km', { n: metres / 1000 }) : t('tryout.m', { n: Math.round(metres) });
}
