/**
 * What of a rule decides what is remembered of a key. Two rules of one shape can go on with each other's memory: they
 * differ in lengths of time, limits, severities and texts only.
 */
import type { Comparison, Pattern, StatusDefinition } from '../../ecdm/definition';
import { eventsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { EmitOf } from './compile';

/** @returns a text; equal for rules of one shape */
export function shapeOf(definition: StatusDefinition, emit: EmitOf): string {
  const { id, when, per, clear, steps, notWhile, pairing, afterDetection } = definition;
  const events = new Set(patternsOf(definition).flatMap(({ pattern }) => [...eventsOf(pattern)]));
  return JSON.stringify([
    id,
    shape(when),
    // only the distance and the level are details of a place; but what lies within another distance was never kept
    [per.by, per.level ?? '', per.metres ?? 0],
    clear?.when === undefined ? null : shape(clear.when),
    (steps ?? []).flatMap(({ when: step }) => (step === undefined ? [] : [shape(step)])),
    notWhile ?? [],
    pairing ?? 'newest',
    afterDetection ?? 'fresh',
    // a state is remembered in another way than a moment
    [...events].map((event) => [event, emit(event) ?? '']),
  ]);
}

function shape(p: Pattern): unknown {
  switch (p.op) {
    case 'event':
      return ['event', p.event, p.as ?? ''];
    case 'no':
      return ['no', shape(p.of), isSaid(p.for)];
    case 'lasting':
    case 'every':
      return [p.op, shape(p.of)];
    case 'times':
      return ['times', shape(p.of), p.min, p.max ?? null, isSaid(p.within)];
    case 'aggregate':
      return ['aggregate', p.event, p.method, p.compare, p.percentile ?? null, p.minSamples ?? null];
    default:
      return [p.op, p.of.map(shape), isSaid(p.within), (p.where ?? []).map(comparisonShape)];
  }
}

/** Whether there is a limit of time, whatever it is: without one other things are remembered. */
const isSaid = (time: string | undefined): boolean => time !== undefined && time !== '';

/** Fixed numbers are limits; what is compared with what is not. */
function comparisonShape({ left, op, right }: Comparison): unknown {
  const term = ({ of, field, times }: Comparison['left']): unknown => [of, field ?? 'value', times ?? 1];
  return [term(left), op, 'of' in right ? term(right) : typeof right.value === 'number' ? 'number' : right.value];
}
