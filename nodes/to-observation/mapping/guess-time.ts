import { DateTime } from 'luxon';
import { formatDuration } from '../../ecdm/duration';
import type { Mapping } from '../../ecdm/mapping-schema';
import { parseTimeInterval } from '../../ecdm/time';
import { cellText, type Get } from './columns';
import { suits } from './guess-words';
import type { Sample, SampleColumn } from './sample';
import { timeReader } from './times';

export interface TimeGuess {
  time: Mapping['time'];
  /** The texts say no zone. */
  naive: boolean;
  /** Day and month could be the other way round. */
  dayFirst: boolean;
}

const PATTERNS: readonly string[] = ['.', '/', '-'].flatMap((s) =>
  [`d${s}M${s}yyyy`, `M${s}d${s}yyyy`, `d${s}M${s}yy`].flatMap((date) =>
    [`${date} H:mm:ss`, `${date} H:mm`, `${date} H.mm.ss`, `${date} h:mm:ss a`, `${date} h:mm a`, date],
  ),
).concat(['yyyy/M/d H:mm:ss', 'yyyy/M/d H:mm', 'yyyy/M/d', 'yyyyMMddHHmm', 'yyyyMMddHHmmss', 'yyyyMMddHH', 'd LLL yyyy H:mm']);

/** Cells that a guess looks at. */
const LOOKED_AT = 30;
/** What every pattern above looks like; most columns of texts and numbers need not be tried with each of them. */
const DATE_LIKE = /^\d{1,4}([./-])\d{1,2}\1\d{2,4}|^\d{10,14}$|^\d{1,2} \p{L}{3}/u;

/** How many of the cells are times in this format; none where it is less than `least`. */
function fitting(cells: readonly string[], least: number, isTime: (cell: string) => boolean): number {
  let misses = 0;
  for (const cell of cells) if (!isTime(cell) && ++misses > cells.length - least) return 0;
  return cells.length - misses;
}

const inFormat = (format: string) => (cell: string): boolean =>
  DateTime.fromFormat(cell, format, { zone: 'utc', locale: 'en-US' }).isValid;

interface Format {
  format: string;
  naive: boolean;
}

/**
 * The format in which the cells are times; a few bad rows do not matter.
 * @param named the column says that it is the time: then half of its rows are enough
 */
function guessFormat(cells: readonly unknown[], named: boolean): Format | undefined {
  const some = cells.slice(0, LOOKED_AT).map((cell) => (cell instanceof Date ? cell.toISOString() : String(cell).trim()));
  const least = Math.max(1, Math.ceil(some.length * (named ? 0.5 : 0.8)));
  return epochFormat(some, least, named) ?? isoFormat(some, least) ?? patternOf(some, least);
}

const isFigures = (cell: string): boolean => /^\d+(\.\d+)?$/.test(cell);

function epochFormat(cells: readonly string[], least: number, named: boolean): Format | undefined {
  const within = (low: number, high: number): boolean =>
    fitting(cells, least, (cell) => isFigures(cell) && Number(cell) > low && Number(cell) < high) > 0;
  for (const [format, size] of [['s', 1], ['ms', 1e3], ['us', 1e6]] as const) {
    // 1990 to 2100
    if ((named || format !== 's') && within(631e6 * size, 4103e6 * size)) return { format, naive: false };
  }
  return named && within(20_000, 80_000) ? { format: 'excel', naive: true } : undefined;
}

function isoFormat(cells: readonly string[], least: number): Format | undefined {
  const isTime = (cell: string): boolean => parseTimeInterval(cell)?.start !== undefined;
  if (fitting(cells, least, isTime) === 0) return undefined;
  const naive = cells.some((cell) => isTime(cell) && !/(z|[+-]\d\d:?(\d\d)?|utc|gmt)$/i.test(cell.slice(10)));
  return { format: 'iso', naive };
}

/** The pattern that fits most of them; of equal ones the day comes first. */
function patternOf(cells: readonly string[], least: number): Format | undefined {
  if (fitting(cells, least, (cell) => DATE_LIKE.test(cell)) === 0) return undefined;
  let best: string | undefined;
  let most = least - 1;
  for (const pattern of PATTERNS) {
    const fits = fitting(cells, most + 1, inFormat(pattern));
    if (fits > most) [best, most] = [pattern, fits];
    if (most === cells.length) break;
  }
  return best === undefined ? undefined : { format: best, naive: true };
}

const best = (columns: readonly SampleColumn[], score: (column: SampleColumn) => number): SampleColumn | undefined =>
  columns.reduce<SampleColumn | undefined>(
    (top, column) => (score(column) > (top === undefined ? 0 : score(top)) ? column : top),
    undefined,
  );

/** Finds the column(s) of the time. */
export function guessTime(sample: Sample): TimeGuess | undefined {
  const { columns } = sample;
  const usable = (column: SampleColumn): number => {
    const named = suits(column.name, 'time');
    return named > 0 && guessFormat(column.cells, true) !== undefined ? named : 0;
  };
  const date = best(columns, (c) => (suits(c.name, 'date') >= 1000 ? suits(c.name, 'date') : 0));
  const clock = best(columns, (c) => (suits(c.name, 'clock') >= 1000 && c.cells.some(isClock) ? suits(c.name, 'clock') : 0));
  if (date !== undefined && clock !== undefined && date !== clock && !date.cells.some((c) => /\d:\d/.test(String(c)))) {
    const joined = date.all.map((cell, i) => `${cellText(cell) ?? ''} ${cellText(clock.all[i]) ?? ''}`);
    const both = guessFormat(joined, true);
    if (both !== undefined) return finish([date.name, clock.name], both, joined);
  }
  const column = best(columns, usable) ?? columns.find((c) => guessFormat(c.cells, false) !== undefined);
  if (column === undefined) return undefined;
  return finish([column.name], guessFormat(column.cells, true)!, column.cells);
}

const isClock = (cell: unknown): boolean => /^\d{1,2}[:.]\d\d/.test(String(cell));

function finish(columns: string[], { format, naive }: { format: string; naive: boolean }, cells: readonly unknown[]): TimeGuess {
  const texts = cells.slice(0, LOOKED_AT).map((cell) => String(cell).trim());
  const swapped = format.replace(/^d(.)M/, 'M$1d');
  const dayFirst = swapped !== format && texts.every((text) => inFormat(swapped)(text) || !inFormat(format)(text));
  return { time: format === 'iso' ? { columns } : { columns, format }, naive, dayFirst };
}

/** The usual time between two readings of one station; only said where most steps are alike. */
export function guessInterval(mapping: Pick<Mapping, 'time'>, times: readonly unknown[], keys: readonly string[]): string | undefined {
  const cell: Get = (row) => row;
  const read = timeReader({ time: { ...mapping.time, end: undefined } }, [cell], undefined);
  const last = new Map<string, number>();
  const steps = new Map<number, number>();
  let all = 0;
  times.forEach((time, i) => {
    const at = read(time)?.start;
    if (at === undefined) return;
    const before = last.get(keys[i]!);
    last.set(keys[i]!, at);
    if (before === undefined || at <= before) return;
    steps.set(at - before, (steps.get(at - before) ?? 0) + 1);
    all++;
  });
  const [step, count] = [...steps].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  return count >= 3 && count > all * 0.6 ? formatDuration(step) : undefined;
}
