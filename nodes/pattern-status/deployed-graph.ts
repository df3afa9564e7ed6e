/** How the nodes of the deployed flows hang together: the runtime's side of the editor's graph. */
import { objectOf, textsOf } from '../ecdm/saved-config';
import type { NodeConfig } from '../runtime/node-red';
import type { Graph, GraphNode } from './wires/upstream';

/** @param configs as they were saved: edited by hand and by scripts, nothing in them is certain */
export function deployedGraph(configs: readonly NodeConfig[]): Graph {
  const nodes = new Map<string, GraphNode>();
  const into = new Map<string, string[]>();
  const ports = new Map<string, NodeConfig>();
  for (const config of configs) {
    nodes.set(config.id, nodeOf(config));
    if (config.type === 'subflow') ports.set(config.id, config);
    for (const to of wiredTo(config)) {
      const before = into.get(to);
      if (before === undefined) into.set(to, [config.id]);
      else before.push(config.id);
    }
  }
  return {
    nodes,
    sources: (id) => into.get(id) ?? [],
    subflowOutputs: (id) => portsOf(ports.get(id)?.['out']),
    subflowInputs: (id) => portsOf(ports.get(id)?.['in']),
  };
}

function nodeOf({ id, type, z, links }: NodeConfig): GraphNode {
  return {
    id,
    type: String(type),
    ...(typeof z === 'string' ? { z } : {}),
    links: textsOf(links) ?? [],
  };
}

function wiredTo({ wires }: NodeConfig): Set<string> {
  const outputs: unknown[] = Array.isArray(wires) ? wires : [];
  return new Set(outputs.flatMap((ids) => textsOf(ids) ?? []));
}

/** Ids of the nodes that the ports of one side of a subflow are wired to. */
function portsOf(side: unknown): string[] {
  const wires = listOf(side).flatMap((port) => listOf(objectOf(port)?.['wires']));
  return textsOf(wires.map((wire) => objectOf(wire)?.['id'])) ?? [];
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
