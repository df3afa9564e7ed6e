/** A span of the local day, such as 22:00 to 07:00, on some days of the week: right where the clocks change, too. */
import { localToInstant, zoneOffset } from '../../ecdm/time';

const DAY = 86_400_000;

export interface DaySpan {
  /** Milliseconds after local midnight. A span that ends before it begins goes over midnight; from = to is the whole day. */
  from: number;
  to: number;
  /** Days on which it begins, 0 is Sunday; every day where it is left out. */
  days?: ReadonlySet<number>;
}

/** The instants of one span: `begin` belongs to it, `end` does not. */
export interface Span {
  begin: number;
  end: number;
}

/** Reads "22:00" as milliseconds after midnight; `undefined` where it is none. */
export function parseClock(text: unknown): number | undefined {
  const [, hours, minutes] = /^\s*(\d{1,2})[:.](\d\d)\s*$/.exec(typeof text === 'string' ? text : '') ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/**
 * The span that an instant lies in. A border that the clocks skip is the moment at which they are moved; of one that comes
 * twice the first counts.
 * @param now epoch milliseconds
 */
export function spanAt({ from, to, days }: DaySpan, now: number, timeZone: string | undefined): Span | undefined {
  const today = Math.floor((now + zoneOffset(now, timeZone)) / DAY);
  for (const day of [today, today - 1]) {
    if (!isOn(day, days)) continue;
    const begin = localToInstant(day * DAY + from, timeZone);
    const end = localToInstant((to <= from ? day + 1 : day) * DAY + to, timeZone);
    if (begin !== undefined && end !== undefined && begin <= now && now < end) return { begin, end };
  }
  return undefined;
}

/** When the next span begins, after an instant; `undefined` where there is none within eight days. */
export function nextBegin({ from, days }: DaySpan, now: number, timeZone: string | undefined): number | undefined {
  const today = Math.floor((now + zoneOffset(now, timeZone)) / DAY);
  for (let day = today; day <= today + 8; day++) {
    const begin = isOn(day, days) ? localToInstant(day * DAY + from, timeZone) : undefined;
    if (begin !== undefined && begin > now) return begin;
  }
  return undefined;
}

/** 1 January 1970 was a Thursday. */
function isOn(day: number, days: DaySpan['days']): boolean {
  return days === undefined || days.has((((day + 4) % 7) + 7) % 7);
}
