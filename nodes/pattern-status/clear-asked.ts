/** A message that asks to set statuses back to normal by hand: its payload says which. */
import { makeProblem, type Problem } from '../ecdm/problem';
import { shownValue } from '../ecdm/shown';
import type { Status } from '../ecdm/status';
import { text } from '../ecdm/text';
import type { PatternEngine } from './cep';

/** Nobody asked for one of them. */
const isEmpty = (payload: unknown): boolean => payload === undefined || payload === null || payload === '';

/**
 * @param payload a key (a station may be called by a number), an object that has one (a status), or nothing: all that
 * are raised
 */
export function clearAsked(
  engine: PatternEngine,
  payload: unknown,
  out: Status[],
  problem: (problem: Problem) => void,
  language: string | undefined,
): void {
  const say = (code: string, what: 'bad' | 'unknown', parameters = {}): void => {
    const [message, hint] = [text(language, `clear.${what}`, parameters), text(language, `clear.${what}Hint`)];
    problem(makeProblem(code, message, hint, payload));
  };
  if (isEmpty(payload)) {
    engine.clearByHand(undefined, Date.now(), out);
    return;
  }
  const key = keyIn(payload);
  if (key === undefined) {
    // meant for one that cannot be read: nobody asked for all of them
    say('item/clear', 'bad');
    return;
  }
  const isOpen = engine.isOpen(key);
  engine.clearByHand(key, Date.now(), out);
  if (!isOpen && out.length === 0) say('not-raised', 'unknown', { key: shownValue(key, language) });
}

function keyIn(payload: unknown): string | undefined {
  if (typeof payload === 'string') return payload;
  if (typeof payload === 'number') return Number.isFinite(payload) ? String(payload) : undefined;
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, 'key')) return undefined;
  const { key } = payload as { key: unknown };
  return typeof key === 'string' ? key : undefined;
}
