/** A node as it lies in flows.json. */
export interface FlowNode {
  id: string;
  type: string;
  z?: string;
  x?: number;
  y?: number;
  wires?: string[][];
  [property: string]: unknown;
}

/** The nodes of a flows.json: a plain list, or the answer of the admin API. */
export function nodesOf(json: unknown): FlowNode[] | undefined {
  const list: unknown = Array.isArray(json) ? json : (json as { flows?: unknown } | null)?.flows;
  if (!Array.isArray(list)) return undefined;
  return list.filter(
    (node): node is FlowNode =>
      typeof node === 'object' && node !== null && typeof (node as FlowNode).id === 'string' && typeof (node as FlowNode).type === 'string',
  );
}
