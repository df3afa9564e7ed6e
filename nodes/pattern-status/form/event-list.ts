/** The events (and statuses) that a rule can name, as they stand in the editor, deployed or not. */
import { upstreamOf, type Graph, type GraphNode } from '../model/upstream';

export interface Choice {
  id: string;
  name: string;
  emit: 'state' | 'point';
  group: 'upstream' | 'others' | 'statuses';
}

function graphOf(): Graph {
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

/** @param self id of the node whose form is open; its own status is not offered */
export function eventChoices(self: string): Choice[] {
  const upstream = new Set(upstreamOf(self, graphOf()));
  const choices = new Map<string, Choice>();
  RED.nodes.eachNode((node: any) => {
    if (node.type === 'ecdm-event' && Array.isArray(node.events)) {
      const group = upstream.has(node.id) ? 'upstream' : 'others';
      for (const { id, name, emit } of node.events) {
        if (typeof id !== 'string' || choices.get(id)?.group === 'upstream') continue;
        choices.set(id, { id, name: name || id, emit: emit === 'point' ? 'point' : 'state', group });
      }
    } else if (node.type === 'pattern-status' && node.id !== self) {
      const id: string = node.statusId || node.id;
      choices.set(id, {
        id,
        name: node.name || id,
        emit: 'state',
        group: upstream.has(node.id) ? 'upstream' : 'statuses',
      });
    }
  });
  const order = ['upstream', 'others', 'statuses'];
  return [...choices.values()].sort(
    (a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.name.localeCompare(b.name),
  );
}
