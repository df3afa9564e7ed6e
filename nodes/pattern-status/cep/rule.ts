/** From the definition of a status to the rule that runs: its patterns, its times, its limits. */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { parseDuration } from '../../ecdm/duration';
import { compilePattern, emitsBy, type EmitOf } from './compile';
import { DefinitionError } from './errors';
import { DEFAULT_FLAPPING, type FlappingLimits } from './flapping';
import type { Rule, Side } from './life';

/** Where a rule says nothing of it. */
export const DEFAULT_LATENESS = 30_000;
export const DEFAULT_UPDATE = 60_000;

const LEAST_QUIET = 60_000;
/** More often nobody wants to be reminded, and a year at once must come to an end. */
const LEAST_REMINDER = 60_000;

export function durationAt(value: string | undefined, path: string, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const ms = parseDuration(value);
  if (ms === undefined) throw new DefinitionError(path, 'duration', { value });
  return ms;
}

export function compileRule(definition: StatusDefinition, emit: EmitOf): Rule {
  const { clear: clearing, afterDetection, pairing = 'newest', per } = definition;
  // who wants every pair wants those that share an event, too
  const kept = pairing === 'each' || pairing === 'all' ? 'keep' : undefined;
  const matching = { pairing, by: per.by, metres: per.metres };
  const plan = compilePattern(definition.when, emit, 'when', afterDetection ?? kept, matching);
  const after = clearing?.after ? durationAt(clearing.after, 'clear.after', 0) : undefined;
  return {
    plan,
    sides: compileSides(definition, emit),
    lasting: durationAt(definition.for, 'for', 0),
    clearState: after ?? 0,
    clearPulse: after ?? Math.max(plan.within, LEAST_QUIET),
    clearsItself: after !== undefined || (clearing?.when === undefined && clearing?.byHand !== true),
  };
}

function compileSides(
  { clear: clearing, steps, notWhile, afterDetection, per }: StatusDefinition,
  emitOf: EmitOf,
): Side[] {
  const sides: Side[] = [];
  const emit = emitsBy(per.by, emitOf);
  if (notWhile !== undefined && notWhile.length > 0) {
    const of = notWhile.map((event): Pattern => ({ op: 'event', event }));
    sides.push({ plan: compilePattern({ op: 'or', of }, () => 'state', 'notWhile'), role: 'mask', bit: 0 });
  }
  if (clearing?.when !== undefined) {
    sides.push({ plan: compilePattern(clearing.when, emit, 'clear.when', afterDetection), role: 'clear', bit: 0 });
  }
  steps?.forEach(({ when }, i) => {
    if (when === undefined) return;
    sides.push({ plan: compilePattern(when, emit, `steps[${i}].when`, afterDetection), role: 'step', bit: 1 << i });
  });
  return sides;
}

export function flappingOf({ flapping }: StatusDefinition): FlappingLimits | undefined {
  if (flapping === false) return undefined;
  if (flapping === undefined) return DEFAULT_FLAPPING;
  const within = durationAt(flapping.in, 'flapping.in', 0);
  const steady = durationAt(flapping.steady, 'flapping.steady', 0);
  // rules that were saved with no length at all hold nothing back
  return within > 0 && steady > 0 ? { raises: flapping.raises, within, steady } : undefined;
}

/** 0: never. */
export function remindingOf({ remindEvery }: StatusDefinition): number {
  const every = durationAt(remindEvery, 'remindEvery', 0);
  if (remindEvery !== undefined && remindEvery !== '' && every < LEAST_REMINDER)
    throw new DefinitionError('remindEvery', 'remind');
  return every;
}
