/** What a tree says to the other engine, where ours would read it otherwise. */
import type { EventNode, Node, NotNode } from './cases';

/** The same pattern, said as ours reads it. */
export function asMeant(node: Node): Node {
  return limitOfAll(notBoth(node));
}

/**
 * The other engine bounds only a pattern as a whole: a limit that is written behind the last step is one of all steps,
 * as it is without brackets around the step.
 */
function limitOfAll(node: Node): Node {
  if (node.op !== 'seq') return node;
  const last = node.items.at(-1);
  const limit = last?.op === 'every' ? last.of : last;
  if (limit?.op !== 'within') return node;
  const step: Node = last?.op === 'every' ? { op: 'every', of: limit.of } : limit.of;
  return { op: 'within', ms: limit.ms, of: { ...node, items: [...node.items.slice(0, -1), step] } };
}

/** In `not X and Y`, an event that is both is an X and no Y; for ours nothing happened before that Y. */
function notBoth(node: Node): Node {
  if ('of' in node) return { ...node, of: notBoth(node.of) };
  if (!('items' in node)) return node;
  const items = node.items.map(notBoth);
  if (node.op !== 'and') return { ...node, items };
  const unwanted = items
    .filter((item) => item.op === 'not')
    .filter(({ for_ms: silence }) => typeof silence !== 'number');
  return { ...node, items: items.map((item) => (item.op === 'event' ? unwanted.reduce(without, item) : item)) };
}

function without(step: EventNode, { stream, where }: NotNode): EventNode {
  if (stream !== step.stream) return step;
  const other = isEmpty(where) ? 'false == true' : `not (${where})`;
  return { ...step, where: isEmpty(step.where) ? other : `(${step.where}) and ${other}` };
}

function isEmpty(where: string | null | undefined): where is null | undefined {
  return typeof where !== 'string' || where.trim() === '';
}
