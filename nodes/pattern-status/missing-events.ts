/**
 * What a rule names and cannot hear of: events that no node of the flows defines (somebody deleted them, or a node of others
 * sends them), and statuses from which no wire leads to it.
 */
import { isUnreal, type Mode } from '../ecdm/city';
import type { StatusDefinition } from '../ecdm/definition';
import type { CityEvent } from '../ecdm/event';
import { eventsOf, patternsOf } from '../ecdm/pattern-walk';
import { objectOf, textOf } from '../ecdm/saved-config';
import type { KnownEvents } from './known-events';

export interface MissingEvent {
  id: string;
  /** What it was called when it was last heard of; its id where that is not known. */
  name: string;
}

/** What is to be said now; empty where that has been said. */
interface News {
  missing: readonly MissingEvent[];
  /** Statuses that are to keep the rule down, and that nothing makes. */
  missingNotWhile: readonly MissingEvent[];
  /** Statuses of other rules whose output leads nowhere near. */
  unwired: readonly MissingEvent[];
  unwiredNotWhile: readonly MissingEvent[];
  /** Names of events that several nodes, just as near, define differently. */
  doubtful: readonly string[];
}

export class MissingEvents {
  private readonly named: readonly string[];
  private readonly notWhile: ReadonlySet<string>;
  /** Of these an event has come: somebody makes them. */
  private readonly heard = new Set<string>();
  private missing = new Map<string, MissingEvent>();
  private unwired = new Map<string, MissingEvent>();
  private doubtful: readonly string[] = [];
  private notDefined: readonly string[] = [];

  /**
   * @param saved names that the form has kept, by id
   * @param lastNames names that any deploy since the start of Node-RED has shown, by id; added to
   */
  constructor(
    definition: StatusDefinition,
    private readonly saved: unknown,
    private readonly lastNames: Map<string, string>,
  ) {
    this.notWhile = new Set(definition.notWhile);
    const events = patternsOf(definition).flatMap(({ pattern }) => [...eventsOf(pattern)]);
    this.named = [...new Set([...events, ...this.notWhile])];
  }

  get any(): boolean {
    return this.missing.size > 0;
  }

  get list(): MissingEvent[] {
    return [...this.missing.values()];
  }

  get unwiredList(): MissingEvent[] {
    return [...this.unwired.values()];
  }

  /** Ids of what no node of the flows makes and lets come here, also where a node of somebody's own has sent it. */
  get unmade(): readonly string[] {
    const { notDefined, unwired } = this;
    return unwired.size === 0 ? notDefined : [...notDefined, ...unwired.keys()];
  }

  lastName(id: string): string {
    return this.lastNames.get(id) ?? textOf(objectOf(this.saved)?.[id]) ?? id;
  }

  /** Looks again; what it said the last time it does not say again. */
  look(known: KnownEvents): News {
    const { missing, unwired, doubtful } = this;
    this.missing = new Map();
    this.unwired = new Map();
    this.notDefined = this.named.filter((id) => known.name(id) === undefined);
    for (const id of this.named) {
      const name = known.name(id);
      if (name !== undefined) this.lastNames.set(id, name);
      if (this.heard.has(id)) continue;
      if (name === undefined) this.missing.set(id, { id, name: this.lastName(id) });
      else if (known.isUnwired(id)) this.unwired.set(id, { id, name });
    }
    this.doubtful = this.named.filter((id) => known.isDoubtful(id));
    const [gone, goneNotWhile] = this.news(this.missing, missing);
    const [apart, apartNotWhile] = this.news(this.unwired, unwired);
    return {
      missing: gone,
      missingNotWhile: goneNotWhile,
      unwired: apart,
      unwiredNotWhile: apartNotWhile,
      doubtful: this.doubtful.some((id) => !doubtful.includes(id)) ? this.doubtful.map((id) => this.lastName(id)) : [],
    };
  }

  /** Of what the rule rests on, and of what keeps it down: all of it where some is new. */
  private news(now: Map<string, MissingEvent>, before: Map<string, MissingEvent>): [MissingEvent[], MissingEvent[]] {
    const of = (isNotWhile: boolean): MissingEvent[] => {
      const list = [...now.values()].filter(({ id }) => this.notWhile.has(id) === isNotWhile);
      return list.some(({ id }) => !before.has(id)) ? list : [];
    };
    return [of(false), of(true)];
  }

  /** What has come is not missing, though no node of this pack defines it; what a replay tells may be long gone. */
  hear(events: readonly CityEvent[], mode: Mode): void {
    if (this.missing.size + this.unwired.size === 0 || isUnreal(mode)) return;
    for (const { event, kind, name } of events) {
      // an end may be the last word of an event that was taken out
      if (kind === 'end') continue;
      const wasMissing = this.missing.delete(event);
      if (wasMissing) this.lastNames.set(event, name);
      const wasUnwired = this.unwired.delete(event);
      if (wasMissing || wasUnwired) this.heard.add(event);
    }
  }
}
