/** Which values a curve tries. */
import { formatDuration, parseDuration } from '../../ecdm/duration';
import type { CurveSetting } from '../contract';
import { niceStep } from './scale';

/** Most values of one curve: each of them is a rule that runs over all the data. */
export const MOST_VALUES = 60;

export interface Range {
  from: number;
  to: number;
  step: number;
}

export const isLength = ({ of }: CurveSetting): boolean => of === 'for' || of === 'within';

const HOUR = 3_600_000;
/** At most so many values are tried at first. */
const USUAL = 40;
const USUAL_LENGTHS = 12;

/**
 * What is tried where nobody has said anything else.
 * @param value as it stands in the form
 * @param data least and greatest value in the data, where they are known
 */
export function usualRange(
  setting: CurveSetting,
  value: number | undefined,
  limit: number | undefined,
  data?: { low: number; high: number },
): Range {
  if (isLength(setting)) {
    const to = Math.max(3 * (value ?? 0), 6 * HOUR);
    return { from: setting.of === 'within' ? to / USUAL_LENGTHS : 0, to, step: to / USUAL_LENGTHS };
  }
  const middle = limit ?? value ?? 0;
  const size = Math.abs(middle) || 1;
  // hysteresis lies between the limit and half of it, on the side of the value that there is
  const below = setting.of === 'clear' && (value === undefined || value <= middle);
  const from =
    setting.of === 'clear'
      ? below
        ? middle - size / 2
        : middle
      : Math.max(data?.low ?? middle - size / 2, middle - size);
  const to =
    setting.of === 'clear'
      ? below
        ? middle
        : middle + size / 2
      : Math.min(data?.high ?? middle + size, middle + 2 * size);
  const step = niceStep(Math.max((to - from) / USUAL, size / 1000));
  return { from: rounded(Math.ceil(from / step) * step), to: rounded(Math.floor(to / step) * step), step };
}

/** The values between, with those that must be among them; `undefined` where there are none or too many. */
export function valuesOf({ from, to, step }: Range, besides: readonly number[]): number[] | undefined {
  if (!(step > 0) || !(to >= from) || (to - from) / step > MOST_VALUES) return undefined;
  const values = new Set(besides.map(rounded));
  for (let n = 0; from + n * step <= to + step * 1e-9; n++) values.add(rounded(from + n * step));
  return values.size > MOST_VALUES ? undefined : [...values].sort((a, b) => a - b);
}

/** What stands in a field: a number, or a length of time such as "10 min". */
export function readValue(setting: CurveSetting, text: string): number | undefined {
  if (isLength(setting)) return text.trim() === '0' ? 0 : parseDuration(text);
  const plain = text.trim().replace(',', '.');
  const value = plain === '' ? NaN : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

export const writeValue = (setting: CurveSetting, value: number): string =>
  isLength(setting) ? (value === 0 ? '0' : formatDuration(value)) : String(value);

/** No tail of binary digits. */
const rounded = (value: number): number => Number(value.toPrecision(12));
