/** A rule that is new asks what is open already: it would only hear of what begins from now on. */
import type { RuntimeApi } from './node-red';

export interface Asked {
  /** Ids of the events, and of the statuses of other rules, that it looks at. */
  readonly events: ReadonlySet<string>;
  /** Id of the node that asks. */
  readonly by: string;
}
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

/**
 * Whoever tells of these is to say again, under the same ids, which of them are open: to the node that asks alone where
 * nothing lies between, because others behind may tell people. Events that are changed on their way (zones are added) go
 * that way again; statuses do not.
 */
export function askOpen({ events }: Pick<RuntimeApi, 'events'>, asked: Asked): void {
  for (const listener of [...(byRuntime.get(events) ?? [])]) listener(asked);
}
