/** What ties a running rule to its journal: what a crash left on its way, and what people clear. */
import type { AlarmView, Journal } from '../city-journal/journal-source';
import { endedAnew, endedByHand } from '../city-journal/orphans';
import { isOpen, type OperatorAct } from '../ecdm/operator';
import type { Status } from '../ecdm/status';
import { onFlowsStarted } from '../runtime/flows-started';
import type { RuntimeApi } from '../runtime/node-red';
import type { PatternEngine } from './cep';

/** Longest wait for a store to be opened before the rule goes on; what was left is sent when it opens all the same. */
const OPENS_WITHIN = 3000;

/**
 * What a rule tells when a person clears an alarm.
 * @param engine none where the rule has not heard of its realm
 */
export function clearedByHand(
  engine: PatternEngine | undefined,
  { status }: AlarmView,
  act: OperatorAct,
  language: string | undefined,
): Status[] {
  const statuses: Status[] = [];
  const known = engine?.isOpen(status.key) === true;
  engine?.clearByHand(status.key, Date.now(), statuses);
  // a rule that lost sight of it in a restart cannot end it; a latched one that still holds says nothing yet
  if (!known && statuses.length === 0) statuses.push(endedByHand(status, act, Date.now(), language));
  return statuses;
}

/**
 * Sends again what a crash left on its way.
 * @param takers ids of those that say when they have taken something
 * @param opened is called when the journal knows what it knew before
 * @returns when the rule may go on
 */
export async function sendAgain(
  journal: Journal,
  node: string,
  takers: () => readonly string[],
  send: (status: Status) => void,
  opened: () => void,
  flowsStarted: Promise<void>,
): Promise<void> {
  // nobody is there to receive anything before
  const sent = flowsStarted
    .then(() => journal.untaken(node, takers()))
    .then((statuses) => statuses.filter((status) => isNewest(journal, status, statuses)).forEach(send))
    .then(opened);
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, OPENS_WITHIN)));
  await Promise.race([sent, enough]);
  clearTimeout(timer);
}

/**
 * What a simulation had raised before a restart: its rule does not know of it any more.
 * @param rule id of the definition
 * @param isOthers whether another node that runs tells of it: the copies of a subflow have one definition
 * @param isKnown whether it does know: the store may open late
 */
export function endOfSimulation(
  journal: Journal,
  rule: string,
  isOthers: (node: string) => boolean,
  isKnown: (key: string) => boolean,
  language: string | undefined,
): Status[] {
  const ended: Status[] = [];
  for (const { status, node } of journal.views()) {
    if (status.simulated !== true || status.status !== rule || !isOpen(status)) continue;
    if ((node !== undefined && isOthers(node)) || isKnown(status.key)) continue;
    ended.push(endedAnew(status, Date.now(), language));
  }
  return ended;
}

/** What was left and has been followed by something newer meanwhile, because the store opened late, would be a step back. */
function isNewest(journal: Journal, { statusId, status, key }: Status, all: readonly Status[]): boolean {
  const now = journal.view(`${status}|${key}`)?.status;
  if (now?.statusId !== statusId) return true;
  return all.some((one) => one.statusId === statusId && one.revision === now.revision);
}

/** Resolves when all nodes are there. */
export function flowsStarted(RED: RuntimeApi): { started: Promise<void>; off: () => void } {
  let off: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (off = onFlowsStarted(RED, resolve)));
  return { started, off };
}
