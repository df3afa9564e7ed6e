/** The one sentence that says what the new settings would have done otherwise. */
import { zoneOffset } from '../ecdm/time';
import { durationText, listText } from '../ecdm/words';
import type { Comparison } from './compare';
import type { Episode, Outcome } from './contract';
import { rehearsalText as text } from './texts';

const HOUR = 3_600_000;
/** Local hours that are night: in most cities quiet hours are between ten and six. */
const NIGHT_BEGINS = 22;
const NIGHT_ENDS = 6;
const MINUTE = 60_000;

interface Place {
  language: string;
  timeZone: string | undefined;
}

/** "17 times → 19 times; 6 h more in total; two new episodes, one of them at night". Pure. */
export function sentenceOf(
  next: Outcome,
  now: Outcome | undefined,
  found: Comparison | undefined,
  place: Place,
): string {
  const { language } = place;
  if (now === undefined || found === undefined) {
    const key = next.raisedMs > 0 ? 'sentence.aloneFor' : 'sentence.alone';
    return text(language, key, {
      times: times(next.count, language),
      hours: durationText(language, rounded(next.raisedMs)),
    });
  }
  const parts = [
    text(language, 'sentence.counts', { now: times(now.count, language), next: times(next.count, language) }),
  ];
  parts.push(...longer(next.raisedMs - now.raisedMs, language));
  if (next.episodesLeftOut + now.episodesLeftOut === 0) parts.push(...changes(found, place));
  if (parts.length === 1 && next.count === now.count) parts.push(text(language, 'sentence.same'));
  return parts.join(text(language, 'sentence.then'));
}

function times(count: number, language: string): string {
  return text(language, count === 1 ? 'sentence.once' : 'sentence.times', { count });
}

/** Nobody wants to read of milliseconds. */
const rounded = (ms: number): number => (ms >= MINUTE ? Math.round(ms / MINUTE) * MINUTE : ms);

function longer(ms: number, language: string): string[] {
  if (ms === 0) return [];
  const length = durationText(language, rounded(Math.abs(ms)));
  return [text(language, ms > 0 ? 'sentence.more' : 'sentence.less', { length })];
}

function changes({ fresh, gone, merged, split }: Comparison, { language, timeZone }: Place): string[] {
  const told: string[] = [];
  const some = (key: string, count: number, list?: readonly Episode[]): void => {
    if (count === 0) return;
    const said = text(language, `sentence.${key}.${count === 1 ? 'one' : 'many'}`, { count });
    const night = list?.filter(({ since }) => isNight(since, timeZone)).length ?? 0;
    if (night === 0) told.push(said);
    else if (night === count) told.push(text(language, 'sentence.allNight', { said }));
    else told.push(text(language, 'sentence.someNight', { said, night }));
  };
  some('fresh', fresh.length, fresh);
  some('gone', gone.length, gone);
  some('merged', merged);
  some('split', split);
  return told.length > 0 ? [listText(language, told)] : [];
}

/** Whether it begins at night, local time. */
export function isNight(time: number, timeZone: string | undefined): boolean {
  const local = time + zoneOffset(time, timeZone);
  const hour = Math.floor((((local / HOUR) % 24) + 24) % 24);
  return hour >= NIGHT_BEGINS || hour < NIGHT_ENDS;
}
