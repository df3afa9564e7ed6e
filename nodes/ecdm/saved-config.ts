/**
 * What the editor saved for a node, read as data: for the conversion between node configurations and the definition.
 * Empty texts and lists in a form mean "not said" and are left out of a definition.
 */
export type SavedConfig = Readonly<Record<string, unknown>>;

/** A text that says something. */
export function textOf(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw.trim() !== '' ? raw : undefined;
}

/** A list of texts that is not empty. */
export function textsOf(raw: unknown): string[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const texts = raw.filter((one): one is string => typeof one === 'string' && one !== '');
  return texts.length > 0 ? texts : undefined;
}

/** An object, not a list. */
export function objectOf(raw: unknown): SavedConfig | undefined {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as SavedConfig) : undefined;
}

/** A copy without the fields that are not set. */
export function compact<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '')) as T;
}
