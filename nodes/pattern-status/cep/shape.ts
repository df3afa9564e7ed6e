/**
 * What of a rule decides what is remembered of a key. Two rules of one shape can go on with each other's memory: they
 * differ in lengths of time, limits, severities and texts only.
 */
import type { Comparison, Pattern, StatusDefinition } from '../../ecdm/definition';
import { eventsOf, patternsOf } from '../../ecdm/pattern-walk';
import type { EmitOf } from './compile';
import type { Rule } from './life';
import type { Step } from './runs/step';
import type { Plan } from './plan';
import { hashText } from './snapshot';

/** The parts of a rule that its memory depends on. */
export const SHAPE_PARTS = ['id', 'when', 'per', 'clear', 'steps', 'notWhile', 'matching', 'kinds'] as const;
export type ShapePart = (typeof SHAPE_PARTS)[number];
/** One short text for each part; equal for rules of one shape. */
export type Shape = Record<ShapePart, string>;

export function shapeOf(definition: StatusDefinition, emit: EmitOf): Shape {
  const { id, when, per, clear, steps, notWhile, pairing, afterDetection } = definition;
  const events = new Set(patternsOf(definition).flatMap(({ pattern }) => [...eventsOf(pattern)]));
  const parts: Record<ShapePart, unknown> = {
    id,
    when: shape(when),
    // what lies within another distance was never kept
    per: [per.by, per.level ?? '', per.metres ?? 0],
    clear: clear?.when === undefined ? null : shape(clear.when),
    // a pattern is known by the place of its step
    steps: (steps ?? []).flatMap(({ when: step }, i) => (step === undefined ? [] : [[i, shape(step)]])),
    notWhile: notWhile ?? [],
    matching: [pairing ?? 'newest', afterDetection ?? 'fresh'],
    // a state is remembered in another way than a moment
    kinds: [...events].map((event) => [event, emit(event) ?? '']),
  };
  return Object.fromEntries(SHAPE_PARTS.map((part) => [part, hashText(JSON.stringify(parts[part]))])) as Shape;
}

/** A short text for how a program lays out what it remembers of a key: another one can not read it. */
export function layoutOf({ plan, sides }: Rule): string {
  return hashText(JSON.stringify([plan, ...sides.map((side) => side.plan)].map(placesOf)));
}

const placesOf = ({ layout, runs }: Plan): unknown => [
  layout.numbers,
  layout.refs,
  ...(runs === undefined ? [[]] : [runs.program.steps.map(stepShape), RUNS_FORMAT]),
];

const stepShape = (step: Step): unknown => (step.t === 'times' ? [step.t, step.min, step.max] : step.t);

/** Of what is written of a step that is active. */
const RUNS_FORMAT = 2;

/** The first part that differs; `undefined` where none does. */
export function differenceOf(a: Partial<Shape>, b: Shape): ShapePart | undefined {
  return SHAPE_PARTS.find((part) => a[part] !== b[part]);
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
