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
