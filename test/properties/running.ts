/** Runs a rule over events in the ways in which events can come. */
import type { StatusDefinition } from '../../nodes/ecdm/definition';
import type { CityEvent } from '../../nodes/ecdm/event';
import type { Problem } from '../../nodes/ecdm/problem';
import type { Status } from '../../nodes/ecdm/status';
import {
  compileStatus,
  DefinitionError,
  type PatternEngine,
  type PatternOptions,
} from '../../nodes/pattern-status/cep';
import type { Span } from './oracle';
import { emit, type Random, randomRule } from './random';

/** Later than everything that a random history leads to. */
export const END = 40;

/** Engines that were made to see whether their rule is refused, and that nothing was ever said to. */
const unused = new WeakMap<StatusDefinition, PatternEngine>();

/** Whether a rule is not refused. To compile it is most of a case, so that the engine is kept for the first who asks. */
export function accepts(rule: StatusDefinition): boolean {
  const engine = compile(rule);
  if (engine !== undefined) unused.set(rule, engine);
  return engine !== undefined;
}

/** Ids of the events that a rule looks at. */
export function looksAt(rule: StatusDefinition): ReadonlySet<string> {
  if (!accepts(rule)) throw refused(rule);
  return unused.get(rule)!.events;
}

/** @returns an engine that has seen nothing, or `undefined` for a rule that is refused */
export function compile(rule: StatusDefinition, more?: Partial<PatternOptions>): PatternEngine | undefined {
  const kept = more === undefined ? unused.get(rule) : undefined;
  if (kept !== undefined) {
    unused.delete(rule);
    return kept;
  }
  try {
    return compileStatus(rule, { names: (id) => id, emit, ...more });
  } catch (error) {
    if (error instanceof DefinitionError) return undefined;
    throw error;
  }
}

const refused = (rule: StatusDefinition): Error => new Error(`refused: ${JSON.stringify(rule)}`);

/** A random rule that is not refused. */
export function acceptedRule(
  random: Random,
  draw: (random: Random) => StatusDefinition = randomRule,
): StatusDefinition {
  for (let tries = 0; tries < 1000; tries++) {
    const rule = draw(random);
    if (accepts(rule)) return rule;
  }
  throw new Error('no rule was accepted in 1000 tries: the generator is wrong');
}

/** What a rule says to events that are fed to it by `feed`, in replay. */
export function run(
  rule: StatusDefinition,
  feed: (engine: PatternEngine, out: Status[], problems: Problem[]) => void,
  more?: Partial<PatternOptions>,
): Status[] {
  const engine = compile(rule, more);
  if (engine === undefined) throw refused(rule);
  const out: Status[] = [];
  engine.setMode('replay');
  feed(engine, out, []);
  return out;
}

export function end(engine: PatternEngine, out: Status[]): void {
  engine.clock({ source: 's', time: END, end: true }, 'replay', out, []);
}

/** All events at once. */
export function replay(rule: StatusDefinition, events: readonly CityEvent[]): Status[] {
  return run(rule, (engine, out) => {
    engine.push(events, out, []);
    end(engine, out);
  });
}

/** Raised and cleared as intervals. */
export function spansOf(statuses: readonly Status[]): Span[] {
  const last = new Map<string, Status>();
  for (const status of statuses) {
    if (status.state !== 'pending' && !status.flags.includes('never-raised')) last.set(status.statusId, status);
  }
  const spans = [...last.values()].map(({ since, until }): Span => [
    Date.parse(since),
    until === undefined ? undefined : Date.parse(until),
  ]);
  return spans.sort((a, b) => a[0] - b[0]);
}

/** The same for every key. */
export function spansByKey(statuses: readonly Status[]): Record<string, Span[]> {
  const keys = [...new Set(statuses.map((status) => status.key))].sort();
  return Object.fromEntries(keys.map((key) => [key, spansOf(statuses.filter((status) => status.key === key))]));
}

/** Any order in which no event comes more than `lateness` after the newest of all. */
export function shuffledWithin(random: Random, events: readonly CityEvent[], lateness: number): CityEvent[] {
  const delayed = events.map((event) => ({ event, at: event.time + random.next() * lateness }));
  return delayed.sort((a, b) => a.at - b.at).map(({ event }) => event);
}
