/** The keyboard on a lane: everything that the mouse can do. */
import { addedTo, put, replace, without, type Mark } from '../../try-out/board';
import { snapTo } from '../../try-out/span';
import type { LaneView } from './lane-view';

/** Steps that page up and page down go at once. */
const PAGE = 10;

export function listenToKeys(view: LaneView): void {
  const { board } = view;
  const here = (): Mark | undefined => view.at(board.cursor, board.snap / 2);
  const go = (at: number): void => {
    board.cursor = snapTo(at, board.snap, board.scale.span);
    board.select(here());
  };
  const remove = (): void => {
    const mark = here();
    if (mark === undefined) return;
    board.change(without(board.marks, mark));
    board.say(board.t('tryout.removed', { at: board.time(mark.from) }));
  };
  const toggle = (): void => {
    if (here() !== undefined) {
      remove();
      return;
    }
    const before = board.marks;
    const marks = put(before, view.fresh(board.cursor));
    board.change(marks, addedTo(before, marks));
  };
  const shift = (mark: Mark, from: number, to: number): void => {
    const changed = { ...mark, from: mark.from + from };
    if (mark.to !== undefined) changed.to = Math.max(changed.from + board.snap, mark.to + to);
    const others = without(board.marks, mark);
    const marks = replace(others, mark, changed, board.scale.span);
    const moved = addedTo(others, marks);
    if (from !== 0 && moved !== undefined) board.cursor = moved.from;
    board.change(marks, moved);
  };
  const along = (direction: number, withMark: boolean): void => {
    const mark = withMark ? here() : undefined;
    const step = direction * board.snap;
    if (mark !== undefined) shift(mark, step, step);
    else go(board.cursor + step);
  };
  const lengthen = (direction: number): void => {
    const mark = here();
    if (mark?.to !== undefined) shift(mark, 0, direction * board.snap);
  };
  const keys: Record<string, (event: KeyboardEvent) => void> = {
    ArrowLeft: ({ shiftKey }) => along(-1, shiftKey),
    ArrowRight: ({ shiftKey }) => along(1, shiftKey),
    PageDown: () => go(board.cursor + board.snap * PAGE),
    PageUp: () => go(board.cursor - board.snap * PAGE),
    Home: () => go(0),
    End: () => go(board.scale.span),
    Enter: toggle,
    ' ': toggle,
    Delete: remove,
    Backspace: remove,
    '+': () => lengthen(1),
    '-': () => lengthen(-1),
  };
  view.element.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    // with ctrl, alt and meta the keys are the editor's: ctrl-enter closes the form
    if (act === undefined || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    event.stopPropagation();
    act(event);
  });
}
