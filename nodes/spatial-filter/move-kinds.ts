/** What a filter can tell of somebody who moves, and by which ids rules name it. */

export type MoveKind = 'enter' | 'exit' | 'dwell';

export const MOVE_KINDS: readonly MoveKind[] = ['enter', 'exit', 'dwell'];

/** What is told where nothing else is chosen. */
const DEFAULT_KINDS: readonly MoveKind[] = ['enter', 'exit'];

/** The moves that a saved configuration asks for. */
export function chosenKinds(moves: unknown): readonly MoveKind[] {
  const chosen = MOVE_KINDS.filter((kind) => Array.isArray(moves) && moves.includes(kind));
  return chosen.length > 0 ? chosen : DEFAULT_KINDS;
}

/** Id of the event that a filter sends: two filters in a flow make different events, and a filter can be renamed. */
export function moveEventId(filter: string, kind: MoveKind): string {
  return `${filter}/${kind}`;
}

/** The events that a saved filter sends; none where it tells no moves. */
export function moveEventsOf({
  id,
  keep,
  moves,
}: {
  id: string;
  keep?: unknown;
  moves?: unknown;
}): Map<string, MoveKind> {
  const kinds = keep === 'moves' ? chosenKinds(moves) : [];
  return new Map(kinds.map((kind) => [moveEventId(id, kind), kind]));
}
