/** Rows of the tables as entries, and back. */
import { instantText } from '../../ecdm/time';
import type { EntryKind, JournalEntry } from '../journal-source';
import type { Draft } from './store';

export interface Row {
  seq: number;
  at: number;
  kind: EntryKind;
  node: string;
  alarm: string | null;
  status_id: string | null;
  revision: number | null;
  /** Hexadecimal. */
  hash: string;
  body: string;
}

/** What {@link Row} has but the hash, for a SELECT over both tables. */
export const ROW = 'e.seq, at, kind, node, alarm, status_id, revision, body';

export function draftOfRow({ at, kind, node, alarm, status_id, revision, body }: Row): Draft {
  const draft: Draft = { at, kind, node, body };
  if (alarm !== null) draft.alarm = alarm;
  if (status_id !== null) draft.statusId = status_id;
  if (revision !== null) draft.revision = revision;
  return draft;
}

export function entryOfRow(row: Row): JournalEntry {
  const { at, body, ...draft } = draftOfRow(row);
  return { seq: row.seq, at: instantText(at), ...draft, body: bodyOf(body), hash: row.hash };
}

function bodyOf(body: string): JournalEntry['body'] {
  try {
    return JSON.parse(body) as JournalEntry['body'];
  } catch {
    // somebody has changed the file: a check names the entry
    return { unreadable: body };
  }
}
