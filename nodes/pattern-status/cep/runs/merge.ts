/** Ways of one run that parted at an `or` and are one again, because nothing of what they wait for has begun. */
import {
  isAnd,
  isEvent,
  isEvery,
  isOr,
  isSequence,
  isSilence,
  isTimes,
  isWithin,
  type Active,
  type AndActive,
  type EventActive,
  type EveryActive,
  type OrActive,
  type Position,
  type SequenceActive,
  type SilenceActive,
  type TimesActive,
  type WithinActive,
} from './active';
import type { Bound } from './compare';

/** It waits for a group or a repetition of which nothing has begun. */
export function isIdle(a: Active, bound: Bound | undefined): boolean {
  if (isSequence(a)) return a.at.some(({ a: part }) => isIdle(part, bound));
  if (isAnd(a) || isOr(a)) return a.parts.some((part) => part !== undefined && isIdle(part, bound));
  if (isEvent(a) || isSilence(a)) return false;
  const isBegin = (isTimes(a) && a.entry === bound) || (isEvery(a) && a.before === bound);
  return isBegin || (a.a !== undefined && isIdle(a.a, bound));
}

/**
 * Two ways that wait for the same, of which nothing has begun, but for alternatives of an `or` that were looked for apart:
 * as one. `undefined` where they are not.
 */
export function merged(x: Active, y: Active): Active | undefined {
  if (x.s !== y.s) return undefined;
  if (isEvent(x)) return x.after >= (y as EventActive).after ? x : y;
  if (isSilence(x)) return x.since >= (y as SilenceActive).since ? x : y;
  if (isSequence(x)) return mergedSequence(x, y as SequenceActive);
  if (isAnd(x)) return mergedAnd(x, y as AndActive);
  if (isOr(x)) return mergedOr(x, y as OrActive);
  if (isWithin(x)) {
    const a = x.start === (y as WithinActive).start ? merged(x.a, (y as WithinActive).a) : undefined;
    return a && { ...x, a };
  }
  const other = y as TimesActive | EveryActive;
  if (x.a === undefined || other.a === undefined) return undefined;
  if (isTimes(x) && (x.n !== (y as TimesActive).n || x.begun || (y as TimesActive).begun)) return undefined;
  const a = merged(x.a, other.a);
  return a && { ...x, a, apart: missingIn(a) };
}

function mergedSequence(x: SequenceActive, y: SequenceActive): SequenceActive | undefined {
  const at: Position[] = [];
  for (const [k, p] of x.at.entries()) {
    const q = y.at[k];
    const a = p.i !== q?.i || p.begun || q.begun ? undefined : merged(p.a, q.a);
    if (a === undefined) return undefined;
    at.push({ ...p, a, since: Math.max(p.since, q!.since) });
  }
  return x.at.length === y.at.length ? { s: x.s, at } : undefined;
}

function mergedAnd(x: AndActive, y: AndActive): AndActive | undefined {
  const parts: (Active | undefined)[] = [];
  for (const [i, p] of x.parts.entries()) {
    const q = y.parts[i];
    const part = p === undefined || q === undefined ? undefined : merged(p, q);
    if (part === undefined && p !== q) return undefined;
    parts.push(part);
  }
  return { s: x.s, since: Math.max(x.since, y.since), parts };
}

function mergedOr(x: OrActive, y: OrActive): OrActive | undefined {
  const parts: (Active | undefined)[] = [];
  for (const [i, p] of x.parts.entries()) {
    const q = y.parts[i];
    const part = p === undefined || q === undefined ? (p ?? q) : merged(p, q);
    if (part === undefined && p !== q) return undefined;
    parts.push(part);
  }
  return { s: x.s, parts };
}

/** Alternatives (by id) that something of which nothing has begun does not look for. */
function missingIn(a: Active): readonly number[] | undefined {
  const ids: number[] = [];
  const walk = (one: Active): void => {
    if (isSequence(one)) for (const { a: part } of one.at) walk(part);
    else if (isAnd(one) || isOr(one)) {
      one.parts.forEach((part, i) => {
        if (part !== undefined) walk(part);
        else if (isOr(one)) ids.push(one.s.items[i]!.id);
      });
    } else if (!isEvent(one) && !isSilence(one) && one.a !== undefined) walk(one.a);
  };
  walk(a);
  return ids.length === 0 ? undefined : ids;
}
