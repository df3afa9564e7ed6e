/** A message that asks to set statuses back to normal by hand: its payload says which. */
import { readCity } from '../ecdm/city';
import { makeProblem, type Problem } from '../ecdm/problem';
import { realmOf, type Realm } from '../ecdm/realms';
import { shownValue } from '../ecdm/shown';
import type { Status } from '../ecdm/status';
import { text } from '../ecdm/text';
import type { NodeMessage } from '../runtime/node-red';
import type { PatternEngine } from './cep';

/** Where it is looked for, and what is told there. */
interface Clearing {
  engine: PatternEngine;
  out: Status[];
}

/**
 * What a clear is meant for: what its message or the status in it belongs to.
 * @returns `undefined` where neither says
 */
export function realmMeant({ city, payload }: NodeMessage): Realm | undefined {
  const said = saysMode(city) ? realmOf(readCity(city).mode) : undefined;
  if (said !== undefined && said !== 'real') return said;
  const isSimulated =
    typeof payload === 'object' && payload !== null && (payload as Partial<Status>).simulated === true;
  return isSimulated ? 'simulated' : said;
}

/** A status as it was told: it means itself, and no other of its key. */
export function statusIn({ payload }: NodeMessage): Pick<Status, 'key' | 'statusId'> | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { key, statusId } = payload as Record<string, unknown>;
  return typeof key === 'string' && typeof statusId === 'string' ? { key, statusId } : undefined;
}

const saysMode = (city: unknown): boolean => typeof city === 'object' && city !== null;

/** Nobody asked for one of them. */
const isEmpty = (payload: unknown): boolean => payload === undefined || payload === null || payload === '';

/**
 * @param payload a key (a station may be called by a number), an object that has one (a status), or nothing: all that
 * are raised
 */
export function clearAsked(
  clearings: readonly Clearing[],
  payload: unknown,
  problem: (problem: Problem) => void,
  language: string | undefined,
): void {
  const say = (code: string, what: 'bad' | 'unknown', parameters = {}): void => {
    const [message, hint] = [text(language, `clear.${what}`, parameters), text(language, `clear.${what}Hint`)];
    problem(makeProblem(code, message, hint, payload));
  };
  if (isEmpty(payload)) {
    for (const { engine, out } of clearings) engine.clearByHand(undefined, Date.now(), out);
    return;
  }
  const key = keyIn(payload);
  if (key === undefined) {
    // meant for one that cannot be read: nobody asked for all of them
    say('item/clear', 'bad');
    return;
  }
  let found = false;
  for (const { engine, out } of clearings) {
    if (engine.isOpen(key)) found = true;
    engine.clearByHand(key, Date.now(), out);
    if (out.length > 0) found = true;
  }
  if (!found) say('not-raised', 'unknown', { key: shownValue(key, language) });
}

function keyIn(payload: unknown): string | undefined {
  if (typeof payload === 'string') return payload;
  if (typeof payload === 'number') return Number.isFinite(payload) ? String(payload) : undefined;
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, 'key')) return undefined;
  const { key } = payload as { key: unknown };
  return typeof key === 'string' ? key : undefined;
}
