/** The neutral form in which the answers of another engine are written down: events in, matches out. */

export interface EventNode {
  op: 'event';
  ref?: string | null;
  stream: string;
  where?: string | null;
}

export interface NotNode {
  op: 'not';
  stream: string;
  ref?: string | null;
  where?: string | null;
  for_ms?: number | null;
}

export interface CountNode {
  op: 'count';
  min: number;
  max?: number | null;
  of: Node;
}

export type Node =
  | EventNode
  | NotNode
  | { op: 'seq'; strict?: boolean; items: Node[] }
  | { op: 'and' | 'or'; items: Node[] }
  | CountNode
  | { op: 'every'; of: Node }
  | { op: 'within'; ms: number; of: Node };

/** Every operator and the fields without which it says nothing. */
export const OPERATORS: Readonly<Record<Node['op'], readonly string[]>> = {
  event: ['stream'],
  not: ['stream'],
  seq: ['items'],
  and: ['items'],
  or: ['items'],
  count: ['min', 'of'],
  every: ['of'],
  within: ['ms', 'of'],
};

export type Cell = string | number | boolean | null;

export interface Case {
  id: string;
  streams: Record<string, [attribute: string, type: string][]>;
  pattern: Node;
  /** "volume of Stream1, volume of Stream2" */
  partition?: string | null;
  select?: [ref: string, attribute: string][] | null;
  time_mode: 'sleep' | 'playback';
  /** In order of arrival. */
  events: [stream: string, offset: number, values: Cell[]][];
  observe_until_ms?: number | null;
  expected: { count: number; rows?: (Cell | readonly Cell[])[][] };
  observed_rows?: [offset: number, values: Cell[]][];
}

export function childrenOf(node: Node): readonly Node[] {
  if ('items' in node) return node.items;
  return node.op === 'count' || node.op === 'every' || node.op === 'within' ? [node.of] : [];
}

/** The pattern as the other engine means it, where ours would read it otherwise. */
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
