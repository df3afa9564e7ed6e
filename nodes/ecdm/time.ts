/**
 * Reading and writing of times. All times inside are epoch milliseconds; the machine's own time zone is never used.
 */
import { isUtc, localToInstant, zoneOffset } from './time-zone';

export { isTimeZone, localToInstant, zoneOffset } from './time-zone';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Times before 1900 or after 2200 are mistakes of a clock, not city data. */
const EARLIEST = -2_208_988_800_000; // 1900-01-01T00:00:00Z
const LATEST = 7_289_654_400_000; // 2201-01-01T00:00:00Z, not included

/** True for a number that may be the time of a reading. */
export function isValidTime(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= EARLIEST && ms < LATEST;
}

/**
 * A number that is a time of 1990 to 2100 in seconds. In milliseconds it would lie in the first weeks of 1970, which
 * nobody means: seconds were written where milliseconds are asked for.
 */
export function areSeconds(time: unknown): time is number {
  return typeof time === 'number' && time > 631e6 && time < 4103e6;
}

// ---- reading

const ZERO = 48;

/** Two digits at `i` as a number; NaN where they are not digits. */
function two(text: string, i: number): number {
  const a = text.charCodeAt(i) - ZERO;
  const b = text.charCodeAt(i + 1) - ZERO;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : NaN;
}

