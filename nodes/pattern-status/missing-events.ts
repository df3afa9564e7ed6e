/** Events that a rule names and no node of the flows defines: somebody deleted them, or a node of others sends them. */
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
  /** Names of events that several nodes, just as near, define differently. */
  doubtful: readonly string[];
}

export class MissingEvents {
  private readonly named: readonly string[];
  /** Of these an event has come: somebody makes them. */
  private readonly heard = new Set<string>();
  private missing = new Map<string, MissingEvent>();
  private doubtful: readonly string[] = [];

  /**
   * @param saved names that the form has kept, by id
   * @param lastNames names that any deploy since the start of Node-RED has shown, by id; added to
   */
  constructor(
    definition: StatusDefinition,
    private readonly saved: unknown,
    private readonly lastNames: Map<string, string>,
  ) {
    this.named = [...new Set(patternsOf(definition).flatMap(({ pattern }) => [...eventsOf(pattern)]))];
  }

  get any(): boolean {
    return this.missing.size > 0;
  }

  get list(): MissingEvent[] {
    return [...this.missing.values()];
  }

  lastName(id: string): string {
    return this.lastNames.get(id) ?? textOf(objectOf(this.saved)?.[id]) ?? id;
  }

  /** Looks again; what it said the last time it does not say again. */
  look(known: KnownEvents): News {
    const { missing, doubtful } = this;
    this.missing = new Map();
    for (const id of this.named) {
      const name = known.name(id);
      if (name !== undefined) this.lastNames.set(id, name);
      else if (!this.heard.has(id)) this.missing.set(id, { id, name: this.lastName(id) });
    }
    this.doubtful = this.named.filter((id) => known.isDoubtful(id));
    const isNew = this.list.some(({ id }) => !missing.has(id));
    return {
      missing: isNew ? this.list : [],
      doubtful: this.doubtful.some((id) => !doubtful.includes(id)) ? this.doubtful.map((id) => this.lastName(id)) : [],
    };
  }

  /** What has come is not missing, though no node of this pack defines it; what a replay tells may be long gone. */
  hear(events: readonly CityEvent[], mode: Mode): void {
    if (this.missing.size === 0 || isUnreal(mode)) return;
    // an end may be the last word of an event that was taken out
    for (const { event, kind } of events) if (kind !== 'end' && this.missing.delete(event)) this.heard.add(event);
  }
}
