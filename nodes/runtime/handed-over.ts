/**
 * What a node hands to the one that a deploy puts in its place, where nothing of it outlasts the process. What nobody has
 * taken when the flows have started is forgotten: that node is gone, or switched off.
 */
import { onFlowsStarted } from './flows-started';
import type { RuntimeApi } from './node-red';

export class HandedOver<T> {
  private readonly kept = new Map<string, T>();

  /** To be made once for a type of nodes. */
  constructor(RED: Pick<RuntimeApi, 'events'>) {
    onFlowsStarted(RED, () => this.kept.clear());
  }

  put(node: string, what: T): void {
    this.kept.set(node, what);
  }

  take(node: string): T | undefined {
    const what = this.kept.get(node);
    this.kept.delete(node);
    return what;
  }
}
