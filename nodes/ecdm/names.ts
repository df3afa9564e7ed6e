/** How things are named in a definition and found again in the data. */

/** Names compare without case, and without the difference between PM₂.₅ and PM2.5. */
export function foldName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/** Names to look for; `undefined` where none are given, so that all are meant. */
export function nameSet(list: readonly string[] | undefined): ReadonlySet<string> | undefined {
  const set = new Set((list ?? []).map(foldName).filter((name) => name !== ''));
  return set.size === 0 ? undefined : set;
}

/** Whether something that goes by these names is meant. */
export function isNamed(wanted: ReadonlySet<string> | undefined, ...found: (string | undefined)[]): boolean {
  if (wanted === undefined) return true;
  return found.some((name) => name !== undefined && wanted.has(foldName(name)));
}
