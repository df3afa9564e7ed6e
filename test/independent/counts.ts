/**
 * Counts of what the rules in test/definitions must find, worked out in the plainest way and without a line of the
 * product's code: rows in memory, one loop for each question. It imports nothing of the project, and must not.
 */
import { readFileSync } from 'node:fs';

export type Row = Record<string, string>;
export type Counts = Record<string, number>;

const HOUR = 3_600_000;

function rowsOf(file: string): Row[] {
  const [head, ...lines] = readFileSync(file, 'utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/);
  const names = head!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

const groupBy = (rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
};

/** How often a list of yes and no turns to yes. */
const rises = (flags: readonly boolean[]): number => flags.filter((flag, i) => flag && flags[i - 1] !== true).length;

/**
 * NO2 > 40 and PM2.5 > 15 (ug/m3): beginnings per station, and how often both hold at once. A sensor that was silent for
 * more than three hours says nothing of now: that cannot begin an episode, and does not end one.
 */
export function openaq(file: string): { no2: Counts; pm: Counts; both: Counts } {
  const result = { no2: {} as Counts, pm: {} as Counts, both: {} as Counts };
  // a value without its unit cannot be compared with a limit that has one
  const rows = rowsOf(file).filter((row) => row['value'] !== '' && row['unit'] !== '');
  for (const [station, list] of groupBy(rows, (row) => row['location']!)) {
    const last = { no2: { high: false, time: -Infinity }, pm25: { high: false, time: -Infinity } };
    const began = { no2: 0, pm25: 0, both: 0 };
    let both = false;
    const times = [...groupBy(list, (row) => String(Date.parse(row['time']!)))].sort((x, y) => Number(x[0]) - Number(y[0]));
    for (const [text, now] of times) {
      const time = Number(text);
      for (const row of now) {
        const name = row['parameter'] as 'no2' | 'pm25';
        const high = Number(row['value']) > (name === 'no2' ? 40 : 15);
        if (high && !last[name].high) began[name]++;
        last[name] = { high, time };
      }
      const known = Math.min(last.no2.time, last.pm25.time) >= time - 3 * HOUR;
      if (!last.no2.high || !last.pm25.high) both = false;
      else if (!both && known) {
        both = true;
        began.both++;
      }
    }
    result.no2[station] = began.no2;
    result.pm[station] = began.pm25;
    result.both[station] = began.both;
  }
  return result;
}

/** Noise per monitor: the mean energy of three hours > 65 dB, the (wrong) mean of the decibels, > 55 dB at night. */
export function dublin(file: string): { energy: Counts; arithmetic: Counts; night: Counts; energyHours: Counts } {
  const result = { energy: {} as Counts, arithmetic: {} as Counts, night: {} as Counts, energyHours: {} as Counts };
  for (const [monitor, list] of groupBy(rowsOf(file), (row) => row['monitor']!)) {
    const levels = list.map((row) => Number(row['laeq_dba']));
    const three = levels.map((_, i) => levels.slice(Math.max(0, i - 2), i + 1));
    const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
    const loud = three.map((w) => w.length === 3 && 10 * Math.log10(mean(w.map((x) => 10 ** (x / 10)))) > 65);
    result.energy[monitor] = rises(loud);
    result.energyHours[monitor] = loud.filter(Boolean).length;
    result.arithmetic[monitor] = rises(three.map((w) => w.length === 3 && mean(w) > 65));
    // in winter the clocks of Dublin show UTC
    const hours = list.map((row) => Number(row['time']!.slice(11, 13)));
    result.night[monitor] = rises(levels.map((x, i) => x > 55 && (hours[i]! >= 23 || hours[i]! < 7)));
  }
  return result;
}

/** Rain of a full hour over all gauges > 8 mm, the river at Hebden Bridge > 0.05 m (over below 0.04 m), and one after the other. */
export function calder(file: string): { rain: number; river: number; afterRain: number; episodes: number } {
  const rows = rowsOf(file);
  const sums = new Map<number, number>();
  for (const row of rows.filter((r) => r['observedProperty'] === 'rainfall15min')) {
    const end = Math.ceil(Date.parse(row['time']!) / HOUR) * HOUR;
    sums.set(end, (sums.get(end) ?? 0) + Number(row['value']));
  }
  const wet = [...sums].sort((a, b) => a[0] - b[0]).map(([time, sum]) => ({ time, is: sum > 8 }));
  const rainBegins = wet.filter(({ is }, i) => is && wet[i - 1]?.is !== true).map(({ time }) => time);
  // each shower ends with the first hour that is not wet
  const rainEnds = rainBegins.map((begin) => wet.find(({ time, is }) => time > begin && !is)!.time);

  const riverBegins: number[] = [];
  let high = false;
  for (const row of rows.filter((r) => r['station'] === 'Hebden-Bridge')) {
    const level = Number(row['value']);
    if (!high && level > 0.05) {
      high = true;
      riverBegins.push(Date.parse(row['time']!));
    } else if (high && level < 0.04) high = false;
  }

  // a shower counts once: what led to a detection is used up by it
  let used = -Infinity;
  const afterRain = riverBegins.filter((rise) => {
    const found = rainBegins.some((begin, i) => begin > used && rainEnds[i]! < rise && begin >= rise - 48 * HOUR);
    if (found) used = rise;
    return found;
  });
  return { rain: rainBegins.length, river: riverBegins.length, afterRain: afterRain.length, episodes: episodes(afterRain, 48 * HOUR) };
}

/** Detections that follow one another within the quiet time are one episode. */
function episodes(times: readonly number[], quiet: number): number {
  return times.filter((time, i) => i === 0 || time - times[i - 1]! > quiet).length;
}

/** More than 5,500 vehicles an hour: how often, how often for two hours, the morning rush, and twice within 12 hours. */
export function metro(file: string): { busy: number; busyLong: number; rush: number; twice: number; episodes: number } {
  const rows = rowsOf(file).map((row) => {
    const text = row['time_local']!;
    // local hours as if they were UTC: only differences within a day matter, and weekdays
    const local = Date.parse(`${text}Z`);
    return { local, hour: Number(text.slice(11, 13)), day: new Date(local).getUTCDay(), volume: Number(row['traffic_volume']) };
  });
  const busy = rows.map(({ volume }) => volume > 5500);
  const begins = rows.filter((_, i) => busy[i] && !busy[i - 1]).map(({ local }) => local);
  const busyLong = rows.filter((row, i) => {
    if (!busy[i] || busy[i - 1]) return false;
    let end = i;
    while (busy[end + 1]) end++;
    return rows[end]!.local - row.local >= 2 * HOUR;
  }).length;
  const rush = rises(rows.map(({ volume, hour, day }) => volume > 5000 && hour >= 6 && hour < 10 && day >= 1 && day <= 5));
  // the second of two is used up: it is not the first of the next two
  let first: number | undefined;
  const twice = begins.filter((begin) => {
    const found = first !== undefined && begin - first <= 12 * HOUR;
    first = found ? undefined : begin;
    return found;
  });
  return { busy: begins.length, busyLong, rush, twice: twice.length, episodes: episodes(twice, 12 * HOUR) };
}
