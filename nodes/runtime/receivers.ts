/** Who is behind a node: so that what only some understand is not sent to people who look at the wire. */
import { onFlowsStarted } from './flows-started';
import type { RuntimeApi, RuntimeNode } from './node-red';

/** These end a chain: nothing of what comes in goes out again. */
const LAST: ReadonlySet<string> = new Set(['pattern-status', 'action-notify', 'actuator-out']);

/**
 * The types of the nodes that output 1 of a node leads to, directly or through others. Looked up when asked for, and
 * again after each deploy. Where a way cannot be followed (into a subflow, into a flow that is being started), anything
 * may be behind it.
 */
export class Receivers {
  private types: Set<string> | undefined;
  private unknown = false;
  private readonly end: () => void;

  constructor(
    private readonly RED: RuntimeApi,
    private readonly node: RuntimeNode,
  ) {
    this.end = onFlowsStarted(RED, () => void (this.types = undefined));
  }

  has(type: string): boolean {
    this.types ??= this.walk();
    return this.unknown || this.types.has(type);
  }

  close(): void {
    this.end();
  }

  /** Each node once: no more steps than the flow has nodes. */
  private walk(): Set<string> {
    const types = new Set<string>();
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
      types.add(node.type);
      if (!LAST.has(node.type)) next.push(...(node.wires ?? []).flat());
    }
    return types;
  }
}
