/** What a rule remembers, for people: which keys are raised, what waits for what, and since when. Bounded. */
import type { Plan } from './plan';
import type { Counters } from './counters';
import type { Entry } from './entry';
import { newLife, NORMAL, RAISED, type Rule } from './life';
import { UNKNOWN, type HalfDone } from './operators';
import type { Runner } from './runner';

/** One key of the rule. */
export interface KeyView {
  key: string;
  name?: string;
  phase: 'normal' | 'pending' | 'raised' | 'nodata';
  /** Event time since which it is so; only where it is not normal. */
  since?: number;
  detections: number;
  /** Times that it was raised. */
  raised: number;
  /** Matches that have begun and may still be completed. */
  partial: number;
  /** Events that wait until their time is settled. */
  waiting: number;
}

interface Held {
  /** Keys that are not normal first, then those with partial matches. */
  keys: KeyView[];
  /** Keys beyond those. */
  moreKeys: number;
  partial: { matches: number; keys: number; oldest: number | null };
  waiting: { events: number; oldest: number | null };
}

export interface Inspection extends Held {
  /** How matches are looked for. */
  uses: Plan['uses'];
  /** Event time up to which everything is decided. */
  settled: number | null;
  counters: Counters;
}

/** Most keys that an answer names, whatever is asked for. */
const MOST_KEYS = 1000;

interface Inspected {
  size: number;
  settled: number;
  rule: Rule;
  runner: Runner;
  /** Time of the oldest event that waits. */
  oldestWaiting: number;
  /** How many events wait for a key. */
  waitsFor: (entry: Entry) => number;
}

/** @param limit keys that are named at most */
export function inspectEntries(
  entries: Iterable<Entry>,
  { size, settled, rule, runner, oldestWaiting, waitsFor }: Inspected,
  limit: number,
): Held {
  const most = Math.min(MOST_KEYS, Math.max(0, Math.floor(limit)));
  const open: KeyView[] = [];
  const begun: KeyView[] = [];
  const rest: KeyView[] = [];
  const half: HalfDone = { matches: 0, oldest: Infinity };
  let keysBegun = 0;
  let waiting = 0;
  for (const entry of entries) {
    const before = half.matches;
    const { time, pattern } = runner.at(entry);
    const now = Math.max(settled, time);
    for (const operator of rule.plan.operators) operator.halfDone(pattern, now, half);
    const partial = half.matches - before;
    if (partial > 0) keysBegun++;
    const waits = waitsFor(entry);
    waiting += waits;
    const list =
      (entry.life?.phase ?? NORMAL) !== NORMAL || entry.told !== undefined ? open : partial > 0 ? begun : rest;
    if (list.length < most) list.push(viewOf(entry, partial, waits));
  }
  const keys = [...open, ...begun, ...rest].slice(0, most);
  return {
    keys,
    moreKeys: size - keys.length,
    partial: { matches: half.matches, keys: keysBegun, oldest: finite(half.oldest) },
    waiting: { events: waiting, oldest: finite(oldestWaiting) },
  };
}

function viewOf({ key, name, told, life: known }: Entry, partial: number, waits: number): KeyView {
  const life = known ?? newLife();
  const view: KeyView = {
    key,
    ...(name === undefined ? {} : { name }),
    phase: phaseOf(life.phase, told?.state, life.level === UNKNOWN),
    detections: life.detections,
    raised: life.episodes,
    partial,
    waiting: waits,
  };
  if (view.phase !== 'normal') view.since = told?.since ?? life.since;
  return view;
}

/** What was told counts: a detection that is certain is told before its time is settled. */
function phaseOf(phase: number, told: string | undefined, unknown: boolean): KeyView['phase'] {
  if (told === 'pending' || (told === undefined && phase !== NORMAL && phase !== RAISED)) return 'pending';
  if (told === undefined && phase === NORMAL) return 'normal';
  return told === 'nodata' || (phase === RAISED && unknown) ? 'nodata' : 'raised';
}

const finite = (time: number): number | null => (Number.isFinite(time) ? time : null);
