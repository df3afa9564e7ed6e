/** One lane of the time line as it is drawn: an event of the rule at one station. */
import type { Translate } from '../../../editor/texts';
import { svg } from '../../../editor/svg';
import { make } from '../../../editor/zones/dom';
import { markAt, type Lane, type Mark } from '../../try-out/board';
import { listenToKeys } from './lane-keys';
import { listenToPointer } from './lane-pointer';
import { xOf, type Scale } from './svg';

const HEIGHT = 30;

/** What a lane needs of the whole. */
export interface Board {
  readonly t: Translate;
  readonly scale: Scale;
  readonly snap: number;
  readonly marks: readonly Mark[];
  readonly selected: Mark | undefined;
  /** Where the keyboard is. */
  cursor: number;
  /** How long a state is that was only clicked. */
  readonly usual: number;
  /** Takes the new marks, runs the rule and draws everything. */
  change(marks: readonly Mark[], select?: Mark): void;
  select(mark: Mark | undefined): void;
  time(at: number): string;
  say(text: string): void;
}

/** A lane as it can be asked and changed. */
export class LaneView {
  readonly element: HTMLElement;
  private readonly drawing = svg('svg', { height: HEIGHT, 'aria-hidden': 'true' });

  constructor(
    readonly lane: Lane,
    readonly station: number,
    name: string,
    readonly board: Board,
  ) {
    this.element = make('div', {
      class: 'city-try-lane',
      role: 'slider',
      tabindex: '0',
      'aria-label': name,
      'aria-describedby': 'city-try-keys',
      'aria-valuemin': '0',
    });
    this.element.append(this.drawing);
    listenToPointer(this);
    listenToKeys(this);
  }

  /** The mark at a time, or so near that it is meant. */
  at(time: number, reach: number): Mark | undefined {
    return markAt(this.board.marks, this.lane.event, this.station, time, reach);
  }

  /** A mark as a click makes it. */
  fresh(at: number): Mark {
    const { lane, board } = this;
    const mark: Mark = { event: lane.event, station: this.station, from: at };
    if (lane.emit === 'state') {
      const { span } = board.scale;
      // also at the very end it lasts
      mark.from = Math.min(at, span - board.snap);
      mark.to = Math.min(span, mark.from + board.usual);
    }
    if (lane.valued) mark.value = 1;
    return mark;
  }

  draw(): void {
    const { board, drawing, element } = this;
    const { scale } = board;
    element.setAttribute('aria-valuemax', String(scale.span));
    element.setAttribute('aria-valuenow', String(board.cursor));
    element.setAttribute('aria-valuetext', this.valueText());
    drawing.setAttribute('width', String(scale.width));
    const y = HEIGHT / 2;
    drawing.replaceChildren(
      svg('line', { x1: xOf(scale, 0), x2: xOf(scale, scale.span), y1: y, y2: y, class: 'city-try-line' }),
    );
    for (const mark of board.marks) {
      if (mark.event === this.lane.event && mark.station === this.station && mark.from <= scale.span)
        this.drawMark(mark);
    }
    const x = xOf(scale, board.cursor);
    drawing.append(svg('line', { x1: x, x2: x, y1: 0, y2: HEIGHT, class: 'city-try-cursor' }));
  }

  private valueText(): string {
    const { board } = this;
    const { t, cursor } = board;
    const at = board.time(cursor);
    const mark = this.at(cursor, board.snap / 2);
    if (mark === undefined) return t('tryout.empty', { at });
    return mark.to === undefined
      ? t('tryout.pointAt', { at, from: board.time(mark.from) })
      : t('tryout.stateAt', { at, from: board.time(mark.from), to: board.time(mark.to) });
  }

  private drawMark(mark: Mark): void {
    const { drawing } = this;
    const { scale, selected } = this.board;
    const look = `city-try-mark${mark === selected ? ' city-try-chosen' : ''}${mark.silent ? ' city-try-silent' : ''}`;
    const x = xOf(scale, mark.from);
    const y = HEIGHT / 2;
    if (mark.to === undefined) drawing.append(svg('circle', { cx: x, cy: y, r: 6, class: look }));
    else {
      const width = Math.max(3, xOf(scale, mark.to) - x);
      drawing.append(svg('rect', { x, y: 6, width, height: HEIGHT - 12, rx: 3, class: look }));
    }
    if (mark.value === undefined) return;
    const inside = mark.to !== undefined;
    drawing.append(
      svg(
        'text',
        { x: x + (inside ? 5 : 9), y: y + 4, class: `city-try-value${inside ? ' city-try-inside' : ''}` },
        String(mark.value),
      ),
    );
  }
}
