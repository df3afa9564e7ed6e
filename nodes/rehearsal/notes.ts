/** What the data cannot say is said: none, too short, other units, gaps. */
import { durationText, listText, momentText } from '../ecdm/words';
import type { Note } from './contract';
import type { Feed } from './feed';
import type { Tally } from './tally';

const HOUR = 3_600_000;
/** A silence is a gap where it is so many times as long as the usual time between two moments with readings. */
const GAP = 12;
/** Properties that are named. */
const MOST_NAMED = 10;
/** A history should be so many times as long as the rule looks back. */
const ENOUGH = 3;

export interface Seen {
  feed: Feed;
  next: Tally;
  held: number | undefined;
  /** In lower case; all where it is left out. */
  wanted: ReadonlySet<string> | undefined;
  looksBack: number;
  language: string;
  timeZone: string | undefined;
}

/** Notes about the data; none where it says all that the rule asks. */
export function notesOf({ feed, next, held, wanted, looksBack, language, timeZone }: Seen): Note[] {
  if (feed.readings === 0) return [{ code: 'noData' }];
  const notes: Note[] = [];
  const found = [...feed.properties.values()];
  if (wanted !== undefined && !found.some((name) => wanted.has(name.toLowerCase()))) {
    const [properties, there] = [[...wanted], found].map((list) => listText(language, list.slice(0, MOST_NAMED)));
    notes.push({ code: 'notWatched', count: feed.readings, properties: properties!, found: there! });
  }
  const span = feed.until - feed.from;
  if (looksBack > 0 && span < ENOUGH * looksBack) {
    notes.push({ code: 'tooShort', span: durationText(language, span), needs: durationText(language, looksBack) });
  }
  if (feed.gap >= HOUR && feed.gap > GAP * feed.usualStep) {
    const from = momentText(language, feed.gapFrom, timeZone);
    notes.push({ code: 'gap', length: durationText(language, feed.gap), from });
  }
  const units = next.codes.get('unit') ?? 0;
  if (units > 0) notes.push({ code: 'otherUnits', count: units });
  if (feed.unordered > 0) notes.push({ code: 'unordered', count: feed.unordered });
  if (held !== undefined && held > 0) notes.push({ code: 'held', count: held });
  return notes;
}
