/**
 * When two runs mean the same for pairing `newest`: what remains is equal, and so is everything that later comparisons
 * look at. Of such runs the one that started last satisfies every limit that the other one satisfies.
 */
import { isAnd, isEvent, isEvery, isOr, isSequence, isSilence, isTimes, type Active } from './active';
import { boundAs, read, type Bound } from './compare';
import { childrenOf, type Check, type Guard, type Program, type Step, type Term } from './step';

export class Grouping {
  private readonly named = new Map<Step, readonly Check[]>();

  constructor(private readonly program: Program) {}

  of(a: Active, bound: Bound | undefined): string {
    const checks: Check[] = [];
    let text = this.shape(a, checks);
    const read = new Set<string>();
    for (const { left, right } of checks) {
      this.value(left, bound, read);
      if (!('value' in right)) this.value(right, bound, read);
    }
    for (const value of read) text += `|${value}`;
    if (this.program.metres !== undefined && bound !== undefined) {
      text += `@${(bound.first ?? bound).event?.place?.join() ?? ''}`;
    }
    return text;
  }

  private value(term: Term, bound: Bound | undefined, into: Set<string>): void {
    const event = boundAs(bound, term.alias);
    const value = event === undefined ? undefined : read(event, term);
    const unit = term.field === 'value' ? (event?.unit ?? '') : '';
    into.add(`${term.alias}.${term.field}.${term.path.join('.')}=${typeof value}${String(value)} ${unit}`);
  }

  private shape(a: Active, checks: Check[]): string {
    if (isEvent(a)) {
      checks.push(...a.s.checks);
      return `e${a.s.id}`;
    }
    if (isSequence(a)) {
      const text = a.at.map((p) => `${p.i}${p.begun ? '' : '!'}${this.shape(p.a, checks)}`).join();
      // what comes after is not active yet, but compares
      for (let i = a.at[0]!.i; i < a.s.items.length; i++) {
        for (const guard of a.s.guards[i]!) checks.push(...guard.checks);
        if (i > a.at[0]!.i) checks.push(...this.within(a.s.items[i]!));
      }
      return `(${text})`;
    }
    if (isAnd(a) || isOr(a)) {
      if (isAnd(a)) for (const guard of a.s.forbids) checks.push(...guard.checks);
      return `[${a.parts.map((part) => (part === undefined ? '' : this.shape(part, checks))).join()}]`;
    }
    if (isTimes(a)) {
      checks.push(...this.within(a.s.of));
      return `${a.n}*${a.a === undefined ? '' : this.shape(a.a, checks)}`;
    }
    if (isSilence(a)) {
      for (const guard of a.s.guards) checks.push(...guard.checks);
      return `s${a.s.id}:${a.due}`;
    }
    return isEvery(a) ? this.shape(a.a, checks) : `<${this.shape(a.a, checks)}>`;
  }

  /** All comparisons of a step and what is below it. */
  private within(step: Step): readonly Check[] {
    let checks = this.named.get(step);
    if (checks === undefined) {
      const own: readonly Guard[] =
        step.t === 'then'
          ? step.guards.flat()
          : step.t === 'and'
            ? step.forbids
            : step.t === 'silence'
              ? step.guards
              : [];
      checks = [
        ...(step.t === 'event' ? step.checks : []),
        ...own.flatMap((guard) => guard.checks),
        ...childrenOf(step).flatMap((child) => this.within(child)),
      ];
      this.named.set(step, checks);
    }
    return checks;
  }
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
