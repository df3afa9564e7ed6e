/** What the actuators of a Node-RED that was killed again and again have carried out, against what its journal says. */
import type { Carried } from './actuators';

/** The body of an entry about a command: the order (without a state), or what became of it. */
export interface CommandEntry {
  commandId: string;
  actuator: string;
  statusId?: string;
  revision?: number;
  state?: string;
}

const ENDS: ReadonlySet<string> = new Set(['accepted', 'done', 'failed', 'expired']);

/** @param transitions those that an actuator answers, as `statusId #revision` */
export function compareCommands(
  carried: readonly Carried[],
  entries: readonly CommandEntry[],
  transitions: readonly string[],
  faults: string[],
): void {
  const ordered = new Map<string, string>();
  const ended = new Set<string>();
  for (const { commandId, actuator, statusId, revision, state } of entries) {
    if (state === undefined) ordered.set(commandId, `${actuator} ${statusId} #${revision}`);
    else if (ENDS.has(state)) ended.add(commandId);
  }
  const known = new Set(ordered.values());
  for (const transition of transitions) {
    for (const actuator of ['again', 'once']) {
      if (!known.has(`${actuator} ${transition}`)) faults.push(`${actuator}: no command answers ${transition}`);
    }
  }
  for (const [id, what] of ordered) if (!ended.has(id)) faults.push(`${what}: its end is not in the journal`);
  for (const id of ended) if (!ordered.has(id)) faults.push(`${id} has an end and no beginning in the journal`);
  compareCarried(carried, ordered, faults);
}

function compareCarried(carried: readonly Carried[], ordered: ReadonlyMap<string, string>, faults: string[]): void {
  const ids = new Map<string, string>();
  for (const { actuator, statusId, revision, commandId } of carried) {
    const what = `${actuator} ${statusId} #${revision}`;
    if (ordered.get(commandId) !== what) faults.push(`${what} was carried out and is not in the journal`);
    const before = ids.get(what);
    if (before !== undefined && before !== commandId)
      faults.push(`${what} was carried out as ${before} and ${commandId}`);
    if (before !== undefined && actuator === 'once') faults.push(`${what} was carried out twice`);
    ids.set(what, commandId);
  }
}
