/** How far local time is from UTC, in every zone of the world. */

const DAY = 86_400_000;
const MINUTE = 60_000;

/** Days whose offset is remembered per zone; the table is emptied when full. */
const DAYS_KEPT = 20_000;
/** Zones that are remembered; a flow uses a handful, text from outside may name many. */
const ZONES_KEPT = 600;

interface Zone {
  format: Intl.DateTimeFormat;
  /** Offset in ms per UTC day; NaN where it changes within the day. */
  days: Map<number, number>;
  /** The quarter hours of the days on which the offset changes. */
  quarters: Map<number, number>;
  /** The day that was asked for last, and its offset: what is written one after the other is mostly of one day. */
  day: number;
  offset: number;
}

const zones = new Map<string, Zone | null>();

let lastName: string | undefined;
let lastZone: Zone | null = null;

function zoneOf(name: string): Zone | null {
  if (name !== lastName) {
    lastZone = findZone(name);
    lastName = name;
  }
  return lastZone;
}

function findZone(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let zone: Zone | null = null;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zone = { format, days: new Map(), quarters: new Map(), day: NaN, offset: NaN };
  } catch {
    // not a zone: remembered as such
  }
  if (zones.size >= ZONES_KEPT) zones.clear();
  zones.set(name, zone);
  return zone;
}

/** True where times are written and read in UTC. */
export function isUtc(zone: string | undefined): boolean {
  return zone === undefined || zone === '' || zone === 'UTC' || zone === 'Z' || zone === 'Etc/UTC';
}

/** True for an IANA zone (or a fixed offset such as "+07:00") that times can be written in. */
export function isTimeZone(zone: unknown): zone is string {
  return typeof zone === 'string' && zone.length > 0 && zone.length <= 60 && (isUtc(zone) || zoneOf(zone) !== null);
}

/** Instants lie at most so far from 1970 (ECMA-262, time values); a number beyond is no time, and is refused by Intl. */
const FARTHEST = 8.64e15;

function computeOffset(zone: Zone, ms: number): number {
  if (!(Math.abs(ms) <= FARTHEST)) return 0;
  let year = 0;
  let month = 0;
  let day = 0;
  let hour = 0;
  let minute = 0;
  let second = 0;
  for (const part of zone.format.formatToParts(ms)) {
    const n = Number(part.value);
    if (part.type === 'year') year = n;
    else if (part.type === 'month') month = n;
    else if (part.type === 'day') day = n;
    else if (part.type === 'hour') hour = n;
    else if (part.type === 'minute') minute = n;
    else if (part.type === 'second') second = n;
  }
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

function offsetIn(zone: Zone, ms: number): number {
  const day = Math.floor(ms / DAY);
  if (day !== zone.day) {
    zone.offset = offsetOfDay(zone, day);
    zone.day = day;
  }
  return zone.offset === zone.offset ? zone.offset : offsetOfQuarter(zone, ms);
}

/** Offset all through a UTC day; NaN where it changes. */
function offsetOfDay(zone: Zone, day: number): number {
  let offset = zone.days.get(day);
  if (offset === undefined) {
    const start = computeOffset(zone, day * DAY);
    offset = start === computeOffset(zone, (day + 1) * DAY - 1) ? start : NaN;
    if (zone.days.size >= DAYS_KEPT) zone.days.clear();
    zone.days.set(day, offset);
  }
  return offset;
}

function offsetOfQuarter(zone: Zone, ms: number): number {
  const quarter = Math.floor(ms / (15 * MINUTE));
  let exact = zone.quarters.get(quarter);
  if (exact === undefined) {
    exact = computeOffset(zone, quarter * 15 * MINUTE);
    if (zone.quarters.size >= DAYS_KEPT) zone.quarters.clear();
    zone.quarters.set(quarter, exact);
  }
  return exact;
}

/**
 * Offset of local time from UTC at an instant, in milliseconds (east is positive).
 * @returns 0 for a zone that does not exist; check with {@link isTimeZone} where it matters
 */
export function zoneOffset(ms: number, zone?: string): number {
  if (isUtc(zone)) return 0;
  const known = zoneOf(zone!);
  return known === null ? 0 : offsetIn(known, ms);
}

/** Clocks are set by no more than this. */
const MOST_SET = 3 * 60 * MINUTE;

/** Whether the local time of an instant happens twice, because the clocks are set back. */
export function isTwice(ms: number, zone?: string): boolean {
  const known = isUtc(zone) ? null : zoneOf(zone!);
  if (known === null) return false;
  const before = offsetIn(known, ms - MOST_SET);
  const after = offsetIn(known, ms + MOST_SET);
  if (before <= after) return false;
  const other = offsetIn(known, ms) === before ? ms + before - after : ms - before + after;
  return offsetIn(known, other) !== offsetIn(known, ms) && other + offsetIn(known, other) === ms + offsetIn(known, ms);
}

/**
 * The instant of a local time. A time that the clocks skip moves forward by the skipped hour; of a time that
 * happens twice the first is taken.
 * @param local the local date and time, written as if it were UTC
 * @returns `undefined` where the zone does not exist
 */
export function localToInstant(local: number, zone?: string): number | undefined {
  if (isUtc(zone)) return local;
  const known = zoneOf(zone!);
  if (known === null) return undefined;
  const before = offsetIn(known, local - DAY);
  const first = local - before;
  if (offsetIn(known, first) === before) return first;
  const after = offsetIn(known, local + DAY);
  const second = local - after;
  if (offsetIn(known, second) === after) return second;
  return first;
}
