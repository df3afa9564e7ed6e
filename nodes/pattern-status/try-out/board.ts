/**
 * What is clicked together in the try-out: events of a rule on lanes, as offsets from the beginning of the time line.
 * Pure data; every change makes a new list of marks.
 */
import type { Pattern, StatusDefinition } from '../../ecdm/definition';
import { eventsOf, operandsOf, patternsOf } from '../../ecdm/pattern-walk';

/** One event of the rule. */
export interface Lane {
  event: string;
  name: string;
  emit: 'state' | 'point';
  /** Whether the rule looks at the values of the event: a comparison or an aggregate does. */
  valued: boolean;
  /** Where in the value the rule looks: a path such as `rain.hour`; `undefined` for the value itself. */
  field: string | undefined;
}

/** One event that was put on a lane; a state has an end. Times are milliseconds after the beginning. */
export interface Mark {
  event: string;
  /** Which of the example stations: 0, 1, 2. */
  station: number;
  from: number;
  to?: number;
  /** At `to` the sensor falls silent: from then on nobody knows whether the state goes on. */
  silent?: boolean;
  value?: number;
}

export interface KnownEvent {
  id: string;
  name: string;
  emit: 'state' | 'point';
}

/** Marks that a board holds at most: it is run anew at every change. */
const MOST_MARKS = 400;

/** A lane for every event that the rule names, in the order in which it names them. */
export function lanesOf(definition: StatusDefinition, known: readonly KnownEvent[]): Lane[] {
  const patterns = patternsOf(definition).map(({ pattern }) => pattern);
  const ids = new Set(patterns.flatMap((pattern) => [...eventsOf(pattern)]));
  for (const id of definition.notWhile ?? []) ids.add(id);
  const fields = new Map<string, string | undefined>();
  for (const pattern of patterns) valuedIn(pattern, fields);
  const byId = new Map(known.map((event) => [event.id, event]));
  return [...ids].map((event) => ({
    event,
    name: byId.get(event)?.name ?? event,
    emit: byId.get(event)?.emit ?? 'state',
    valued: fields.has(event),
    field: fields.get(event),
  }));
}

/** Events whose values count, with where in the value. */
function valuedIn(pattern: Pattern, into: Map<string, string | undefined>): void {
  if (pattern.op === 'aggregate') into.set(pattern.event, into.get(pattern.event));
  if ('where' in pattern && pattern.where !== undefined) {
    const aliases = aliasesIn(pattern, new Map());
    for (const { left, right } of pattern.where) {
      for (const term of 'of' in right ? [left, right] : [left]) {
        const field = term.field ?? 'value';
        const event = aliases.get(term.of);
        if (event === undefined || !field.startsWith('value')) continue;
        into.set(event, field === 'value' ? undefined : field.slice('value.'.length));
      }
    }
  }
  for (const { of } of operandsOf(pattern)) valuedIn(of, into);
}

function aliasesIn(pattern: Pattern, into: Map<string, string>): Map<string, string> {
  if (pattern.op === 'event' && pattern.as !== undefined) into.set(pattern.as, pattern.event);
  for (const { of } of operandsOf(pattern)) aliasesIn(of, into);
  return into;
}

const onLane = (mark: Mark, event: string, station: number): boolean =>
  mark.event === event && mark.station === station;

/** The mark that lies at a time, the nearest one where several do. */
export function markAt(
  marks: readonly Mark[],
  event: string,
  station: number,
  at: number,
  reach: number,
): Mark | undefined {
  let best: Mark | undefined;
  let nearest = Infinity;
  for (const mark of marks) {
    if (!onLane(mark, event, station)) continue;
    const away = Math.max(mark.from - at, at - (mark.to ?? mark.from), 0);
    if (away <= reach && away < nearest) {
      best = mark;
      nearest = away;
    }
  }
  return best;
}

/**
 * Puts a mark on its lane. States of one sensor do not overlap: those that would become one; two events of one sensor
 * have no moment in common, the newer one stays.
 */
export function put(marks: readonly Mark[], mark: Mark): Mark[] {
  let joined: Mark = { ...mark };
  const rest: Mark[] = [];
  for (const other of marks) {
    if (!onLane(other, mark.event, mark.station)) rest.push(other);
    else if (joined.to === undefined) {
      if (other.from !== joined.from) rest.push(other);
    } else if (other.to === undefined || other.to <= joined.from || other.from >= joined.to) rest.push(other);
    else joined = { ...other, ...joined, from: Math.min(other.from, joined.from), to: Math.max(other.to, joined.to) };
  }
  if (rest.length >= MOST_MARKS) return [...marks];
  return [...rest, joined].sort((a, b) => a.from - b.from);
}

/** The mark that was put there: it may be another object than the one that was given. */
export function addedTo(before: readonly Mark[], marks: readonly Mark[]): Mark | undefined {
  return marks.find((one) => !before.includes(one));
}

export function without(marks: readonly Mark[], mark: Mark): Mark[] {
  return marks.filter((other) => other !== mark);
}

/** Puts a mark in place of another, within the time line. */
export function replace(marks: readonly Mark[], old: Mark, changed: Mark, span: number): Mark[] {
  const length = changed.to === undefined ? 0 : Math.max(0, changed.to - changed.from);
  const from = Math.min(Math.max(0, changed.from), Math.max(0, span - length));
  const placed = changed.to === undefined ? { ...changed, from } : { ...changed, from, to: from + length };
  return put(without(marks, old), placed);
}

/** Only what lies on a lane that the rule still has, in the form that the event now has. */
export function fitting(marks: readonly Mark[], lanes: readonly Lane[], length: number): Mark[] {
  const byEvent = new Map(lanes.map((lane) => [lane.event, lane]));
  return marks.flatMap((mark) => {
    const lane = byEvent.get(mark.event);
    if (lane === undefined) return [];
    const { to, ...point } = mark;
    return [lane.emit === 'point' ? point : { ...point, to: to ?? mark.from + length }];
  });
}
