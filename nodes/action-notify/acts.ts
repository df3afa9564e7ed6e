/** Acts of people that come as messages: read, and refused in words where they cannot be done. */
import { ACTS, type ActFault, type OperatorAct } from '../ecdm/operator';
import { parseDuration } from '../ecdm/duration';
import { makeProblem, type Problem } from '../ecdm/problem';
import { plainText } from '../ecdm/template';
import { formatTime } from '../ecdm/time';
import { deskText } from './desk/texts';

/** Of a message: an act has the topic `act`; a status that is called so stays one. */
export function isAct(topic: unknown, payload: unknown): payload is Record<string, unknown> {
  return (
    topic === 'act' &&
    typeof payload === 'object' &&
    payload !== null &&
    !Array.isArray(payload) &&
    !Object.hasOwn(payload, 'state')
  );
}

/**
 * Reads an act.
 * @param alarmOfStatus the alarm of an episode, where the journal knows it
 * @param now epoch milliseconds; the act is of this moment, whatever the message says
 */
export function readAct(
  raw: Record<string, unknown>,
  alarmOfStatus: (statusId: string) => string | undefined,
  now: number,
): OperatorAct | { fault: ActFault } | { field: string } {
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    return typeof value === 'string' && value.trim() !== '' ? plainText(value, 5000).trim() : undefined;
  };
  const act = ACTS.find((one) => one === raw['act']);
  if (act === undefined) return text('act') === undefined ? { field: 'act' } : { fault: 'act' };
  const statusId = text('statusId');
  const alarm = text('alarm') ?? (statusId === undefined ? undefined : alarmOfStatus(statusId));
  if (alarm === undefined) return statusId === undefined ? { field: 'alarm' } : { fault: 'unknown' };
  const who = text('who');
  if (who === undefined) return { fault: 'who' };
  const done: OperatorAct = { act, alarm, who, at: formatTime(now) };
  if (statusId !== undefined) done.statusId = statusId;
  const why = text('why');
  if (why !== undefined) done.why = why;
  const until = text('until');
  if (until !== undefined) {
    // "2 h" is as good as a time
    const length = parseDuration(until);
    done.until = length === undefined ? until : formatTime(now + length);
  }
  return done;
}

/** Why an act was not done. `none`: there is no journal that could keep it. */
export function refusedAct(why: ActFault | 'none' | { field: string }, raw: unknown, language: string): Problem {
  const key = typeof why === 'object' ? 'shape' : why;
  const act = typeof raw === 'object' && raw !== null ? String((raw as { act?: unknown }).act).slice(0, 60) : '';
  const message = deskText(language, `act.${key}`, { act, field: typeof why === 'object' ? why.field : '' });
  return makeProblem(`act/${key}`, message, deskText(language, `act.${key}Hint`, { acts: ACTS.join(', ') }), raw);
}
