import { upstreamOf } from '../pattern-status/model/upstream';
import { graphOf } from './graph';

/**
 * IANA zone in which a form shows times: that of the nearest domain, else that of whoever looks.
 * @param node as it is saved or as the editor holds it
 */
export function timeZoneOf(node: { readonly id: string; readonly [name: string]: unknown }): string {
  const before = upstreamOf(node.id, graphOf()).map((id) => RED.nodes.node(id) as typeof node | null);
  for (const one of [node, ...before]) {
    const domain = typeof one?.['domain'] === 'string' ? RED.nodes.node(one['domain']) : undefined;
    const zone: unknown = one?.['timeZone'] || domain?.timeZone;
    if (typeof zone === 'string' && zone !== '') return zone;
  }
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
