/** What may open the one match of a pattern without `every`. */
import type { Cell, EventNode, Node } from './cases';
import { attributesOf, fits, parseWhere } from './where';

/** The first event that fits one of these steps opens; what comes later does not. */
export interface Opener {
  steps: readonly EventNode[];
  /** Only the very first event of all streams of the pattern can open: whatever else comes before ends a strict sequence. */
  strict: boolean;
}

/** Steps with which a match begins, as far as an event alone tells it; none where a silence begins. */
export function openersOf(node: Node, strict = false): Opener[] {
  switch (node.op) {
    case 'event':
      return [{ steps: [node], strict }];
    case 'within':
      return openersOf(node.of, strict);
    case 'seq':
      return openersOf(node.items[0]!, node.strict === true);
    case 'count':
      return node.of.op !== 'event' || (strict && node.min === 0) || looksBack(node.of)
        ? []
        : [{ steps: [node.of], strict }];
    case 'and':
    case 'or': {
      const steps = node.items.filter((item) => item.op === 'event');
      const others = node.items.filter((item) => item.op !== 'event');
      if (others.some((item) => item.op !== 'not' || typeof item.for_ms === 'number')) return [];
      return node.op === 'or' ? [{ steps, strict }] : steps.map((step) => ({ steps: [step], strict: false }));
    }
    default:
      return [];
  }
}

function looksBack({ where, ref }: EventNode): boolean {
  if (typeof where !== 'string') return false;
  return attributesOf(parseWhere(where)).some((a) => a.ref === ref && a.index !== undefined);
}

/** Says of the events of a case, in their order, whether they open; each part of a partition has its own opening. */
export function marker(
  { steps, strict }: Opener,
  streams: ReadonlySet<string>,
): (stream: string, key: string, values: Record<string, Cell>) => boolean {
  const over = new Set<string>();
  return (stream, key, values) => {
    if (over.has(key) || !streams.has(stream)) return false;
    const opens = steps.some((step) => step.stream === stream && fits(step.where, values));
    if (opens || strict) over.add(key);
    return opens;
  };
}
