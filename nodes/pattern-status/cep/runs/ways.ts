/** In how many ways an event can be taken: where every way is followed, the parts of an `and` multiply them. */
import { childrenOf, type Step } from './step';

/** Most ways in which an `and` takes one event. */
export const MOST_WAYS = 256;

/** Whether some event could be taken by these parts of an `and` in more ways than are followed. */
export function hasTooManyWays(parts: readonly Step[]): boolean {
  const symbols = new Set(parts.flatMap((part) => [...symbolsOf(part)]));
  return [...symbols].some((symbol) => waysOfAll(parts, symbol) > MOST_WAYS);
}

/** Each part may take it, in each of its ways, or wait. */
const waysOfAll = (parts: readonly Step[], symbol: number): number =>
  parts.reduce((ways, part) => ways * (1 + waysOf(part, symbol)), 1);

function waysOf(step: Step, symbol: number): number {
  switch (step.t) {
    case 'event':
      return step.symbols.includes(symbol) ? 1 : 0;
    case 'silence':
      return 0;
    case 'or':
      return step.items.reduce((sum, item) => sum + waysOf(item, symbol), 0);
    case 'and':
      // that all of them wait is no way to take it
      return waysOfAll(step.items, symbol) - 1;
    case 'then':
      return waysOfSequence(step.items, symbol);
    default:
      return waysOf(step.of, symbol);
  }
}

/** The items that may be active together: one that may have enough, and those behind it up to one that has not. */
function waysOfSequence(items: readonly Step[], symbol: number): number {
  let most = 0;
  let ways = 0;
  for (const item of items) {
    ways += waysOf(item, symbol);
    most = Math.max(most, ways);
    if (!mayHaveEnough(item)) ways = 0;
  }
  return most;
}

/** What comes next may begin, although this may still collect. */
function mayHaveEnough(step: Step): boolean {
  switch (step.t) {
    case 'event':
    case 'silence':
      return false;
    case 'times':
      return step.min < step.max || mayHaveEnough(step.of);
    case 'then':
      return mayHaveEnough(step.items.at(-1)!);
    default:
      return childrenOf(step).some(mayHaveEnough);
  }
}

function* symbolsOf(step: Step): Iterable<number> {
  if (step.t === 'event') yield* step.symbols;
  for (const child of childrenOf(step)) yield* symbolsOf(child);
}
