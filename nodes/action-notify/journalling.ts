/** What the journal is told of notices: those that went out, those that did not and why. Addresses of people stay out of it. */
import type { Journal } from '../city-journal/journal-source';
import { formatTime } from '../ecdm/time';
import type { Answer } from './notifier';

/** @param node id of the node */
export function noteTold(journal: Journal, node: string, { letter, notice }: Answer['told'][number]): void {
  const alarm = letter.kind === 'single' ? letter.items[0]?.alarm : undefined;
  const body = { ...notice };
  if (body.recipient !== undefined) {
    const { address: _, ...recipient } = body.recipient;
    body.recipient = recipient;
  }
  journal.note({ kind: 'notice', node, ...(alarm === undefined ? {} : { alarm }), statusId: notice.statusId, body });
}

/** @param node id of the node */
export function noteHeld(journal: Journal, node: string, held: Answer['held'][number]): void {
  const { alarm, status, recipient, reason, by, until } = held;
  const { statusId, revision, name, state, severity, simulated } = status;
  const body: Record<string, unknown> = { held: reason, statusId, revision, name, state, severity };
  if (recipient !== undefined && recipient !== '') body['recipient'] = recipient;
  if (by !== undefined) body['by'] = by;
  if (until !== undefined) body['until'] = formatTime(until);
  if (simulated === true) body['simulated'] = true;
  journal.note({ kind: 'notice', node, alarm, statusId, body });
}
