import type { DomainDefinition } from '../ecdm/definition';

/** What an `ecdm-domain` node offers to the nodes that refer to it. */
export interface DomainSource {
  readonly definition: DomainDefinition;
}

/** The domain of a configuration node, or `undefined` where the node is none (or does not exist any more). */
export function asDomain(node: unknown): DomainDefinition | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { type, definition } = node as { type?: unknown; definition?: DomainDefinition };
  return type === 'ecdm-domain' && typeof definition === 'object' ? definition : undefined;
}
