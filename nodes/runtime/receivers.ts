/** Who is behind a node: so that what only some understand is not sent to people who look at the wire. */
import { onFlowsStarted } from './flows-started';
import type { RuntimeApi, RuntimeNode } from './node-red';

/** These end a chain: nothing of what comes in goes out again. */
const LAST: ReadonlySet<string> = new Set(['pattern-status', 'action-notify', 'actuator-out']);

/** What comes in goes out as it is. */
const PASSING: ReadonlySet<string> = new Set(['link in', 'link out']);

/**
 * The types of the nodes that output 1 of a node leads to, directly or through others. Looked up when asked for, and
 * again after each deploy. Where a way cannot be followed (into a subflow, into a flow that is being started), anything
 * may be behind it.
 */
export class Receivers {
  /** Types by id. */
  private found: Map<string, string> | undefined;
  private unknown = false;
  private readonly end: () => void;

  constructor(
    private readonly RED: RuntimeApi,
    private readonly node: RuntimeNode,
  ) {
    this.end = onFlowsStarted(RED, () => void (this.found = undefined));
  }

  has(type: string): boolean {
    this.found ??= this.walk();
    if (this.unknown) return true;
    for (const one of this.found.values()) if (one === type) return true;
    return false;
  }

  /** Ids of those that end a chain and refer to a configuration node in this field. */
  lastWith(field: string, configNode: string): string[] {
    this.found ??= this.walk();
    const { found } = this;
    const ids: string[] = [];
    this.RED.nodes.eachNode((config) => {
      if (LAST.has(found.get(config.id) ?? '') && config[field] === configNode) ids.push(config.id);
    });
    return ids;
  }

  close(): void {
    this.end();
  }

  /** Each node once: no more steps than the flow has nodes. */
  private walk(): Map<string, string> {
    const found = new Map<string, string>();
    const seen = new Set<string>();
    const next = [...(this.node.wires?.[0] ?? [])];
    this.unknown = false;
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const node = this.RED.nodes.getNode(id);
      if (typeof node?.type !== 'string' || node.type.startsWith('subflow:') || node.type === 'link call') {
        this.unknown = true;
        continue;
      }
      found.set(id, node.type);
      if (!LAST.has(node.type)) next.push(...(node.wires ?? []).flat());
    }
    return found;
  }
}

/** Whether what leaves output 1 of a node comes to another one as it is: along wires and links, with no other node between. */
export function leadsStraightTo(RED: RuntimeApi, from: RuntimeNode, id: string): boolean {
  const seen = new Set<string>();
  const next = [...(from.wires?.[0] ?? [])];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (at === id) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    const node = RED.nodes.getNode(at);
    if (PASSING.has(node?.type ?? '')) next.push(...(node?.wires ?? []).flat());
  }
  return false;
}
