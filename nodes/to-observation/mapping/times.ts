import { DateTime } from 'luxon';
import type { Mapping } from '../../ecdm/mapping-schema';
import { areSeconds, isValidTime, localToInstant, parseTimeInterval } from '../../ecdm/time';
import { ARRIVAL, cellText, type Get, type Row } from './columns';
import { numberReader } from './numbers';

export interface RowTime {
  start: number;
  end: number | undefined;
}

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Day 0 of spreadsheets (1899-12-30) in days before 1970. */
const EXCEL_EPOCH = 25_569;

type ReadCell = (cell: unknown) => RowTime | undefined;

/** Seconds since 1970, read as the milliseconds that the mapping says: 1990 to 2100 would all be early in 1970. */
export function looksLikeSeconds(cell: unknown, format: string | undefined): boolean {
  if (format !== 'ms') return false;
  const n = typeof cell === 'number' ? cell : typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : NaN;
  return areSeconds(n);
}

/** Milliseconds since 1970, read as the seconds that the mapping says: they would all lie far beyond 2200. */
export function looksLikeMilliseconds(cell: unknown, format: string | undefined): boolean {
  if (format !== 's') return false;
  const n = typeof cell === 'number' ? cell : typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : NaN;
  return areSeconds(n / 1000);
}

/** Reads the time of a row; `undefined` for what is not a time from 1900 to 2200. */
export function timeReader(mapping: Pick<Mapping, 'time' | 'decimal'>, columns: readonly Get[], end: Get | undefined) {
  const read = remembering(cellReader(mapping));
  const single = columns.length === 1 ? columns[0] : undefined;
  const begin = single !== undefined && mapping.time.columns[0] === ARRIVAL ? arrivalOr(read) : read;
  return (row: Row): RowTime | undefined => {
    const time = begin(single === undefined ? joined(columns, row) : single(row));
    if (time === undefined || end === undefined) return time;
    const until = read(end(row));
    return until === undefined || until.start < time.start ? time : { start: time.start, end: until.start };
  };
}

/** The time of arrival is milliseconds whatever its size: a clock that was never set is in the first days of 1970. */
function arrivalOr(read: ReadCell): ReadCell {
  return (cell) => (isValidTime(cell) ? { start: Math.round(cell), end: undefined } : read(cell));
}

function joined(columns: readonly Get[], row: Row): string {
  return columns.map((get) => cellText(get(row))?.trim() ?? '').join(' ').trim();
}

/** Rows of one hour follow one another: the last text is not read again. */
function remembering(read: ReadCell): ReadCell {
  let last: unknown;
  let answer: RowTime | undefined;
  return (cell) => {
    if (cell === last && cell !== undefined) return answer;
    answer = read(cell);
    last = cell;
    return answer;
  };
}

function cellReader(mapping: Pick<Mapping, 'time' | 'decimal'>): ReadCell {
  const { format = 'iso', zone } = mapping.time;
  const toNumber = numberReader({ decimal: mapping.decimal });
  const numberOf = (cell: unknown): number =>
    typeof cell === 'number' ? cell : typeof cell === 'string' ? (toNumber(cell) ?? NaN) : NaN;
  const instant = (ms: number | undefined): RowTime | undefined =>
    isValidTime(ms) ? { start: Math.round(ms), end: undefined } : undefined;
  switch (format) {
    case 's':
      return (cell) => instant(numberOf(cell) * 1000);
    case 'ms':
      return (cell) => {
        const ms = numberOf(cell);
        return areSeconds(ms) ? undefined : instant(ms);
      };
    case 'us':
      return (cell) => instant(numberOf(cell) / 1000);
    case 'excel':
      return (cell) => {
        // spreadsheets count days of local time; a second is as fine as their fractions are
        const local = Math.round((numberOf(cell) - EXCEL_EPOCH) * (DAY / 1000)) * 1000;
        return isValidTime(local) ? instant(localToInstant(local, zone)) : undefined;
      };
    case 'iso':
      return (cell) => readIso(cell, zone, instant);
    default:
      return patternReader(format, zone, instant);
  }
}

function readIso(
  cell: unknown,
  zone: string | undefined,
  instant: (ms: number | undefined) => RowTime | undefined,
): RowTime | undefined {
  if (cell instanceof Date) return instant(cell.getTime());
  if (typeof cell === 'number') return instant(epochOf(cell));
  const interval = parseTimeInterval(cell, zone);
  if (interval?.start !== undefined) return { start: interval.start, end: interval.end };
  // epoch numbers in a CSV are texts
  return typeof cell === 'string' && /^\d{9,16}(\.\d+)?$/.test(cell) ? instant(epochOf(Number(cell))) : undefined;
}

/** Seconds, milliseconds or microseconds since 1970, told apart by their size. */
function epochOf(n: number): number {
  const size = Math.abs(n);
  return size < 1e11 ? n * 1000 : size < 1e14 ? n : n / 1000;
}

function patternReader(
  pattern: string,
  zone: string | undefined,
  instant: (ms: number | undefined) => RowTime | undefined,
): ReadCell {
  const options = { zone: zone ?? 'utc', locale: 'en-US' };
  const isLocal = !/[ZzXx]/.test(pattern.replace(/'[^']*'/g, ''));
  const parser = DateTime.buildFormatParser(pattern, options);
  return (cell) => {
    const text = cellText(cell)?.trim();
    if (text === undefined || text === '' || text.length > 100) return undefined;
    const time = DateTime.fromFormatParser(text, parser, options);
    if (!time.isValid) return undefined;
    const ms = time.toMillis();
    // of an hour that comes twice luxon takes that with the offset of today: the same text would change its meaning
    return instant(isLocal ? localToInstant(ms + time.offset * MINUTE, zone) : ms);
  };
}
