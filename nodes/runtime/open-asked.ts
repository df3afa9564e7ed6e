/** A rule that is new asks what is open already: it would only hear of what begins from now on. */
import type { RuntimeApi } from './node-red';

/** Ids of the events that it looks at. */
export type Asked = ReadonlySet<string>;
type Listener = (asked: Asked) => void;

const byRuntime = new WeakMap<object, Set<Listener>>();

/**
 * Hears of it when a rule asks.
 * @param listener must not throw
 * @returns ends it; to be called on close
 */
export function onOpenAsked({ events }: Pick<RuntimeApi, 'events'>, listener: Listener): () => void {
  const listeners = byRuntime.get(events) ?? new Set();
  byRuntime.set(events, listeners);
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whoever tells of these events is to say again, under the same ids, which of them are open. */
export function askOpen({ events }: Pick<RuntimeApi, 'events'>, asked: Asked): void {
  for (const listener of [...(byRuntime.get(events) ?? [])]) listener(asked);
}
