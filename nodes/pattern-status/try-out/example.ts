/**
 * A smallest set of events that raises a rule. Proposals are made from the pattern, and the engine itself says which of
 * them is one: so that an example is never wrong, whatever a pattern can say.
 */
import type { Comparison, Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { operandsOf, patternsOf } from '../../ecdm/pattern-walk';
import { holds } from '../cep/runs/compare';
import { put, type Lane, type Mark } from './board';
import { Draft, type Placed, type Taste } from './draft';
import { runBoard, type Outcome, type Words } from './run';
import { lengthOf, niceDown, niceUp, snapOf, spanOf, tickOf } from './span';

export interface Example {
  marks: Mark[];
  span: number;
  stations: number;
}

/** Why there is none: the rule cannot be run, or nothing that was tried raises it. */
export type NoExample = { why: 'refused'; message: string; hint: string } | { why: 'none'; tries: number };

/** What has no duration is over after a minute at the earliest. */
const MINUTE = 60_000;

const PROPOSALS = 200;
const GUESSES = 1_000;

/** Numbers in an order that is always the same: the same rule has the same example. */
class Dice {
  private state = 1;
  next(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 4_294_967_296;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
}

interface Trial {
  definition: StatusDefinition;
  lanes: readonly Lane[];
  start: number;
  words: Words;
  dice: Dice;
  comparisons: Comparison[];
  /** Numbers that the rule speaks of, and their neighbours. */
  numbers: number[];
}

export function exampleOf(
  definition: StatusDefinition,
  lanes: readonly Lane[],
  start: number,
  words: Words,
): Example | NoExample {
  const trial: Trial = { definition, lanes, start, words, dice: new Dice(), ...comparedIn(definition) };
  const { refused } = runBoard(definition, { marks: [], lanes, stations: 1, span: 0, start }, words);
  if (refused !== undefined) return { why: 'refused', ...refused };
  for (let i = 0; i < PROPOSALS + GUESSES; i++) {
    const marks = i < PROPOSALS ? propose(trial, i) : guess(trial);
    const stations = 1 + Math.max(0, ...marks.map(({ station }) => station));
    const span = horizon(trial, marks);
    if (raisedAt(trial, marks, stations, span) !== undefined) return tidy(trial, marks, stations, span);
  }
  return { why: 'none', tries: PROPOSALS + GUESSES };
}

function run(
  { definition, lanes, start, words }: Trial,
  marks: readonly Mark[],
  stations: number,
  span: number,
): Outcome {
  return runBoard(definition, { marks, lanes, stations, span, start }, words);
}

/** When the status is first raised. */
function raisedAt(trial: Trial, marks: readonly Mark[], stations: number, span: number): number | undefined {
  return run(trial, marks, stations, span).pieces.find(({ state }) => state === 'raised')?.from;
}

const ms = (text: string | undefined): number => parseDuration(text) ?? 0;

/** Long enough for everything to be decided. */
function horizon({ definition }: Trial, marks: readonly Mark[]): number {
  const last = Math.max(0, ...marks.map(({ from, to }) => to ?? from));
  return last + lengthOf(definition.when) + ms(definition.for) + Math.max(ms(definition.clear?.after), MINUTE) + 1;
}

// ---- proposals

/** The first one is what people would draw; the further ones differ in what they can differ in. */
function propose(trial: Trial, i: number): Mark[] {
  const { definition, lanes, dice } = trial;
  const states = new Set(lanes.filter(({ emit }) => emit === 'state').map(({ event }) => event));
  const lasting = ms(definition.for);
  // what has no duration must happen again and again to last, before it counts as over
  const again = i % 6 >= 3 && lasting > 0;
  const usual = again ? Math.min(stepOf(definition), quietOf(definition)) : stepOf(definition);
  const steps = [usual, Math.max(1, Math.floor(usual / 4)), 1, usual * 2];
  const taste: Taste = {
    step: steps[i % 8 < 4 ? 0 : dice.int(steps.length)]!,
    open: i % 2 === 0,
    together: i % 4 > 1,
    pick: i < 4 ? () => 0 : (n) => dice.int(n),
  };
  const draft = new Draft(taste, (event) => states.has(event));
  let end = draft.add(definition.when, 0);
  for (let n = 0; again && n < 50 && end <= lasting; n++) end = draft.add(definition.when, end + taste.step);
  return marksOf(trial, draft.placed, taste, end + lasting, states);
}

function marksOf(
  trial: Trial,
  placed: readonly Placed[],
  taste: Taste,
  end: number,
  states: ReadonlySet<string>,
): Mark[] {
  const values = valuesFor(trial, placed);
  const stations = stationsFor(trial, placed);
  let marks: Mark[] = [];
  placed.forEach(({ event, from, need, to }, n) => {
    const mark: Mark = { event, station: stations[n]!, from };
    if (states.has(event)) mark.to = to ?? (taste.open ? end : need) + Math.max(1, Math.ceil(taste.step / 2));
    const value = values[n];
    if (value !== undefined) mark.value = value;
    marks = put(marks, mark);
  });
  return marks;
}

/** So short that all of a bracket fits into its time, in steps that people read easily. */
function stepOf({ when }: StatusDefinition): number {
  const limits: number[] = [];
  const collect = (p: Pattern): number => {
    const leaves = p.op === 'times' ? p.min * collect(p.of) : operandsOf(p).reduce((n, { of }) => n + collect(of), 0);
    const time = 'within' in p ? ms(p.within) : 0;
    const silence = p.op === 'no' ? ms(p.for) : 0;
    if (time > 0) limits.push(Math.floor(Math.max(1, time - lengthInside(p)) / Math.max(1, leaves)));
    if (silence > 0) limits.push(silence);
    return Math.max(1, leaves);
  };
  collect(when);
  const length = limits.length > 0 ? Math.min(...limits) : lengthOf(when) || 10 * 60_000;
  return niceDown(Math.max(1, length));
}

/** A detection counts as over when there is no other one for so long; half of it, to be on the safe side. */
function quietOf({ when, clear }: StatusDefinition): number {
  return Math.max(1, Math.floor(Math.max(ms(clear?.after), clear?.after ? 0 : lengthOf(when), 2) / 2));
}

/** What of a bracket's time is used up by what lasts in it. */
function lengthInside(p: Pattern): number {
  return operandsOf(p).reduce((sum, { of }) => sum + (of.op === 'event' ? 0 : lengthOf(of)), 0);
}

/** Anything, as a last resort. */
function guess(trial: Trial): Mark[] {
  const { lanes, dice, definition } = trial;
  const length = Math.max(8, 2 * lengthOf(definition.when));
  const unit = Math.max(1, Math.floor(length / [40, 10, length][dice.int(3)]!));
  const count = 1 + dice.int(10);
  let marks: Mark[] = [];
  for (let i = 0; i < count; i++) {
    const lane = lanes[dice.int(lanes.length)]!;
    const mark: Mark = { event: lane.event, station: 0, from: unit * dice.int(30) };
    if (lane.emit === 'state') mark.to = mark.from + unit * (1 + dice.int(10));
    if (lane.valued) mark.value = trial.numbers[dice.int(trial.numbers.length)]!;
    marks = put(marks, mark);
  }
  return marks;
}

// ---- values

function comparedIn(definition: StatusDefinition): { comparisons: Comparison[]; numbers: number[] } {
  const comparisons: Comparison[] = [];
  const numbers = new Set<number>([0, 1, 10, 100]);
  const add = (n: number): void => void [n - 1, n, n + 1].forEach((value) => numbers.add(value));
  const visit = (p: Pattern): void => {
    if (p.op === 'aggregate') add(p.value);
    if ('where' in p) comparisons.push(...(p.where ?? []));
    for (const { of } of operandsOf(p)) visit(of);
  };
  for (const { pattern } of patternsOf(definition)) visit(pattern);
  for (const { left, right } of comparisons) {
    const fixed = 'value' in right ? right.value : (right.plus ?? 0);
    const factor = left.times ?? 1;
    if (typeof fixed === 'number') add((fixed - (left.plus ?? 0)) / (factor || 1));
  }
  for (const n of [...numbers]) numbers.add(n + 10);
  return { comparisons, numbers: [...numbers] };
}

/** Values with which the comparisons hold, as far as some are found. */
function valuesFor(trial: Trial, placed: readonly Placed[]): (number | undefined)[] {
  const { lanes, comparisons, dice, numbers } = trial;
  const valued = new Set(lanes.filter((lane) => lane.valued).map(({ event }) => event));
  const values = placed.map(({ event, value }) => (valued.has(event) ? (value ?? 10) : undefined));
  const open = placed.flatMap(({ event, value }, n) => (valued.has(event) && value === undefined ? [n] : []));
  if (comparisons.length === 0 || open.length === 0) return values;
  const wrong = (): number => comparisons.filter((one) => !isFulfilled(one, placed, values)).length;
  let best = wrong();
  for (let i = 0; i < 400 && best > 0; i++) {
    const n = open[dice.int(open.length)]!;
    const before = values[n];
    const near = values[open[dice.int(open.length)]!]! + [1, -1, 10, -10][dice.int(4)]!;
    values[n] = dice.int(2) === 0 ? numbers[dice.int(numbers.length)]! : near;
    const now = wrong();
    if (now > best) values[n] = before;
    else best = now;
  }
  return values;
}

function isFulfilled(
  { left, op, right }: Comparison,
  placed: readonly Placed[],
  values: readonly (number | undefined)[],
): boolean {
  const term = ({ of, field, times, plus }: Comparison['left']): number | undefined => {
    const n = placed.findIndex(({ as }) => as === of);
    if (n < 0 || (field !== undefined && !/^(value|time)/.test(field))) return undefined;
    const value = field === 'time' ? placed[n]!.from : values[n];
    return value === undefined ? undefined : value * (times ?? 1) + (plus ?? 0);
  };
  const a = term(left);
  const b = 'value' in right ? right.value : term(right);
  // what has no number (names, keys) is left to the engine
  if (a === undefined || typeof b !== 'number') return true;
  return holds(a, op, b);
}

/** Where stations are compared, the events come from different ones. */
function stationsFor({ comparisons, dice }: Trial, placed: readonly Placed[]): number[] {
  const several = comparisons.some(
    ({ left, right }) => left.field === 'key' || ('of' in right && right.field === 'key'),
  );
  return placed.map(() => (several ? dice.int(2) : 0));
}

// ---- the example as it is shown

/** Without what is not needed, so far as the rule still rises; states end some time after, so that it falls, too. */
function tidy(trial: Trial, found: readonly Mark[], stations: number, span: number): Example {
  let marks = [...found];
  for (const mark of found) {
    const less = marks.filter((other) => other !== mark);
    if (raisedAt(trial, less, stations, span) !== undefined) marks = less;
  }
  const raised = raisedAt(trial, marks, stations, span)!;
  const shown = Math.max(spanOf(trial.definition), horizon(trial, marks), raised + tickOf(raised || 1));
  const tail = snapOf(shown) * 6;
  const ended = marks.map((mark) =>
    mark.to !== undefined && mark.to > raised ? { ...mark, to: raised + tail } : mark,
  );
  if (raisedAt(trial, ended, stations, span) !== undefined) marks = ended;
  return place(trial, ending(trial, marks, stations, raised + tail), stations);
}

/** A silence ends only with something heard: one more event, where that brings the end. */
function ending(trial: Trial, marks: Mark[], stations: number, at: number): Mark[] {
  const cleared = (some: readonly Mark[]): boolean =>
    run(trial, some, stations, horizon(trial, some)).pieces.some(
      ({ state, to }) => state === 'raised' && to !== undefined,
    );
  if (cleared(marks)) return marks;
  for (const { event, emit } of trial.lanes) {
    const one: Mark = { event, station: 0, from: at, ...(emit === 'state' ? { to: at + 1 } : {}) };
    const more = put(marks, one);
    if (cleared(more)) return more;
  }
  return marks;
}

/** Not at the very edge, with room for what comes after. */
function place(trial: Trial, marks: Mark[], stations: number): Example {
  const end = horizon(trial, marks);
  const room = niceUp(Math.max(1, end / 20));
  const moved = marks.map((mark) => ({
    ...mark,
    from: mark.from + room,
    ...(mark.to === undefined ? {} : { to: mark.to + room }),
  }));
  const span = Math.max(spanOf(trial.definition), Math.ceil((end + room) / tickOf(end + room)) * tickOf(end + room));
  return raisedAt(trial, moved, stations, span) === undefined
    ? { marks, span, stations }
    : { marks: moved, span, stations };
}
