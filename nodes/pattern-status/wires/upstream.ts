/** Which nodes lie upstream of one: back along wires, junctions, link pairs and in and out of subflows. */

export interface GraphNode {
  id: string;
  type: string;
  /** Tab or subflow that it lies in. */
  z?: string;
  /** Of link nodes: the other ends. */
  links?: readonly string[];
}

export interface Graph {
  nodes: ReadonlyMap<string, GraphNode>;
  /** Ids of the nodes that are wired into one. */
  sources(id: string): Iterable<string>;
  /** Ids of the nodes that are wired to the outputs of a subflow, from inside. */
  subflowOutputs(subflow: string): Iterable<string>;
  /** Ids of the nodes that the inputs of a subflow are wired to, inside. */
  subflowInputs(subflow: string): Iterable<string>;
}

/** Most nodes that are looked at: a form must open at once in the largest flow. */
const MOST = 20_000;

/** Ids of all nodes upstream, the nearest first; the start itself only where it feeds itself. */
export function upstreamOf(start: string, graph: Graph): string[] {
  const seen = new Set<string>();
  const queue = [start];
  const instances = instancesOf(graph);
  for (let i = 0; i < queue.length && queue.length < MOST; i++) {
    for (const id of before(queue[i]!, graph, instances)) {
      if (seen.has(id)) continue;
      seen.add(id);
      queue.push(id);
    }
  }
  return [...seen];
}

/** The copies of a subflow that reach a node; where none does, all that there are. */
export function copiesBefore(start: string, subflow: string, graph: Graph): GraphNode[] {
  const copies = (instancesOf(graph).get(subflow) ?? []).map((id) => graph.nodes.get(id)!);
  const before = new Set(copies.length > 1 ? upstreamOf(start, graph) : []);
  const reaching = copies.filter(({ id }) => before.has(id));
  return reaching.length > 0 ? reaching : copies;
}

function instancesOf(graph: Graph): Map<string, string[]> {
  const instances = new Map<string, string[]>();
  for (const { id, type } of graph.nodes.values()) {
    if (!type.startsWith('subflow:')) continue;
    const subflow = type.slice('subflow:'.length);
    instances.set(subflow, [...(instances.get(subflow) ?? []), id]);
  }
  return instances;
}

function* before(id: string, graph: Graph, instances: ReadonlyMap<string, readonly string[]>): Iterable<string> {
  const node = graph.nodes.get(id);
  yield* graph.sources(id);
  if (node === undefined) return;
  if (node.type === 'link in') yield* linkedTo(node, graph);
  if (node.type.startsWith('subflow:')) yield* graph.subflowOutputs(node.type.slice('subflow:'.length));
  if (node.z !== undefined && instances.has(node.z)) {
    for (const inner of graph.subflowInputs(node.z)) {
      // what comes into the subflow comes from where its instances get it
      if (inner === id) for (const instance of instances.get(node.z)!) yield* graph.sources(instance);
    }
  }
}

function* linkedTo(node: GraphNode, graph: Graph): Iterable<string> {
  yield* node.links ?? [];
  for (const other of graph.nodes.values()) {
    if (other.type === 'link out' && other.links?.includes(node.id)) yield other.id;
  }
}
