/** What the form saves, made event definitions. */
import type { EventDefinition } from '../ecdm/definition';
import type { Mistake } from '../ecdm/mistake';
import { definitions, shapes } from '../ecdm/schemas';
import { text } from '../ecdm/text';
import { unsetIn, withNumbers } from './environment';

export interface BadEvent {
  name: string;
  reason: string;
}

/** Events of one node; a form that holds more is a mistake of a program. */
const MOST = 10_000;

/**
 * The events that can be judged, and what is wrong with the others.
 * @param language of the reasons
 */
export function readEvents(raw: unknown, language?: string): { events: EventDefinition[]; bad: BadEvent[] } {
  const events: EventDefinition[] = [];
  const bad: BadEvent[] = [];
  if (!Array.isArray(raw)) return { events, bad };
  const { eventSchema } = definitions();
  const { checkShape } = shapes();
  for (const one of raw.slice(0, MOST) as unknown[]) {
    const name = unsetIn(one);
    if (name !== undefined) {
      bad.push({ name: nameOf(one), reason: text(language, 'unsetVariable', { name }) });
      continue;
    }
    const { value, mistakes } = checkShape(eventSchema, withNumbers(one), language);
    if (value !== undefined) events.push(value);
    else bad.push({ name: nameOf(one), reason: mistakes.slice(0, 3).map(told).join(' ') });
  }
  return { events, bad };
}

function nameOf(raw: unknown): string {
  const name = typeof raw === 'object' && raw !== null ? (raw as { name?: unknown }).name : undefined;
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : '?';
}

function told({ path, message, hint }: Mistake): string {
  return `${path === '' ? '' : `${path}: `}${message} ${hint}`;
}
