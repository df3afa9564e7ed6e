/** Reading JSON of servers that misspell: keys in any case, with blanks or underscores. */

export type Raw = Readonly<Record<string, unknown>>;

export function isRecord(raw: unknown): raw is Raw {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Keys that are looked through for a misspelled one; an entity has some twenty. */
const MOST_KEYS = 200;

/** A field by its name; where it is not there, by any spelling that differs in case, blanks and underscores. */
export function pick(raw: Raw, name: string): unknown {
  if (Object.hasOwn(raw, name)) return raw[name];
  const wanted = plain(name);
  let left = MOST_KEYS;
  for (const key in raw) {
    if (left-- === 0) return undefined;
    if (key.length < 100 && plain(key) === wanted && Object.hasOwn(raw, key)) return raw[key];
  }
  return undefined;
}

/** The first of several names that is there. */
export function pickAny(raw: Raw, ...names: readonly string[]): unknown {
  for (const name of names) {
    const value = pick(raw, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function plain(key: string): string {
  return key.replace(/[\s_]/g, '').toLowerCase();
}

/** Longest text of a name or an address that is kept. */
const LONGEST = 500;

/** Texts, with "null" and blanks as nothing. */
export function text(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined;
  const trimmed = raw.trim();
  return trimmed === '' || trimmed === 'null' ? undefined : trimmed.slice(0, LONGEST);
}

/** Objects of a list, or one object where a server writes it without the list. */
export function records(raw: unknown): Raw[] {
  if (Array.isArray(raw)) return (raw as unknown[]).filter(isRecord);
  return isRecord(raw) ? [raw] : [];
}

/** `@iot.id` of version 1, `id` of version 2. */
export function idOf(raw: Raw): string | number | undefined {
  const id = raw['@iot.id'] ?? raw['id'] ?? pick(raw, '@iot.id');
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/** `@iot.selfLink` of version 1, `@id` of version 2. */
export function selfLinkOf(raw: Raw): unknown {
  return raw['@iot.selfLink'] ?? raw['@id'] ?? pick(raw, '@iot.selfLink');
}

/** `X@iot.nextLink`, `X@nextLink`, or that of the collection itself where there is no X; null and "" are the end. */
export function nextLinkOf(raw: Raw, of = ''): string | undefined {
  return text(raw[`${of}@iot.nextLink`] ?? raw[`${of}@nextLink`] ?? (of === '' ? raw['@odata.nextLink'] : undefined));
}

/**
 * A value by a path such as `properties.monitoringLocationName` or `properties/label`.
 * @returns `undefined` where there is nothing to be shown
 */
export function textAt(raw: Raw, path: string): string | undefined {
  let at: unknown = raw;
  for (const name of path.split(/[./]/).slice(0, 10)) {
    if (!isRecord(at) || name === '') return undefined;
    at = pick(at, name);
  }
  return typeof at === 'number' ? String(at) : text(at);
}
