import type { ZoneRef } from '../../ecdm/zone';

/**
 * The zones that a key lies in as a whole, so that its status counts for them, too: those that all its events have in
 * common, as far as one event more tells. Of a zone these are itself and what is around it (lists of zones go from the
 * outer to the inner ones), never another one of its level that only some of its sensors lie in as well.
 */
export function zonesAround(
  known: readonly ZoneRef[] | undefined,
  seen: readonly ZoneRef[],
  own: string | undefined,
): readonly ZoneRef[] {
  if (known === undefined) return own === undefined ? seen : upTo(seen, own);
  if (known.every((zone) => seen.some((other) => isAsBefore(zone, other)))) return known;
  // a zone may have got another name since
  const common = known.map(({ id }) => seen.find((zone) => zone.id === id));
  return Object.freeze(common.filter((zone) => zone !== undefined));
}

function isAsBefore(a: ZoneRef, b: ZoneRef): boolean {
  return a === b || (a.id === b.id && a.name === b.name && a.level === b.level);
}

function upTo(seen: readonly ZoneRef[], own: string): readonly ZoneRef[] {
  const at = seen.findIndex(({ id }) => id === own);
  const level = seen[at]?.level;
  return Object.freeze(seen.slice(0, at + 1).filter((zone) => zone.id === own || zone.level !== level));
}
