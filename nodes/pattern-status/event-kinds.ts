/**
 * Whether the events that a rule names still are what it was compiled for: their node may be deployed without the rule.
 * What lasted and now only happens, or the other way round, is not what the running rule waits for.
 */
import type { StatusDefinition } from '../ecdm/definition';
import { eventsOf, patternsOf } from '../ecdm/pattern-walk';

type Kind = 'state' | 'point' | undefined;
type KindOf = (id: string) => Kind;

export class EventKinds {
  private readonly ids: readonly string[];
  private readonly compiled: ReadonlyMap<string, Kind>;
  private changed: readonly string[] = [];

  /**
   * The rule is compiled for what the events are now. One that was taken out is still what it was: what is known of it is
   * what its end is told of.
   * @param lasted ids of events that have lasted since the start of Node-RED; added to
   */
  constructor(definition: StatusDefinition, kindOf: KindOf, lasted: Set<string>) {
    this.ids = [...new Set(patternsOf(definition).flatMap(({ pattern }) => [...eventsOf(pattern)]))];
    this.compiled = new Map(this.ids.map((id) => [id, kindOf(id) ?? (lasted.has(id) ? 'state' : undefined)]));
    for (const [id, kind] of this.compiled) {
      if (kind === 'state') lasted.add(id);
      else if (kind === 'point') lasted.delete(id);
    }
  }

  /** Ids of the events that have changed since the rule was compiled. */
  get list(): readonly string[] {
    return this.changed;
  }

  /** What they are for as long as the rule runs: what it writes down is written for these. */
  readonly kindOf: KindOf = (id) => this.compiled.get(id);

  /** Looks again; what it said the last time it does not say again. */
  look(kindOf: KindOf): readonly string[] {
    const before = this.changed;
    this.changed = this.ids.filter((id) => differ(this.compiled.get(id), kindOf(id)));
    return this.changed.some((id) => !before.includes(id)) ? this.changed : [];
  }
}

/** Of what no node defines nothing is known: it may be anything. A rule that does not know takes it for what lasts. */
function differ(compiled: Kind, now: Kind): boolean {
  return now !== undefined && (compiled === 'point') !== (now === 'point');
}
