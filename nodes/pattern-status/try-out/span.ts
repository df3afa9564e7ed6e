/** How long a time line must be to see a rule rise and fall, and how it is divided. */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { operandsOf } from '../../ecdm/pattern-walk';

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

/** Lengths that people read without counting. */
const NICE: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500,
  S, 2 * S, 5 * S, 10 * S, 15 * S, 30 * S,
  MIN, 2 * MIN, 5 * MIN, 10 * MIN, 15 * MIN, 30 * MIN,
  H, 2 * H, 3 * H, 6 * H, 12 * H,
  D, 2 * D, 7 * D, 14 * D, 28 * D, 91 * D, 182 * D, 365 * D,
]; // prettier-ignore

/** A rule without any length of time is shown over this. */
const USUAL = 30 * MIN;
/** A replay of more than this is no try-out. */
const LONGEST = 4 * 365 * D;

export const niceUp = (ms: number): number => NICE.find((nice) => nice >= ms) ?? Math.ceil(ms / (365 * D)) * 365 * D;
export const niceDown = (ms: number): number => NICE.findLast((nice) => nice <= ms) ?? 1;

const ms = (text: string | undefined): number => parseDuration(text) ?? 0;

/** How long a match of the pattern may take. */
export function lengthOf(p: Pattern): number {
  switch (p.op) {
    case 'event':
      return 0;
    case 'no':
      return ms(p.for);
    case 'lasting':
      return ms(p.for) + lengthOf(p.of);
    case 'every':
      return lengthOf(p.of);
    case 'aggregate':
      return ms(p.over);
    case 'times':
      return p.within ? ms(p.within) : p.min * lengthOf(p.of);
    default: {
      const inner = p.of.map(lengthOf);
      const silence = p.op === 'then' ? inner.reduce((sum, length) => sum + length, 0) : Math.max(0, ...inner);
      if (!p.within) return silence;
      const within = ms(p.within);
      // what lasts counts from when it has lasted: the time before does not lie within
      const lasting = longestIn(p);
      return Math.max(within, Math.min(silence, 2 * within), lasting && lasting + within);
    }
  }
}

/** How long the longest of the states must last that are in a pattern. */
function longestIn(p: Pattern): number {
  const own = p.op === 'lasting' ? ms(p.for) : 0;
  return Math.max(own, ...operandsOf(p).map(({ of }) => longestIn(of)));
}

/** A time line on which the rule can be raised once, and cleared. */
export function spanOf(definition: StatusDefinition): number {
  const { when, for: lasting, clear, steps } = definition;
  const steady = Math.max(0, ...(steps ?? []).map(({ after }) => ms(after)));
  const whole = 2 * lengthOf(when) + 3 * ms(lasting) + 2 * steady + 3 * ms(clear?.after);
  return Math.min(LONGEST, whole === 0 ? USUAL : roundUp(whole));
}

/** Up to a whole number of the divisions that the axis will have. */
function roundUp(length: number): number {
  const step = tickOf(length);
  return Math.ceil(length / step) * step;
}

/** Distance between two numbers on the axis. */
export const tickOf = (span: number): number => niceUp(span / 10);
/** What a click is rounded to. */
export const snapOf = (span: number): number => Math.max(1, niceDown(span / 60));

export const snapTo = (at: number, snap: number, span: number): number =>
  Math.min(span, Math.max(0, Math.round(at / snap) * snap));
