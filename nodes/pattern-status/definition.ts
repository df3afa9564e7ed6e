import type { StatusDefinition } from '../ecdm/definition';
import { compact, objectOf, textOf, type SavedConfig } from '../ecdm/saved-config';

/**
 * The status that a saved node describes.
 * @param id of the definition, where the node has none of its own
 * @param domain id of the domain that the node refers to
 */
export function toDefinition(config: SavedConfig, id: string, domain: string | undefined): StatusDefinition {
  const rule = objectOf(config['rule']) ?? {};
  const { id: own, name, domain: named, ...rest } = rule as Partial<StatusDefinition>;
  return compact({
    id: textOf(own) ?? id,
    name: textOf(config['name']) ?? textOf(name) ?? id,
    domain: textOf(named) ?? domain,
    ...rest,
  }) as StatusDefinition;
}

/** What the node saves for a status; its domain is a node of its own and referred to. */
export function fromDefinition(status: StatusDefinition, domainNode: string | undefined): SavedConfig {
  const { name, domain: _domain, ...rule } = status;
  return { name, version: 1, domain: domainNode ?? '', rule: structuredClone(rule) };
}
