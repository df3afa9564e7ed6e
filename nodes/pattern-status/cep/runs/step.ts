/**
 * What a run list matches, compiled: a tree of steps, the same for all keys. What one run still has to do of it is an
 * {@link import('./active').Active}.
 */
import type { Comparison } from '../../../ecdm/definition';

/** A comparison, with names turned into numbers. */
export interface Check {
  readonly op: Comparison['op'];
  readonly left: Term;
  readonly right: Term | { readonly value: number | string | boolean };
}

/** A part of an event: `alias` is the number of its name. */
export interface Term {
  readonly alias: number;
  readonly field: 'value' | 'key' | 'property' | 'time';
  /** Into a record: `value.rain` is ["rain"]. */
  readonly path: readonly string[];
  readonly times: number | undefined;
  readonly plus: number | undefined;
}

/** What must not happen: one of these symbols, with the comparisons that make it count. */
export interface Guard {
  readonly symbol: number;
  readonly alias: number;
  readonly checks: readonly Check[];
  /** Place among the guards whose last occurrence is remembered here; -1 for all others. */
  readonly seen: number;
}

interface Base {
  /** Place in {@link Program.steps}. */
  readonly id: number;
  /** Nothing has happened yet when it becomes active. */
  readonly first: boolean;
}

export interface EventStep extends Base {
  readonly t: 'event';
  readonly symbols: readonly number[];
  /** The name that comparisons know it by. */
  readonly alias: number;
  /** The name of each symbol: where nothing is compared they may differ. */
  readonly aliases: readonly number[];
  /** Those that name it, on either side. */
  readonly checks: readonly Check[];
  /** The other occurrence of the same name, in a count, is the one before it. */
  readonly counted: boolean;
}
export interface SequenceStep extends Base {
  readonly t: 'then';
  readonly items: readonly Step[];
  /** `guards[i]`: what must not happen before item i begins. */
  readonly guards: readonly (readonly Guard[])[];
}
export interface AndStep extends Base {
  readonly t: 'and';
  readonly items: readonly Step[];
  readonly forbids: readonly Guard[];
  /** How far back what must not happen is looked for; `undefined`: up to where it became active. */
  readonly back: number | undefined;
}
export interface OrStep extends Base {
  readonly t: 'or';
  readonly items: readonly Step[];
}
export interface TimesStep extends Base {
  readonly t: 'times';
  readonly of: Step;
  readonly min: number;
  readonly max: number;
}
export interface EveryStep extends Base {
  readonly t: 'every';
  readonly of: Step;
}
export interface SilenceStep extends Base {
  readonly t: 'silence';
  /** Ids of the events that it is the silence of. */
  readonly events: ReadonlySet<string>;
  readonly guards: readonly Guard[];
  readonly ms: number;
}
export interface WithinStep extends Base {
  readonly t: 'within';
  readonly of: Step;
  readonly ms: number;
}
export type Step = EventStep | SequenceStep | AndStep | OrStep | TimesStep | EveryStep | SilenceStep | WithinStep;

/** A compiled run list. */
export interface Program {
  readonly root: Step;
  /** By id, to read what was written. */
  readonly steps: readonly Step[];
  /** Names of events, by number. */
  readonly aliases: readonly string[];
  /** Every fitting event is taken and left (skip till any); else the first one is taken (skip till next). */
  readonly any: boolean;
  /** What opens runs when not {@link any}. */
  readonly opener: EveryStep | undefined;
  /** Guards whose last occurrence is remembered. */
  readonly lookBack: readonly Guard[];
  /** How far back they are looked for at most, in milliseconds. */
  readonly back: number;
  /** All symbols that may be forbidden. */
  readonly forbidden: readonly number[];
  /** For a guard in a branch of an `and`, the steps (by id) of the branches beside its own. */
  readonly beside: ReadonlyMap<Guard, ReadonlySet<number>>;
  /** Longest time from the first to the last event; Infinity without. */
  readonly limit: number;
  /** A bracket inside has its own limit, or a group begins anew when it gets too old. */
  readonly nested: boolean;
  /** Some steps may be left out, so that a comparison may miss an event. */
  readonly optional: boolean;
  /** Alternatives may be looked for in ways of their own, which are one again when they begin anew. */
  readonly apart: boolean;
  /** Greatest distance from the first event. */
  readonly metres: number | undefined;
}

/** A single event (or one of several): its occurrences take no time. */
export function isSimple(step: Step): boolean {
  return step.t === 'event' || (step.t === 'or' && step.items.every(isSimple));
}

/** An `or` in it of which one alternative can have begun while another one is waited for. */
export function hasBrackets(step: Step): boolean {
  return (step.t === 'or' && !isSimple(step)) || childrenOf(step).some(hasBrackets);
}

export function childrenOf(step: Step): readonly Step[] {
  switch (step.t) {
    case 'event':
    case 'silence':
      return [];
    case 'then':
    case 'and':
    case 'or':
      return step.items;
    default:
      return [step.of];
  }
}

/** What must not happen, of the step itself. */
export function guardsOf(step: Step): readonly Guard[] {
  switch (step.t) {
    case 'then':
      return step.guards.flat();
    case 'and':
      return step.forbids;
    case 'silence':
      return step.guards;
    default:
      return [];
  }
}

/** The guards of branches of an `and`, with the steps that the other branches consist of. */
export function branchesBeside(root: Step): Map<Guard, ReadonlySet<number>> {
  const found = new Map<Guard, ReadonlySet<number>>();
  const walk = (step: Step, beside: readonly Step[]): void => {
    const guards = beside.length === 0 ? [] : guardsOf(step);
    if (guards.length > 0) {
      const ids = new Set(beside.flatMap((other) => idsOf(other)));
      for (const guard of guards) found.set(guard, ids);
    }
    const items = childrenOf(step);
    for (const item of items) {
      walk(item, step.t === 'and' ? [...beside, ...items.filter((other) => other !== item)] : beside);
    }
  };
  walk(root, []);
  return found;
}

const idsOf = (step: Step): readonly number[] => [step.id, ...childrenOf(step).flatMap(idsOf)];
