/** How the nodes of the workspace hang together, as they are drawn in the editor. */
import type { Graph, GraphNode } from '../pattern-status/wires/upstream';

export function graphOf(): Graph {
  const nodes = new Map<string, GraphNode>();
  const into = new Map<string, string[]>();
  RED.nodes.eachNode((node: GraphNode) => void nodes.set(node.id, node));
  RED.nodes.eachJunction?.((node: GraphNode) => void nodes.set(node.id, node));
  RED.nodes.eachLink?.((link: any) => {
    const [from, to] = [link.source?.id, link.target?.id];
    if (from !== undefined && to !== undefined) into.set(to, [...(into.get(to) ?? []), from]);
  });
  const port = (subflow: string, side: 'in' | 'out'): string[] => {
    const ports: any[] = RED.nodes.subflow(subflow)?.[side] ?? [];
    return ports.flatMap((one) => (one.wires ?? []).map((wire: any) => wire.id as string));
  };
  return {
    nodes,
    sources: (id) => into.get(id) ?? [],
    subflowOutputs: (id) => [...port(id, 'out'), ...drawnOutputs(id, into)],
    subflowInputs: (id) => [...port(id, 'in'), ...drawnInputs(id)],
  };
}

/** While a subflow is open, its ports are nodes of the drawing with wires of their own. */
function drawnOutputs(subflow: string, into: ReadonlyMap<string, string[]>): string[] {
  const ports: any[] = RED.nodes.subflow(subflow)?.out ?? [];
  return ports.flatMap((one) => into.get(one.id) ?? []);
}

function drawnInputs(subflow: string): string[] {
  const found: string[] = [];
  const ports = new Set<string>((RED.nodes.subflow(subflow)?.in ?? []).map((one: any) => one.id as string));
  RED.nodes.eachLink?.((link: any) => {
    if (ports.has(link.source?.id)) found.push(link.target.id as string);
  });
  return found;
}
