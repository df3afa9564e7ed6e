/** What the form of a domain saves, made the portable definition. Pure: the form checks itself with it too. */
import { AGGREGATE_METHODS, type AggregateMethod } from '../ecdm/aggregate-methods';
import type { DomainDefinition } from '../ecdm/definition';
import { parseDuration } from '../ecdm/duration';
import { isTimeZone, parseTime } from '../ecdm/time';

/** A domain as the editor saves it; nothing in it is certain. */
export interface DomainConfig {
  id?: unknown;
  name?: unknown;
  description?: unknown;
  from?: unknown;
  to?: unknown;
  sampling?: unknown;
  zones?: unknown;
  method?: unknown;
  language?: unknown;
  timeZone?: unknown;
}

export type DomainFault = 'from' | 'to' | 'order' | 'sampling' | 'timeZone';

const text = (raw: unknown): string => (typeof raw === 'string' ? raw.trim() : '');

/**
 * Reads a saved domain. What cannot be used is left out and named.
 * @param surroundings language and zone that "auto" stands for
 */
export function readDomain(
  config: DomainConfig,
  surroundings: { language?: string; timeZone?: string } = {},
): { definition: DomainDefinition; faults: DomainFault[] } {
  const faults: DomainFault[] = [];
  const id = text(config.id) || 'domain';
  const definition: DomainDefinition = { id, name: text(config.name) || id };
  if (text(config.description) !== '') definition.description = text(config.description).slice(0, 2000);

  const zone = text(config.timeZone);
  if (zone === '' || zone === 'auto') definition.timeZone = surroundings.timeZone;
  else if (isTimeZone(zone)) definition.timeZone = zone;
  else faults.push('timeZone');
  const language = text(config.language);
  definition.language = language === '' || language === 'auto' ? surroundings.language : language;

  const from = parseTime(text(config.from), definition.timeZone);
  const to = parseTime(text(config.to), definition.timeZone);
  if (text(config.from) !== '' && from === undefined) faults.push('from');
  if (text(config.to) !== '' && to === undefined) faults.push('to');
  if (from !== undefined && to !== undefined && to < from) faults.push('order');
  else if (from !== undefined || to !== undefined) {
    definition.timeSpan = {};
    if (from !== undefined) definition.timeSpan.from = text(config.from);
    if (to !== undefined) definition.timeSpan.to = text(config.to);
  }

  const sampling = text(config.sampling);
  if (sampling !== '') {
    if (parseDuration(sampling) === undefined) faults.push('sampling');
    else definition.sampling = sampling;
  }
  const zones = Array.isArray(config.zones) ? config.zones.map(text).filter((one) => one !== '') : [];
  if (zones.length > 0) definition.zones = zones;
  const method = AGGREGATE_METHODS.find((one) => one === config.method);
  if (method !== undefined) definition.method = method satisfies AggregateMethod;
  for (const key of ['timeZone', 'language'] as const) if (definition[key] === undefined) delete definition[key];
  return { definition, faults };
}
