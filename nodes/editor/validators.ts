/**
 * Validators for a form's `defaults`. Each returns `true` or the reason in the user's language; Node-RED shows it at
 * the field and under the node. Values that come from the environment (`${NAME}`) are accepted: they are not known yet.
 */
import { parseDuration } from '../ecdm/duration';
import { variableIn } from '../ecdm/variable';
import type { Translate } from './texts';

export type Validator = (value: unknown, options?: unknown) => true | string;

/**
 * Node-RED takes a text for a reason only from a function that declares two parameters; from any other one a text is
 * "true", and nothing would ever be invalid. So every validator of a form goes through this.
 */
export function reasons<This>(check: (this: This, value: unknown) => true | string): Validator {
  return function (this: unknown, value: unknown, _options: unknown): true | string {
    return check.call(this as This, value);
  };
}

export const fromEnvironment = (value: unknown): boolean => variableIn(value) !== undefined;
const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

export interface Validators {
  required(labelKey: string): Validator;
  number(labelKey: string, low: number, high: number, optional?: boolean): Validator;
  /** @param bounds shortest and longest, as people write them */
  duration(labelKey: string, optional?: boolean, bounds?: readonly [low: string, high: string]): Validator;
  url(labelKey: string, schemes: readonly string[], optional?: boolean): Validator;
}

/** @param t texts of the node whose form it is; labels are keys of it */
export function validators(t: Translate): Validators {
  const say = (reason: string, labelKey: string, more?: object): string =>
    t(`common.invalid.${reason}`, { label: t(labelKey), ...more });
  return {
    required: (label) => reasons((value) => !isEmpty(value) || say('required', label)),
    number: (label, low, high, optional) =>
      reasons((value) => {
        if (fromEnvironment(value) || (optional && isEmpty(value))) return true;
        const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
        if (!Number.isFinite(number)) return say(isEmpty(value) ? 'required' : 'number', label);
        return (number >= low && number <= high) || say('range', label, { low, high });
      }),
    duration: (label, optional, bounds) =>
      reasons((value) => {
        if (fromEnvironment(value) || (optional && isEmpty(value))) return true;
        const length = parseDuration(value);
        if (length === undefined) return say(isEmpty(value) ? 'required' : 'duration', label);
        if (bounds === undefined) return true;
        const [low, high] = bounds;
        return (length >= parseDuration(low)! && length <= parseDuration(high)!) || say('range', label, { low, high });
      }),
    url: (label, schemes, optional) =>
      reasons((value) => {
        if (fromEnvironment(value) || (optional && isEmpty(value))) return true;
        if (isEmpty(value)) return say('required', label);
        try {
          return schemes.includes(new URL(String(value)).protocol) || say('url', label);
        } catch {
          return say('url', label);
        }
      }),
  };
}
