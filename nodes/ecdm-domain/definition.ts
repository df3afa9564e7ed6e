import type { DomainDefinition } from '../ecdm/definition';
import { compact, objectOf, textOf, textsOf, type SavedConfig } from '../ecdm/saved-config';

/** The domain that a saved node holds; what is not valid in it is for `check` to say. */
export function toDefinition(config: SavedConfig, id: string): DomainDefinition {
  const span = objectOf(config['timeSpan']) ?? config;
  const timeSpan = compact({ from: textOf(span['from']), to: textOf(span['to']) });
  return compact({
    id,
    name: textOf(config['name']) ?? id,
    description: textOf(config['description']),
    timeSpan: Object.keys(timeSpan).length > 0 ? timeSpan : undefined,
    sampling: textOf(config['sampling']),
    zones: textsOf(config['zones']),
    method: textOf(config['method']) as DomainDefinition['method'],
    language: said(config['language']),
    timeZone: said(config['timeZone']),
  });
}

/** "auto" is what the machine says, which a definition does not know. */
function said(raw: unknown): string | undefined {
  return raw === 'auto' ? undefined : textOf(raw);
}

/** What the node saves for a domain. */
export function fromDefinition(domain: DomainDefinition): SavedConfig {
  return {
    name: domain.name,
    version: 1,
    description: domain.description ?? '',
    from: domain.timeSpan?.from ?? '',
    to: domain.timeSpan?.to ?? '',
    sampling: domain.sampling ?? '',
    zones: domain.zones ?? [],
    method: domain.method ?? '',
    language: domain.language ?? '',
    timeZone: domain.timeZone ?? '',
  };
}
