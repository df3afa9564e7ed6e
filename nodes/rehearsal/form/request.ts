/** What the runtime must know of the flow as it stands in the editor. */
import { graphOf } from '../../editor/graph';
import { upstreamOf } from '../../pattern-status/wires/upstream';
import type { OffersRequest, SavedNode } from '../contract';
import type { Host } from './host';

/** Most nodes that are sent; a chain that is drawn and not yet deployed is short. */
const MOST = 200;
/** A domain whose zone is that of the machine that runs it. */
const AUTO = 'auto';

export function flowOf(host: Host): OffersRequest {
  const node = withoutTests(host.settings());
  const graph = graphOf();
  const deployed = new Set<string>((RED.nodes.originalFlow() ?? []).map(({ id }: { id: string }) => id));
  const missing = new Map<string, any>();
  const add = (id: unknown): void => {
    if (typeof id !== 'string' || id === '' || deployed.has(id) || missing.has(id) || missing.size >= MOST) return;
    const found = id === node.id ? undefined : (RED.nodes.node(id) ?? RED.nodes.junction?.(id));
    if (!found) return;
    missing.set(id, found);
    for (const config of configsOf(found)) add(config);
  };
  for (const config of configsOf({ ...node, _def: host.node._def })) add(config);
  for (const id of upstreamOf(node.id, graph)) add(id);
  return {
    node,
    sources: [...graph.sources(node.id)],
    undeployed: [...missing.values()].map((one) => withoutTests(savedOf(one))),
    language: host.language,
  };
}

/** A node as the editor would save it; never with credentials. */
export const savedOf = (node: any): SavedNode => RED.nodes.convertNode(node, { credentials: false }) as SavedNode;

/** Their samples are large, and a rehearsal does not look at them. */
function withoutTests({ tests: _, ...node }: SavedNode): SavedNode {
  return node;
}

/** Ids of the configuration nodes that a node uses. */
function configsOf(node: any): unknown[] {
  const defaults = Object.entries((node._def?.defaults ?? {}) as Record<string, { type?: string }>);
  return defaults.filter(([, { type }]) => type !== undefined).map(([name]) => node[name] as unknown);
}

/** IANA zone in which times are shown: that of the nearest domain that names one, else that of whoever looks. */
export function timeZoneOf(node: SavedNode): string {
  const before = upstreamOf(node.id, graphOf()).map((id) => RED.nodes.node(id) as SavedNode | null);
  for (const one of [node, ...before]) {
    const domain = typeof one?.['domain'] === 'string' ? RED.nodes.node(one['domain']) : undefined;
    const zone: unknown = one?.['timeZone'] || domain?.timeZone;
    if (typeof zone === 'string' && zone !== '' && zone !== AUTO) return zone;
  }
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