/** Days since 1970-01-01 of a proleptic Gregorian date (Hinnant's algorithm); NaN where the date does not exist. */
function daysOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return NaN;
  if (day > 28 && day > monthLength(year, month)) return NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function monthLength(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Reads an ISO 8601 date and time: `Z`, `+hh:mm`, `+hhmm`, `+hh`, a blank in place of the T, any number of
 * decimals, date only, basic form (`20161201T080000Z`). A time without offset is local time of `zone`.
 * @param zone IANA zone of times without offset; UTC when left out
 * @returns epoch milliseconds, or `undefined` for what is not a time between 1900 and 2200
 */
export function parseTime(text: unknown, zone?: string): number | undefined {
  if (typeof text !== 'string') return undefined;
  const length = text.length;
  // the form that servers send most: 2014-12-31T11:59:59Z, with or without milliseconds
  if (
    (length === 20 || (length === 24 && text.charCodeAt(19) === 46)) &&
    text.charCodeAt(length - 1) === 90 &&
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58
  ) {
    let millis = 0;
    if (length === 24) millis = two(text, 20) * 10 + (two(text, 21) % 10);
    const hour = two(text, 11);
    const minute = two(text, 14);
    const second = two(text, 17);
    if (hour < 24 && minute < 60 && second < 60) {
      const days = daysOf(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
      const ms = days * DAY + hour * 3_600_000 + minute * MINUTE + second * 1000 + millis;
      return ms >= EARLIEST && ms < LATEST ? ms : undefined;
    }
  }
  return parseAny(text, zone);
}

/** Everything that the short way of {@link parseTime} leaves over. */
function parseAny(raw: string, zone: string | undefined): number | undefined {
  if (raw.length > 80) return undefined;
  const text = raw.trim().replaceAll('\u2212', '-');
  const extended = text.charCodeAt(4) === 45;
  let at = extended ? 10 : 8;
  if (text.length < at || (extended && text.charCodeAt(7) !== 45)) return undefined;
  const days = daysOf(two(text, 0) * 100 + two(text, 2), two(text, extended ? 5 : 4), two(text, extended ? 8 : 6));
  if (days !== days) return undefined;
  let ms = days * DAY;
  let offset: number | undefined;
  if (at < text.length) {
    const separator = text.charCodeAt(at);
    if (separator === 84 || separator === 116 || separator === 32) {
      const time = readClock(text, at + 1);
      if (time === undefined) return undefined;
      ms += time.ms;
      at = time.next;
    }
    if (at < text.length) {
      offset = readOffset(text, at);
      if (offset === undefined) return undefined;
    }
  }
  const instant = offset !== undefined ? ms - offset : localToInstant(ms, zone);
  return isValidTime(instant) ? instant : undefined;
}

/** Reads `hh`, `hh:mm`, `hh:mm:ss.f…`, `hhmm`, `hhmmss`; 24:00 is the end of the day, :60 a leap second. */
function readClock(text: string, start: number): { ms: number; next: number } | undefined {
  const hour = two(text, start);
  if (!(hour <= 24)) return undefined;
  let at = start + 2;
  let minute = 0;
  let second = 0;
  let fraction = 0;
  const colon = text.charCodeAt(at) === 58;
  if (colon || two(text, at) === two(text, at)) {
    if (colon) at++;
    minute = two(text, at);
    at += 2;
    const more = colon ? text.charCodeAt(at) === 58 : two(text, at) === two(text, at);
    if (more) {
      if (colon) at++;
      second = two(text, at);
      at += 2;
      const mark = text.charCodeAt(at);
      if (mark === 46 || mark === 44) {
        let scale = 100;
        const first = ++at;
        for (;;) {
          const digit = text.charCodeAt(at) - ZERO;
          if (!(digit >= 0 && digit <= 9)) break;
          fraction += digit * scale;
          scale /= 10;
          at++;
        }
        if (at === first) return undefined;
      }
    }
  }
  if (!(minute < 60 && second <= 60) || (hour === 24 && minute + second + fraction > 0)) return undefined;
  // parts of a millisecond are cut, never rounded up into the next second
  return { ms: hour * 3_600_000 + minute * MINUTE + second * 1000 + Math.floor(fraction + 1e-9), next: at };
}

function readOffset(text: string, start: number): number | undefined {
  const rest = text.slice(start).trim().toUpperCase();
  if (rest === 'Z' || rest === 'UTC' || rest === 'GMT') return 0;
  const sign = rest.charCodeAt(0) === 43 ? 1 : rest.charCodeAt(0) === 45 ? -1 : 0;
  if (sign === 0) return undefined;
  const hours = two(rest, 1);
  let minutes = 0;
  if (rest.length === 6 && rest.charCodeAt(3) === 58) minutes = two(rest, 4);
  else if (rest.length === 5) minutes = two(rest, 3);
  else if (rest.length !== 3) return undefined;
  return hours <= 18 && minutes < 60 ? sign * (hours * 60 + minutes) * MINUTE : undefined;
}

/** An instant (`end` undefined) or an interval; open sides are `undefined`. */
export interface TimeInterval {
  start: number | undefined;
  end: number | undefined;
}

/**
 * Reads an instant or an interval: `"a"`, `"a/b"`, `"a/.."`, `"../b"`, `"a/-"`, `"a/PT1H"`, or the object
 * `{ start, end }` of SensorThings 2.0.
 * @returns `undefined` where a side is not a time, both are open, or the end lies before the start
 */
export function parseTimeInterval(raw: unknown, zone?: string): TimeInterval | undefined {
  if (typeof raw === 'string') {
    const slash = raw.indexOf('/');
    if (slash < 0) {
      const start = parseTime(raw, zone);
      return start === undefined ? undefined : { start, end: undefined };
    }
    return interval(raw.slice(0, slash), raw.slice(slash + 1), zone);
  }
  if (typeof raw === 'object' && raw !== null) {
    const { start, end } = raw as { start?: unknown; end?: unknown };
    return interval(start, end, zone);
  }
  return undefined;
}

function interval(from: unknown, to: unknown, zone: string | undefined): TimeInterval | undefined {
  const start = isOpen(from) ? undefined : parseTime(from, zone);
  if (start === undefined && !isOpen(from)) return undefined;
  if (isOpen(to)) return start === undefined ? undefined : { start, end: undefined };
  const period = start === undefined ? undefined : parsePeriod(to);
  const end = period === undefined ? parseTime(to, zone) : start! + period;
  if (end === undefined || !isValidTime(end) || (start !== undefined && end < start)) return undefined;
  return { start, end };
}

/** Also the years 0001 and 9999, which data bases write for "since ever" and "for ever". */
function isOpen(side: unknown): boolean {
  if (side === undefined || side === null) return true;
  if (typeof side !== 'string') return false;
  const text = side.trim();
  return text === '' || text === '..' || text === '-' || /^(?:0001-01-01|9999-12-31)(?:\D|$)/.test(text);
}

const PERIOD = /^P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?)?$/;

/** Reads an ISO 8601 period of weeks, days, hours, minutes, seconds; months and years have no fixed length. */
function parsePeriod(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 40 || text.length < 3) return undefined;
  const match = PERIOD.exec(text.trim());
  if (match === null) return undefined;
  const [, weeks, days, hours, minutes, seconds] = match;
  if ((weeks ?? days ?? hours ?? minutes ?? seconds) === undefined) return undefined;
  return (
    (Number(weeks ?? 0) * 7 + Number(days ?? 0)) * DAY +
    (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE +
    Math.round(Number(seconds ?? 0) * 1000)
  );
}

/** True for a date and time that says of itself where on earth it holds: `Z` or an offset. */
export function hasOffset(text: string): boolean {
  return /(?:[zZ]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)\s*$/.test(text) && !/^\s*\d{4}-\d{2}-\d{2}\s*$/.test(text);
}

// ---- writing

function pad(n: number, width: number): string {
  return String(n).padStart(width, '0');
}

const TWO = Array.from({ length: 60 }, (_, n) => pad(n, 2));
/** Milliseconds as they are written. */
const FRACTION = Array.from({ length: 1000 }, (_, n) => (n === 0 ? '' : `.${pad(n, 3)}`));
/** `08:00` of each minute of the day. */
const CLOCK = Array.from({ length: 1440 }, (_, n) => `${TWO[Math.floor(n / 60)]}:${TWO[n % 60]}`);

/** What stands behind the minute of a time. Whole texts: each that is put together when a time is written costs. */
interface Ends {
  /** Of each whole second: `05Z`. */
  readonly seconds: readonly string[];
  /** Of each millisecond, with what stands behind it: `.250Z`. */
  readonly fractions: readonly string[];
}

function endsWith(behind: string): Ends {
  return { seconds: TWO.map((text) => text + behind), fractions: FRACTION.map((text) => text + behind) };
}

const UTC = endsWith('Z');
/** Always with milliseconds. */
const INSTANT: Ends = { seconds: TWO.map((text) => `${text}.000Z`), fractions: UTC.fractions };

/** Offsets that are remembered; the zones of the world have about forty. */
const OFFSETS_KEPT = 64;
const offsets = new Map<number, Ends>();

let lastOffset = NaN;
let lastEnds = UTC;

/** @param minutes of local time from UTC */
function endsOf(minutes: number): Ends {
  if (minutes !== lastOffset) {
    let ends = offsets.get(minutes);
    if (ends === undefined) {
      const size = Math.abs(minutes);
      ends = endsWith(`${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}:${pad(size % 60, 2)}`);
      if (offsets.size >= OFFSETS_KEPT) offsets.clear();
      offsets.set(minutes, ends);
    }
    lastEnds = ends;
    lastOffset = minutes;
  }
  return lastEnds;
}

/** Minutes that were written last: times that are written one after the other lie close together. */
const MINUTES_KEPT = 1024;
const minutes = new Float64Array(MINUTES_KEPT).fill(NaN);
const starts = new Array<string>(MINUTES_KEPT).fill('');

/** `2026-01-31T08:00:` of a minute since 1970. */
function minuteText(minute: number): string {
  const at = minute & (MINUTES_KEPT - 1);
  if (minutes[at] !== minute) {
    const iso = new Date(minute * MINUTE).toISOString();
    minutes[at] = minute;
    starts[at] = iso.slice(0, iso.indexOf('T') + 7);
  }
  return starts[at]!;
}

/** `2026-01-31T08:00:00` of a local time, with milliseconds where there are any, and what stands behind them. */
function localText(ms: number, ends: Ends): string {
  const minute = Math.floor(ms / MINUTE);
  const rest = ms - minute * MINUTE;
  const second = Math.floor(rest / 1000);
  const fraction = rest - second * 1000;
  return minuteText(minute) + (fraction === 0 ? ends.seconds[second]! : TWO[second]! + ends.fractions[fraction]!);
}

/** As `Date.prototype.toISOString` writes it: always UTC, always with milliseconds; parts of one are left out. */
export function instantText(ms: number): string {
  return localText(Math.floor(ms), INSTANT);
}

/** Time of day of a local time: `08:00`, with seconds where there are any. */
export function timeOfDay(local: number): string {
  const seconds = Math.floor(local / 1000) - Math.floor(local / DAY) * 86_400;
  const text = CLOCK[Math.floor(seconds / 60)]!;
  return seconds % 60 === 0 ? text : `${text}:${TWO[seconds % 60]}`;
}

/**
 * Writes a time as ISO 8601 with offset (`Z` for UTC); milliseconds only where there are any.
 * @param zone IANA zone; UTC when left out or unknown
 */
export function formatTime(ms: number, zone?: string): string {
  if (!isValidTime(ms)) return '';
  if (isUtc(zone)) return localText(Math.floor(ms), UTC);
  const offset = Math.round(zoneOffset(ms, zone) / MINUTE);
  return localText(Math.floor(ms) + offset * MINUTE, endsOf(offset));
}
