/** Who waits for the flows to have been started. Node-RED warns of a leak from eleven listeners on: all share one. */
import type { RuntimeApi } from './node-red';

const EVENT = 'flows:started';

interface Shared {
  readonly waiting: Set<() => void>;
  readonly tell: () => void;
}

const byRuntime = new WeakMap<object, Shared>();

/**
 * Runs `listener` each time that the flows have been started: every node of them is there then.
 * @param listener must not throw; called with nothing
 * @returns ends it; to be called on close
 */
export function onFlowsStarted({ events }: Pick<RuntimeApi, 'events'>, listener: () => void): () => void {
  const shared = byRuntime.get(events) ?? share(events);
  const { waiting, tell } = shared;
  // the same function may wait twice
  const one = (): void => listener();
  if (waiting.size === 0) events.on(EVENT, tell);
  waiting.add(one);
  return () => {
    if (waiting.delete(one) && waiting.size === 0) events.removeListener(EVENT, tell);
  };
}

function share(events: object): Shared {
  const waiting = new Set<() => void>();
  const shared = {
    waiting,
    tell: () => {
      for (const listener of [...waiting]) listener();
    },
  };
  byRuntime.set(events, shared);
  return shared;
}
