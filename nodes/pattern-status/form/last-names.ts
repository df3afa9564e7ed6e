/** What events are called that do not exist any more. */
import { objectOf, textOf } from '../../ecdm/saved-config';

/** All that were there since the editor was opened, by id. The script of the forms has a list of its own. */
const seen = new Map<string, string>();

export function remember(names: Iterable<readonly [id: string, name: string]>): void {
  for (const [id, name] of names) seen.set(id, name);
}

export const remembered = (): Iterable<readonly [id: string, name: string]> => seen;

/** What a rule has kept as it was saved; what was seen since then counts more. */
export function rememberSaved(names: unknown): void {
  for (const [id, name] of Object.entries(objectOf(names) ?? {})) {
    const said = textOf(name);
    if (said !== undefined && !seen.has(id)) seen.set(id, said);
  }
}

/** The id itself where nothing is known. */
export const lastName = (id: string): string => seen.get(id) ?? id;
