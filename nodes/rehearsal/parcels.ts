/**
 * The nodes of a flow on their way to the thread of a rehearsal. What is handed over at once holds Node-RED's loop while it is
 * copied, and the zones of a city are a hundred thousand points: so it goes in pieces, and without what nobody asks for.
 */
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { SavedNode } from './contract';

export type Parcel =
  | { is: 'nodes'; nodes: SavedNode[] }
  /** More of a long list of a node that was handed over before. */
  | { is: 'more'; node: string; property: string; items: unknown[] }
  | { is: 'all' };

/** Nodes, and entries of a list, of one piece. */
const NODES = 200;
const ITEMS = 50;
/** Types whose settings count; of all others only how they are wired. */
const OWN: ReadonlySet<string> = new Set([
  'ecdm-domain', 'city-zones', 'spatial-filter', 'ecdm-event', 'pattern-status', 'action-notify',
]); // prettier-ignore
const WIRING = ['id', 'type', 'name', 'z', 'd', 'disabled', 'wires', 'links', 'in', 'out'] as const;

/** Everything that a rehearsal needs to know of the flow, piece by piece. */
export function* parcelsOf(nodes: readonly SavedNode[]): Generator<Parcel> {
  let some: SavedNode[] = [];
  for (const node of nodes) {
    const [small, lists] = OWN.has(node.type) ? shortened(node) : [wiringOf(node), []];
    some.push(small);
    if (lists.length === 0 && some.length < NODES) continue;
    yield { is: 'nodes', nodes: some };
    some = [];
    for (const [property, list] of lists) {
      for (let n = 0; n < list.length; n += ITEMS) {
        yield { is: 'more', node: node.id, property, items: list.slice(n, n + ITEMS) };
      }
    }
  }
  yield { is: 'nodes', nodes: some };
  yield { is: 'all' };
}

/** Hands a flow over to a thread, with time for others between two pieces. @param isOver asked before each piece */
export async function sendFlow(worker: Worker, nodes: readonly SavedNode[], isOver: () => boolean): Promise<void> {
  for (const parcel of parcelsOf(nodes)) {
    if (isOver()) return;
    worker.postMessage(parcel);
    await setImmediate();
  }
}

/** Puts the pieces together again. */
export class Unpacker {
  readonly nodes: SavedNode[] = [];

  /** @returns true where it was the last one */
  take(parcel: Parcel): boolean {
    if (parcel.is === 'nodes') for (const node of parcel.nodes) this.nodes.push(node);
    else if (parcel.is === 'more') {
      // of several with one id, which only a flow made by hand has, the last one was handed over just now
      const node = this.nodes.findLast(({ id }) => id === parcel.node)!;
      (node[parcel.property] as unknown[]).push(...parcel.items);
    }
    return parcel.is === 'all';
  }
}

function wiringOf(node: SavedNode): SavedNode {
  const kept = WIRING.filter((name) => node[name] !== undefined).map((name) => [name, node[name]]);
  return Object.fromEntries(kept) as SavedNode;
}

/** A copy without its long lists, and these. */
function shortened(node: SavedNode): [SavedNode, [property: string, list: unknown[]][]] {
  const lists = Object.entries(node).filter((entry): entry is [string, unknown[]] => {
    const [, value] = entry;
    return Array.isArray(value) && value.length > ITEMS;
  });
  if (lists.length === 0) return [node, []];
  return [{ ...node, ...Object.fromEntries(lists.map(([property]) => [property, []])) }, lists];
}
