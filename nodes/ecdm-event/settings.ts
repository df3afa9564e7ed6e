/** What the form saves, made event definitions. */
import type { ZodError } from 'zod';
import { eventSchema, type EventDefinition } from '../ecdm/definition';

export interface BadEvent {
  name: string;
  reason: string;
}

/** Events of one node; a form that holds more is a mistake of a program. */
const MOST = 10_000;

/** The events that can be judged, and what is wrong with the others. */
export function readEvents(raw: unknown): { events: EventDefinition[]; bad: BadEvent[] } {
  const events: EventDefinition[] = [];
  const bad: BadEvent[] = [];
  if (!Array.isArray(raw)) return { events, bad };
  for (const one of raw.slice(0, MOST) as unknown[]) {
    const read = eventSchema.safeParse(one);
    if (read.success) events.push(read.data);
    else bad.push({ name: nameOf(one), reason: reasonOf(read.error) });
  }
  return { events, bad };
}

function nameOf(raw: unknown): string {
  const name = typeof raw === 'object' && raw !== null ? (raw as { name?: unknown }).name : undefined;
  return typeof name === 'string' && name !== '' ? name.slice(0, 100) : '?';
}

function reasonOf(error: ZodError): string {
  const first = error.issues[0];
  return first === undefined ? '' : `${first.path.join('.')}: ${first.message}`;
}
