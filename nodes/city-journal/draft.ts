/** An entry as it is handed to a store. */
import { alarmOf } from '../ecdm/operator';
import type { Status } from '../ecdm/status';
import type { Draft } from './store/store';

/** Longest body of an entry, in characters of JSON; a status with twenty pieces of evidence has about 8,000. */
const LONGEST_BODY = 200_000;
/** Longest id of a node, an alarm or a status. */
const LONGEST_ID = 2000;

/** @param about the status itself, or which one (if any) is meant */
export function draftOf(
  at: number,
  kind: Draft['kind'],
  node: string,
  about: { alarm?: string; statusId?: string } | Status,
  body: unknown,
): Draft {
  const draft: Draft = { at, kind, node: id(node), body: textOf(body) };
  const alarm = 'revision' in about ? alarmOf(about) : about.alarm;
  if (alarm !== undefined) draft.alarm = id(alarm);
  if (about.statusId !== undefined) draft.statusId = id(about.statusId);
  if ('revision' in about) draft.revision = about.revision;
  return draft;
}

/** What a database cannot hold as text (NUL, half a character) would stop everything that waits behind it. */
function id(text: string): string {
  return text.slice(0, LONGEST_ID).replaceAll(/[\0\uD800-\uDFFF]/gu, '\uFFFD');
}

function textOf(body: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch {
    // a circle, a bigint
  }
  if (text === undefined) return '{"unreadable":true}';
  return text.length <= LONGEST_BODY ? text : JSON.stringify({ cut: text.length, start: text.slice(0, 1000) });
}
