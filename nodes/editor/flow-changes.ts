/** Tells when the flows of the workspace have changed in what a rule depends on. */

/** Nodes of which a rule (or its tests) depends, its own and those before it. */
const ABOUT: ReadonlySet<string> = new Set([
  'ecdm-event',
  'pattern-status',
  'spatial-filter',
  'city-zones',
  'ecdm-domain',
]);

/**
 * Calls `changed` once for all that changes within a time: who imports or edits several nodes changes them one after the
 * other.
 * @param patience milliseconds without a change
 * @returns asks for a call as if something had changed
 */
export function onFlowChange(changed: () => void, patience: number): () => void {
  let timer: number | undefined;
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(changed, patience);
  };
  const ifAbout = (node: { type: string }): void => {
    if (ABOUT.has(node.type)) soon();
  };
  for (const happened of ['nodes:add', 'nodes:change', 'nodes:remove']) RED.events.on(happened, ifAbout);
  for (const happened of ['links:add', 'links:remove']) RED.events.on(happened, soon);
  return soon;
}
