import type { EventDefinition } from '../ecdm/definition';
import { objectOf, type SavedConfig } from '../ecdm/saved-config';

/**
 * The events that a saved node holds.
 * @param domain id of the domain that the node refers to, for the events that name none
 */
export function toDefinition(config: SavedConfig, domain: string | undefined): EventDefinition[] {
  const events: unknown[] = Array.isArray(config['events']) ? config['events'] : [];
  return events
    .filter((event) => objectOf(event) !== undefined)
    .map((event) => {
      const { id, name, domain: own, ...rest } = event as EventDefinition;
      const of = own ?? domain;
      return (of === undefined ? { id, name, ...rest } : { id, name, domain: of, ...rest });
    });
}

/** What the node saves for events of one domain; the domain itself is a node of its own and referred to. */
export function fromDefinition(events: readonly EventDefinition[], domainNode: string | undefined): SavedConfig {
  return {
    name: '',
    version: 1,
    domain: domainNode ?? '',
    events: events.map(({ domain: _domain, ...event }) => structuredClone(event)),
  };
}
