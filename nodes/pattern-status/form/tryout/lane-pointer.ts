/** Mouse and touch on a lane: click to add, drag to draw a state, to move it, or to move its ends. */
import { addedTo, put, replace, without, type Mark } from '../../try-out/board';
import { snapTo } from '../../try-out/span';
import type { LaneView } from './lane-view';
import { atOf, timeOf } from './svg';

/** Pixels within which a mark is hit, and its end is taken hold of. */
const REACH = 8;
/** Pixels from which on a click is a drag. */
const STILL = 3;

interface Drag {
  part: 'move' | 'from' | 'to' | 'new';
  mark: Mark;
  /** Marks without the one that is dragged. */
  others: readonly Mark[];
  at: number;
  moved: boolean;
}

export function listenToPointer(view: LaneView): void {
  const { element, board } = view;
  let drag: Drag | undefined;
  const timeAt = (event: PointerEvent): number =>
    atOf(board.scale, event.clientX - element.getBoundingClientRect().left);

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const at = timeAt(event);
    const mark = view.at(at, timeOf(board.scale, REACH));
    const snapped = snapTo(at, board.snap, board.scale.span);
    drag = mark === undefined ? begin(view, snapped) : hold(view, mark, at);
    board.cursor = mark === undefined ? snapped : mark.from;
    board.select(mark);
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
  });
  element.addEventListener('pointermove', (event) => {
    // let go where nobody told of it
    if (event.buttons === 0) drag = undefined;
    if (drag === undefined) return;
    const at = timeAt(event);
    if (!drag.moved && Math.abs(at - drag.at) < timeOf(board.scale, STILL)) return;
    drag.moved = true;
    dragTo(view, drag, at);
  });
  element.addEventListener('pointerup', () => {
    if (drag?.part === 'new' && !drag.moved) {
      const marks = put(drag.others, view.fresh(drag.mark.from));
      board.change(marks, addedTo(drag.others, marks));
    }
    drag = undefined;
  });
  for (const over of ['pointercancel', 'lostpointercapture']) {
    element.addEventListener(over, () => (drag = undefined));
  }
}

function begin(view: LaneView, at: number): Drag {
  return { part: 'new', mark: view.fresh(at), others: view.board.marks, at, moved: false };
}

function hold({ board }: LaneView, mark: Mark, at: number): Drag {
  const reach = timeOf(board.scale, REACH);
  const { to, from } = mark;
  let part: Drag['part'] = 'move';
  if (to !== undefined && to - from > 2 * reach) {
    if (Math.abs(at - to) <= reach) part = 'to';
    else if (Math.abs(at - from) <= reach) part = 'from';
  }
  return { part, mark, others: without(board.marks, mark), at, moved: false };
}

function dragTo(view: LaneView, { mark, others, part, at: origin }: Drag, at: number): void {
  const { board, lane } = view;
  const { span } = board.scale;
  const snapped = (time: number): number => snapTo(time, board.snap, span);
  const changed = { ...mark };
  if (part === 'move' || lane.emit === 'point') {
    changed.from = snapped(mark.from + at - origin);
    if (mark.to !== undefined) changed.to = changed.from + mark.to - mark.from;
  } else if (part === 'from') changed.from = Math.min(snapped(at), mark.to! - board.snap);
  else {
    changed.from = part === 'new' ? Math.min(mark.from, snapped(at)) : mark.from;
    changed.to = Math.max(part === 'new' ? mark.from : 0, snapped(at), changed.from + board.snap);
  }
  const marks = replace(others, mark, changed, span);
  board.change(marks, addedTo(others, marks));
}
