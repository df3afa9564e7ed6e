/** What the keys are of what a node makes, and which zones there are, as it is saved: in the runtime and in the editor alike. */
import type { KeyKind, Scope } from '../ecdm/definition';
import type { Named } from '../ecdm/key-kinds';
import { objectOf, textOf } from '../ecdm/saved-config';

const KINDS: Readonly<Record<KeyKind, true>> = {
  station: true, datastream: true, zone: true, property: true, city: true, near: true,
}; // prettier-ignore
const SCOPES: Readonly<Record<Scope, true>> = { datastream: true, station: true, zone: true, city: true };

/** @param rule a pattern-status node; nothing is known of the keys of one that cannot be read */
export function keysOfStatus(rule: object): Named | undefined {
  const { per, level } = rule as { per?: unknown; level?: unknown };
  const by = textOf(per) ?? 'station';
  return Object.hasOwn(KINDS, by) ? { status: { by: by as KeyKind, level: textOf(level) } } : undefined;
}

/** @param aggregate of an event definition, as it was saved; nothing is known where it cannot be read */
export function keysOfEvent(aggregate: unknown): Named | undefined {
  const scope = textOf(objectOf(aggregate)?.['scope']);
  if (scope === undefined) return { event: undefined };
  return Object.hasOwn(SCOPES, scope) ? { event: scope as Scope } : undefined;
}

interface SavedZone {
  id: string;
  level: string;
  parent?: string | undefined;
}

/** The zones of a city-zones node; none of any other node. */
export function zonesOf({ type, zones }: { type: string; zones?: unknown }): SavedZone[] {
  if (type !== 'city-zones' || !Array.isArray(zones)) return [];
  return (zones as unknown[]).flatMap((zone) => {
    const { id, level, parent } = objectOf(zone) ?? {};
    if (typeof id !== 'string' || typeof level !== 'string') return [];
    return [{ id, level, parent: textOf(parent) }];
  });
}
