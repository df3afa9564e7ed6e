/** What the desk remembers, as lines of JSON: one for each alarm and each recipient, the last one about a thing counts. */
import { SEVERITIES } from '../../ecdm/status';
import type { Alarm, Told, Waiting } from './alarm';
import type { PileState } from './pile';

type Line = readonly ['alarm', id: string, alarm: Saved | null];
type PileLine = readonly ['pile', recipient: string, state: PileState];
type Saved = Omit<Alarm, 'told' | 'waiting'> & { told: [string, Told][]; waiting: [string, Waiting][] };

/** @param alarm without, where it is forgotten */
export function alarmLine(id: string, alarm: Alarm | undefined): string {
  const saved = alarm === undefined ? null : { ...alarm, told: [...alarm.told], waiting: [...alarm.waiting] };
  return JSON.stringify(['alarm', id, saved] satisfies Line);
}

/** What waits for a recipient, as a line of JSON. */
export function pileLine(recipient: string, state: PileState): string {
  return JSON.stringify(['pile', recipient, state] satisfies PileLine);
}

export function isPileLine(line: unknown): line is PileLine {
  if (!Array.isArray(line) || line[0] !== 'pile' || typeof line[1] !== 'string') return false;
  const state = line[2] as Partial<PileState> | null;
  return Array.isArray(state?.sent) && Array.isArray(state.flood?.newest) && Array.isArray(state.flood.zones);
}

/** An alarm that this program wrote; `undefined` for anything else. */
export function alarmFromLine(line: unknown): { id: string; alarm?: Alarm } | undefined {
  if (!Array.isArray(line) || line[0] !== 'alarm' || typeof line[1] !== 'string') return undefined;
  const id = line[1];
  const saved = line[2] as Saved | null;
  if (saved === null) return { id };
  if (typeof saved !== 'object' || !Array.isArray(saved.told) || !Array.isArray(saved.waiting)) return undefined;
  if (!SEVERITIES.includes(saved.status?.severity) || !Number.isFinite(saved.since)) return undefined;
  return { id, alarm: { ...saved, told: new Map(saved.told), waiting: new Map(saved.waiting) } };
}
