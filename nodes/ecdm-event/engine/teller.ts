/** Makes the problems of an engine: what, where and how to mend it, in the language of the flow, and bounded. */
import type { EventDefinition } from '../../ecdm/definition';
import { formatDuration } from '../../ecdm/duration';
import type { Observation, Value } from '../../ecdm/observation';
import { makeProblem, type Problem } from '../../ecdm/problem';
import { formatTime } from '../../ecdm/time';
import { unitLabel } from '../../ecdm/units';
import { isUnset } from '../../ecdm/unset-clock';
import { DefinitionError } from './condition';
import type { Rule } from './rule';
import type { Stream } from './stream';
import { engineText, isTextKey, type TextKey } from './text';
import { MOST_SAMPLES } from '../../ecdm/sample-window';

/** Problems of one call that are described one by one. */
const MOST_DESCRIBED = 1000;
/** Things that are told once and remembered for it. */
const MOST_TOLD_ONCE = 10_000;

type Parameters = Record<string, string | number>;

export class Teller {
  /** Where problems go; set for every call. */
  list: Problem[] = [];
  /** One problem of each code that stands for many. */
  private readonly repeated = new Map<string, Problem>();
  private readonly told = new Set<string>();

  constructor(
    private readonly language: string | undefined,
    private readonly node: string | undefined,
  ) {}

  /** A new run may tell everything again. */
  forget(): void {
    this.told.clear();
  }

  definition(definition: EventDefinition, thrown: unknown): Problem {
    const reason =
      thrown instanceof DefinitionError && isTextKey(thrown.key)
        ? engineText(this.language, thrown.key, thrown.parameters)
        : engineText(this.language, 'broken', { error: thrown instanceof Error ? thrown.message : String(thrown) });
    const event = typeof definition?.name === 'string' ? definition.name : '?';
    return this.make('definition', 'definition', { event, reason }, definition, 'definition.hint');
  }

  /** @param wanted unit of the window that the reading should be part of; else the limits' */
  unit(rule: Rule, unit: string | undefined, where: { datastream: string; property: string }, item: unknown, wanted?: string): void {
    const bare = rule.condition.hasBareLimits && !rule.condition.hasUnits;
    const limit = wanted !== undefined ? labelOf(wanted) : bare ? labelOf(rule.bareUnit ?? undefined) : rule.condition.units();
    const key = bare ? 'unit.other' : unit === undefined ? 'unit.none' : 'unit';
    const hint = key === 'unit.none' ? 'unit.none.hint' : 'unit.hint';
    this.add('unit', key, { event: rule.name, ...where, unit: labelOf(unit), limit }, item, hint);
  }

  value(rule: Rule, datastream: string, value: Value, item: unknown): void {
    this.add('value', 'value', { event: rule.name, datastream, value: shorten(value) }, item);
  }

  tooLate(rule: Rule, stream: Stream, o: Observation): void {
    const late = formatDuration(stream.newestTime - o.time);
    this.add('too-late', 'too-late', { event: rule.name, datastream: nameOf(o), late, lateness: formatDuration(rule.lateness) }, o);
  }

  windowClosed(rule: Rule, o: Observation): void {
    this.add('too-late', 'too-late.window', { event: rule.name, datastream: nameOf(o) }, o);
  }

  windowFull(rule: Rule, o: Observation): void {
    this.add('window', 'window', { event: rule.name, count: MOST_SAMPLES }, { datastream: o.datastream });
  }

  future(o: Observation, ahead: number): void {
    const now = o.time - ahead;
    // then it is not the sensor that is wrong
    if (isUnset(now)) return this.add('future', 'future.unset', { datastream: nameOf(o), now: formatTime(now) }, o, 'future.unset.hint');
    this.add('future', 'future', { datastream: nameOf(o), ahead: formatDuration(Math.round(ahead / 1000) * 1000) }, o);
  }

  sameTime(o: Observation): void {
    this.add('same-time', 'same-time', { datastream: nameOf(o), value: shorten(o.value) }, o);
  }

  tooMany(count: number, o: Observation): void {
    this.add('limit', 'limit', { count, datastream: nameOf(o) }, o);
  }

  noZones(rule: Rule, o: Observation): void {
    const id = `${rule.id}|${o.datastream}`;
    if (this.told.has(id) || this.told.size >= MOST_TOLD_ONCE) return;
    this.told.add(id);
    this.add('place', 'place', { event: rule.name, datastream: nameOf(o) }, o);
  }

  private add(code: string, key: TextKey, parameters: Parameters, item: unknown, hint = `${code}.hint` as TextKey): void {
    const many = this.list.length >= MOST_DESCRIBED;
    // of a million bad readings in one call, each one is counted but not each one described
    const again = many ? this.repeated.get(code) : undefined;
    const problem = again ?? this.make(code, key, parameters, brief(item), hint);
    if (many) this.repeated.set(code, problem);
    this.list.push(problem);
  }

  private make(code: string, key: TextKey, parameters: Parameters, item: unknown, hint: TextKey): Problem {
    const problem = makeProblem(code, engineText(this.language, key, parameters), engineText(this.language, hint), item);
    problem.node = this.node ?? '';
    return problem;
  }
}

/** What people call the source of a reading. */
export function nameOf(o: Observation): string {
  return o.meta?.datastream.name ?? o.meta?.thing?.name ?? o.datastream;
}

function labelOf(unit: string | undefined): string {
  return unit === undefined ? '-' : unitLabel(unit) || unit;
}

function shorten(value: Value): string {
  const text = typeof value === 'string' ? `"${value}"` : typeof value === 'object' ? '{…}' : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The part of an observation that a problem repeats: its metadata is the same for thousands. */
function brief(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || !('datastream' in item) || !('time' in item)) return item;
  const { id, datastream, property, time, value, unit } = item as Observation;
  return { id, datastream, property, time, value, unit };
}
