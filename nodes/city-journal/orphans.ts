/**
 * Ends of statuses that their rule does not know any more: after a restart without the state it had, from a source that
 * cannot be read again, it would never say that they are over.
 */
import type { Mark } from '../ecdm/operator';
import type { Status, StatusFlag } from '../ecdm/status';
import { formatTime, parseTime } from '../ecdm/time';
import { text } from '../ecdm/text';

/** The rule tells another episode of the same alarm: this one is over, nobody knows since when. */
export function endedBefore(orphan: Status, next: Status, language: string | undefined): Status {
  const known = parseTime(orphan.updated) ?? 0;
  const until = (parseTime(next.since) ?? 0) > known ? next.since : orphan.updated;
  const updated = (parseTime(next.updated) ?? 0) > known ? next.updated : orphan.updated;
  return ended(orphan, updated, until, 'corrected', text(language, 'journal.corrected', { name: orphan.name }));
}

/** Somebody says that it is over. @param now epoch milliseconds */
export function endedByHand(
  orphan: Status,
  { who, why }: Pick<Mark, 'who' | 'why'>,
  now: number,
  language: string | undefined,
): Status {
  const at = formatTime(Math.max(now, parseTime(orphan.updated) ?? 0));
  const key = why === undefined || why === '' ? 'journal.byHand' : 'journal.byHandWhy';
  return ended(orphan, at, at, 'by-hand', text(language, key, { name: orphan.name, who, why }));
}

/** A rule remembers nothing of a simulation over a restart, and a simulation begins anew. @param now epoch milliseconds */
export function endedAnew(orphan: Status, now: number, language: string | undefined): Status {
  const at = formatTime(Math.max(now, parseTime(orphan.updated) ?? 0));
  return ended(orphan, at, at, 'corrected', text(language, 'journal.begunAnew', { name: orphan.name }));
}

/** The revision is the journal's to give, but for what is simulated. */
function ended(orphan: Status, updated: string, until: string, flag: StatusFlag, reason: string): Status {
  const revision = orphan.simulated === true ? orphan.revision + 1 : orphan.revision;
  return { ...orphan, revision, state: 'cleared', updated, until, flags: [flag], reason };
}
