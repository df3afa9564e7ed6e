/** From times and values to pixels, and where the lines of a drawing are. */
import { zoneOffset } from '../../ecdm/time';

export interface Scale {
  from: number;
  to: number;
  /** Pixels at `from` and at `to`. */
  start: number;
  end: number;
}

export const toPixel = ({ from, to, start, end }: Scale, value: number): number =>
  to === from
    ? (start + end) / 2
    : start + ((Math.min(to, Math.max(from, value)) - from) / (to - from)) * (end - start);

export const fromPixel = ({ from, to, start, end }: Scale, pixel: number): number =>
  Math.min(to, Math.max(from, from + ((pixel - start) / (end - start)) * (to - from)));

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
/** Distances between two times that people read without counting. */
const STEPS = [
  MIN, 2 * MIN, 5 * MIN, 10 * MIN, 15 * MIN, 30 * MIN,
  HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 182 * DAY, 365 * DAY,
]; // prettier-ignore

/**
 * Times to be written under a drawing, on whole hours and days of the place.
 * @param room pixels that one of them needs
 */
export function timeTicks(scale: Scale, zone: string, room: number): { time: number; days: boolean }[] {
  const { from, to, start, end } = scale;
  if (!(to > from)) return [{ time: from, days: false }];
  const least = ((to - from) * room) / Math.max(1, end - start);
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / (365 * DAY)) * 365 * DAY;
  const ticks: { time: number; days: boolean }[] = [];
  const first = Math.ceil((from + zoneOffset(from, zone)) / step) * step;
  for (let local = first; ticks.length < 60; local += step) {
    const guess = local - zoneOffset(local, zone);
    const time = local - zoneOffset(guess, zone);
    if (time > to) break;
    if (time >= from) ticks.push({ time, days: step >= DAY });
  }
  return ticks;
}

/** Round numbers in a range, about as many as are asked for. */
export function valueTicks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const step = niceStep((to - from) / count);
  const ticks: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to && ticks.length < 60; n++)
    ticks.push(Number((n * step).toPrecision(12)));
  return ticks;
}

/** The next larger of 1, 2, 5, 10, 20 ... */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return Number((([1, 2, 5].find((n) => n * power >= least * 0.999_999) ?? 10) * power).toPrecision(12));
}

/** Lists of points without the gaps in between: a gap is three times as long as points are usually apart. */
export function unbroken<P extends { time: number }>(points: readonly P[]): P[][] {
  if (points.length === 0) return [];
  const distances = points.slice(1).map(({ time }, i) => time - points[i]!.time);
  const usual = [...distances].sort((a, b) => a - b)[distances.length >> 1] ?? 0;
  const pieces: P[][] = [[points[0]!]];
  distances.forEach((distance, i) => {
    if (distance > 3 * usual) pieces.push([]);
    pieces.at(-1)!.push(points[i + 1]!);
  });
  return pieces;
}
