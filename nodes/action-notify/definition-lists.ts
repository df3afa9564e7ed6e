/** Lists and names of a form as a definition says them, and back. */
import { objectOf, type SavedConfig } from '../ecdm/saved-config';
import { MOST_ENTRIES, namesOf } from './saved-lists';

/** @returns nothing where no entry says anything */
export function listOf<T>(raw: unknown, read: (entry: SavedConfig, i: number) => T | undefined): T[] | undefined {
  const entries = Array.isArray(raw) ? raw.slice(0, MOST_ENTRIES).map(objectOf) : [];
  const list = entries.filter((one) => one !== undefined).map(read).filter((one) => one !== undefined); // prettier-ignore
  return list.length > 0 ? list : undefined;
}

export function namesToDefinition(raw: unknown): string[] | undefined {
  const names = [...namesOf(raw)];
  return names.length > 0 ? names : undefined;
}

export function joined(names: readonly string[] | undefined): string {
  return (names ?? []).join(', ');
}
