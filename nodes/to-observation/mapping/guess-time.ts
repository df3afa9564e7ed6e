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

const parses = (format: string, cells: readonly string[]): boolean =>
  cells.every((cell) => DateTime.fromFormat(cell, format, { zone: 'utc', locale: 'en-US' }).isValid);

/** The format in which the cells are times; a few bad rows do not matter. */
export function guessFormat(cells: readonly unknown[], named: boolean): { format: string; naive: boolean } | undefined {
  const some = cells.slice(0, 30);
  const likely = some.filter((cell) => (String(cell).match(/\d/g) ?? []).length >= 4);
  return formatOfAll(some, named) ?? (likely.length >= some.length * 0.8 ? formatOfAll(likely, named) : undefined);
}

function formatOfAll(some: readonly unknown[], named: boolean): { format: string; naive: boolean } | undefined {
  if (some.length === 0) return undefined;
  const numbers = some.map((cell) => (typeof cell === 'number' || /^\d+(\.\d+)?$/.test(String(cell)) ? Number(cell) : NaN));
  if (numbers.every((n) => n === n)) {
    const epoch = ([['s', 1], ['ms', 1e3], ['us', 1e6]] as const).find(([, size]) =>
      // 1990 to 2100
      numbers.every((n) => n / size > 631e6 && n / size < 4103e6),
    );
    if (epoch !== undefined && (named || epoch[0] !== 's')) return { format: epoch[0], naive: false };
    if (named && numbers.every((n) => n > 20_000 && n < 80_000)) return { format: 'excel', naive: true };
  }
  const texts = some.map((cell) => String(cell).trim());
  if (texts.every((text) => parseTimeInterval(text)?.start !== undefined)) {
    return { format: 'iso', naive: texts.some((text) => !/(z|[+-]\d\d:?(\d\d)?|utc|gmt)$/i.test(text.slice(10))) };
  }
  const format = PATTERNS.find((pattern) => parses(pattern, texts));
  return format === undefined ? undefined : { format, naive: true };
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
  const dayFirst = /^d(.)M/.test(format) && parses(format.replace(/^d(.)M/, 'M$1d'), cells.slice(0, 30).map((c) => String(c).trim()));
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
