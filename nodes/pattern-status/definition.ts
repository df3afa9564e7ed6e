import type { StatusDefinition } from '../ecdm/definition';
import type { SavedConfig } from '../ecdm/saved-config';
import { definitionOf, rawDefinition, settingsOf } from './settings';

/**
 * The status that a saved node describes. What cannot be read is handed on as it is: `check` says what is wrong.
 * @param id of the definition, where the node has none of its own
 * @param domain id of the domain that the node refers to
 */
export function toDefinition(config: SavedConfig, id: string, domain: string | undefined): StatusDefinition {
  const read = definitionOf({ ...config, id }, domain);
  return 'fault' in read ? (rawDefinition({ ...config, id }, domain) as unknown as StatusDefinition) : read;
}

/** What the node saves for a status; its domain is a node of its own and referred to. */
export function fromDefinition(status: StatusDefinition, domainNode: string | undefined): SavedConfig {
  return structuredClone({ ...settingsOf(status), version: 1, domain: domainNode ?? '' });
}
