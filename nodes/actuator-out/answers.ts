/** Reads what an actuator says on its answer topic. */
import { parseJson, topicFits } from './address';
import type { Order } from './order';

/** Longest answer that is looked at. */
const ANSWER_LIMIT = 65_536;
const REFUSALS: ReadonlySet<unknown> = new Set(['failed', 'refused', 'rejected', 'error']);
const DOINGS: ReadonlySet<unknown> = new Set(['done', 'completed', 'ok']);

/** What a JSON text says under `state` (or `status`) of one command; `undefined` where it says nothing that is known. */
export function readTold(text: string): 'done' | 'refused' | undefined {
  const json = text.length > ANSWER_LIMIT ? undefined : parseJson(text);
  if (typeof json !== 'object' || json === null) return undefined;
  const { state, status } = json as { state?: unknown; status?: unknown };
  const told = String(state ?? status).toLowerCase();
  return REFUSALS.has(told) ? 'refused' : DOINGS.has(told) ? 'done' : undefined;
}

/**
 * Tells for each open order whether this answer is about it. An answer that names a commandId is about that one alone;
 * any other must come on the order's own answer topic and be what was expected (or what was sent, where nothing was said).
 */
export function readAnswer(topic: string, payload: Uint8Array): (order: Order) => 'done' | 'refused' | undefined {
  const text = payload.length > ANSWER_LIMIT ? '' : Buffer.from(payload).toString('utf8').trim();
  const named = namedCommand(text);
  return (order) => {
    if (order.answerTopic === '' || !topicFits(order.answerTopic, topic)) return undefined;
    if (named !== undefined) {
      if (named.commandId !== order.commandId) return undefined;
      if (REFUSALS.has(named.state)) return 'refused';
      return order.expect === '' || text.includes(order.expect) ? 'done' : undefined;
    }
    if (text === order.commandId && order.expect === '') return 'done';
    return text !== '' && text === (order.expect === '' ? order.body : order.expect) ? 'done' : undefined;
  };
}

function namedCommand(text: string): { commandId: unknown; state: unknown } | undefined {
  if (!text.startsWith('{')) return undefined;
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'commandId')) return undefined;
  const { commandId, state } = json as Record<string, unknown>;
  return { commandId, state };
}
