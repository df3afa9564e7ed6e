/** What is told of drafts and messages: to people, and to the journal. */
import { makeProblem, type Problem } from '../../ecdm/problem';
import type { CapFault } from './alert';
import type { CapEvent } from './desk';
import { capText } from './texts';

type Language = string | undefined;

/** The payload that shows a draft to who approves it. */
export function draftShown(event: Extract<CapEvent, { is: 'draft' }>, language: Language): Record<string, unknown> {
  const { draftId, msgType, status } = event.draft;
  const { statusId, revision, name, key, keyName, severity, state, reason } = status;
  const about = { draftId, msgType, kind: event.kind, statusId, revision, name, key, keyName, severity, state, reason };
  const notes = event.notes.map((one) => capText(language, `note.${one}`));
  return { ...about, notes, faults: why(event.faults, language), xml: event.xml };
}

/** What is wrong with a draft, or why an act was refused. */
export function problemOf(event: CapEvent, language: Language): Problem | undefined {
  if (event.is === 'refused') {
    const text = capText(language, `act.${event.fault}`, { why: why(event.faults, language).join('; ') });
    return makeProblem(`cap/${event.fault}`, text, capText(language, 'act.hint'), event.raw);
  }
  if (event.is !== 'draft' || event.faults.length === 0) return undefined;
  const text = capText(language, 'draftInvalid', { why: why(event.faults, language).join('; ') });
  return makeProblem('cap/draft', text, capText(language, 'draftInvalidHint'), event.draft.draftId);
}

/** What became of a draft, for people and for the journal. */
export function decided(event: Extract<CapEvent, { draft: unknown }>): Record<string, unknown> {
  const { draftId, msgType, status } = event.draft;
  const by = event.is === 'rejected' ? { who: event.who, why: event.why } : {};
  return { draftId, msgType, statusId: status.statusId, ...by };
}

/** What the journal keeps: nothing of what was refused, and nothing of a replay that did not go out. */
export function journalled(event: CapEvent): { statusId: string; body: Record<string, unknown> } | undefined {
  if (event.is === 'refused') return undefined;
  if (event.is === 'message') {
    const { message } = event;
    return { statusId: message.statusId, body: { cap: 'message', ...message } };
  }
  if (event.draft.mode === 'replay') return undefined;
  return { statusId: event.draft.status.statusId, body: { cap: event.is, ...decided(event) } };
}

function why(faults: readonly CapFault[], language: Language): string[] {
  return faults.map(({ key, where }) => capText(language, `fault.${key}`, { where }));
}
