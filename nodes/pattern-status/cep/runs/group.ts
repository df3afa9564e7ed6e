/**
 * When two runs mean the same for pairing `newest`: what remains is equal, and so is everything that later comparisons
 * look at. Of such runs the one that started last satisfies every limit that the other one satisfies.
 */
import { isAnd, isEvent, isEvery, isOr, isSequence, isSilence, isTimes, type Active } from './active';
import { boundAs, read, type Bound } from './compare';
import {
  childrenOf,
  guardsOf,
  type Check,
  type EventStep,
  type Guard,
  type Program,
  type Step,
  type Term,
} from './step';

/** What a comparison still to come looks at in an event that may have been taken already. */
interface Look {
  readonly name: string;
  readonly term: Term;
  /** Its number is converted to the unit of the other side, for which the property may matter. */
  readonly isConverted: boolean;
  /** Only whether there is such an event: the one that is compared is still to come. */
  readonly isOnlyThere: boolean;
}

export class Grouping {
  private readonly taken = new Map<EventStep | Guard, readonly Look[]>();
  private readonly within = new Map<Step, readonly Look[]>();

  constructor(private readonly program: Program) {}

  of(a: Active, bound: Bound | undefined): string {
    const looks: Look[] = [];
    let text = this.shape(a, looks);
    const seen = new Set<string>();
    for (const look of looks) {
      if (seen.has(look.name)) continue;
      seen.add(look.name);
      text += `|${look.name}${valueOf(look, bound)}`;
    }
    if (this.program.metres !== undefined && bound !== undefined) {
      text += `@${(bound.first ?? bound).event?.place?.join() ?? ''}`;
    }
    return text;
  }

  private shape(a: Active, looks: Look[]): string {
    if (isEvent(a)) {
      looks.push(...this.looksOf(a.s));
      return `e${a.s.id}`;
    }
    if (isSequence(a)) {
      const text = a.at.map((p) => `${p.i}${p.begun ? '' : '!'}${this.shape(p.a, looks)}`).join();
      // what comes after is not active yet, but compares
      for (let i = a.at[0]!.i; i < a.s.items.length; i++) {
        for (const guard of a.s.guards[i]!) looks.push(...this.looksOf(guard));
        if (i > a.at[0]!.i) looks.push(...this.looksWithin(a.s.items[i]!));
      }
      return `(${text})`;
    }
    if (isAnd(a) || isOr(a)) {
      if (isAnd(a)) for (const guard of a.s.forbids) looks.push(...this.looksOf(guard));
      return `[${a.parts.map((part) => (part === undefined ? '' : this.shape(part, looks))).join()}]`;
    }
    if (isTimes(a)) {
      looks.push(...this.looksWithin(a.s.of));
      return `${a.n}*${a.a === undefined ? '' : this.shape(a.a, looks)}`;
    }
    if (isSilence(a)) {
      for (const guard of a.s.guards) looks.push(...this.looksOf(guard));
      return `s${a.s.id}:${a.due}`;
    }
    return isEvery(a) ? this.shape(a.a, looks) : `<${this.shape(a.a, looks)}>`;
  }

  /** Of a step and what is below it. */
  private looksWithin(step: Step): readonly Look[] {
    let looks = this.within.get(step);
    if (looks === undefined) {
      looks = [
        ...(step.t === 'event' ? this.looksOf(step) : []),
        ...guardsOf(step).flatMap((guard) => this.looksOf(guard)),
        ...childrenOf(step).flatMap((child) => this.looksWithin(child)),
      ];
      this.within.set(step, looks);
    }
    return looks;
  }

  private looksOf(of: EventStep | Guard): readonly Look[] {
    let looks = this.taken.get(of);
    if (looks === undefined) this.taken.set(of, (looks = of.checks.flatMap((check) => looksAt(check, of))));
    return looks;
  }
}

/** What a comparison looks at when an event takes a name; what that is compared with alone, it need not remember. */
function looksAt({ left, right }: Check, of: EventStep | Guard): readonly Look[] {
  if ('value' in right) return [];
  const isWithBefore = 'counted' in of && of.counted && left.alias === right.alias;
  return [
    left.alias === of.alias ? there(left.alias) : look(left, false),
    right.alias === of.alias && !isWithBefore ? there(right.alias) : look(right, right.field === 'value'),
  ];
}

function look(term: Term, isConverted: boolean): Look {
  const name = `${term.alias}.${term.field}.${term.path.join('.')}${isConverted ? '*' : ''}`;
  // as it was told: factors differ from comparison to comparison
  return { name, term: { ...term, times: undefined, plus: undefined }, isConverted, isOnlyThere: false };
}

function there(alias: number): Look {
  const term: Term = { alias, field: 'value', path: [], times: undefined, plus: undefined };
  return { name: `${alias}`, term, isConverted: false, isOnlyThere: true };
}

/** No event is something else than one that tells nothing that could be compared: only that one fails comparisons. */
function valueOf({ term, isConverted, isOnlyThere }: Look, bound: Bound | undefined): string {
  const event = boundAs(bound, term.alias);
  if (event === undefined) return '-';
  if (isOnlyThere) return '+';
  const value = read(event, term);
  const unit = term.field === 'value' ? (event.unit ?? '') : '';
  return `=${typeof value}${String(value)} ${unit}${isConverted && unit !== '' ? ` ${event.property ?? ''}` : ''}`;
}

/** Starts of all open brackets, outermost first. */
export function startsOf(a: Active, into: number[] = []): number[] {
  if ('start' in a) {
    into.push(a.start ?? Infinity);
    startsOf(a.a, into);
  } else if ('at' in a) for (const { a: part } of a.at) startsOf(part, into);
  else if ('parts' in a) {
    for (const part of a.parts) if (part !== undefined) startsOf(part, into);
  } else if ('a' in a && a.a !== undefined) startsOf(a.a, into);
  return into;
}

/** Every bracket of `a` began no earlier than that of `b`. */
export function isLater(a: readonly number[], b: readonly number[]): boolean {
  return a.every((start, i) => start >= b[i]!);
}
