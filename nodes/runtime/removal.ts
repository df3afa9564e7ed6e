/**
 * Whether a node that closes is gone for good, so that what it remembers can be deleted. Node-RED calls a node removed,
 * too, when it or its tab is switched off, and says nothing to the nodes inside a subflow whose copy is deleted.
 */
import { onClose } from './input';
import type { RuntimeApi, RuntimeNode } from './node-red';

type Runtime = Pick<RuntimeApi, 'nodes' | 'events'>;

/** Node-RED has read the new flows then, and has not yet stopped a node of the old ones. */
const EVENT = 'flows:stopping';

/** Ids of all nodes of the new flows, switched off or not, where a deploy takes something out of the old ones. */
const left = new WeakMap<object, ReadonlySet<string> | undefined>();

/**
 * Runs `handler` when the node closes.
 * @param handler `gone`: the flows have the node no longer, neither running nor switched off
 */
export function onCloseOrRemoval(
  RED: Runtime,
  node: RuntimeNode,
  handler: (gone: boolean) => void | Promise<void>,
): void {
  const { events } = RED;
  if (!left.has(events)) watch(RED);
  onClose(node, () => {
    const ids = left.get(events);
    return handler(ids !== undefined && !isAmong(node.id, ids));
  });
}

/** One listener for all nodes, for as long as Node-RED runs: it has to hear of a stop before the first of them closes. */
function watch({ nodes, events }: Runtime): void {
  left.set(events, undefined);
  events.on(EVENT, ({ diff }: { diff?: { removed?: readonly string[] } }) => {
    // nothing is taken out where there is no deploy: at the end of Node-RED, with another project
    const takesOut = (diff?.removed ?? []).length > 0;
    left.set(events, takesOut ? idsOf(nodes) : undefined);
  });
}

function idsOf(nodes: Runtime['nodes']): Set<string> {
  const ids = new Set<string>();
  nodes.eachNode(({ id }) => void ids.add(id));
  return ids;
}

/** A node inside the copy of a subflow is called `copy-node`; the copy may itself be inside of one. */
function isAmong(id: string, ids: ReadonlySet<string>): boolean {
  if (ids.has(id)) return true;
  for (let at = id.indexOf('-'); at >= 0; at = id.indexOf('-', at + 1)) {
    if (ids.has(id.slice(at + 1)) && isAmong(id.slice(0, at), ids)) return true;
  }
  return false;
}
