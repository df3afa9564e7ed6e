import type { StatusDefinition } from '../../../ecdm/definition';
import type { Translate } from '../../../editor/texts';
import { make } from '../../../editor/zones/dom';
import { fitting, lanesOf, without, type KnownEvent, type Lane, type Mark } from '../../try-out/board';
import { exampleOf } from '../../try-out/example';
import { runBoard, stationsOf, type Outcome, type Piece, type Station } from '../../try-out/run';
import { niceDown, snapOf, spanOf, tickOf } from '../../try-out/span';
import { axis } from './axis-view';
import { markPanel, piecePanel } from './detail-view';
import { LaneView, type Board } from './lane-view';
import { saidList, summaryText } from './said-view';
import { statusLane } from './status-view';
import { atOf, xOf, type Scale } from './svg';
import { distanceText, startOf, timeText, wordsOf } from './texts';
import { toolBar } from './tool-bar';

/** Room for the names at the left, in pixels. */
const NAMES = 150;
const NARROWEST = 320;
const MOST_ZOOM = 16;
const MOST_LONGER = 6;

/** The whole try-out: what lies on the board, and everything that is drawn of it. */
export class TryOut implements Board {
  readonly t: Translate;
  marks: readonly Mark[] = [];
  selected: Mark | undefined;
  cursor = 0;

  private lanes: Lane[] = [];
  private rule: StatusDefinition | undefined;
  private stations = 1;
  private span = 1;
  private zoom = 1;
  /** How often the time line was doubled. */
  private longer = 0;
  /** What an example needs to be seen whole. */
  private needed = 0;
  private views: LaneView[] = [];
  private outcome: Outcome = { pieces: [], said: [], problems: [] };
  private chosen: Piece | undefined;
  private room = 0;
  private readonly start = startOf(Date.now());

  private readonly hint = make('p', { class: 'city-count' });
  private readonly whole = make('div', {});
  private readonly scroll = make('div', { class: 'city-try-scroll' });
  private readonly times = make('div', { class: 'city-slot' });
  private readonly events = make('div', { class: 'city-slot' });
  private readonly statuses = make('div', { class: 'city-slot' });
  private readonly grid = make('div', { class: 'city-try-grid' }, this.times, this.events, this.statuses);
  private readonly detail = make('div', { class: 'city-try-detail' });
  private readonly summary = make('p', { class: 'city-sentence city-try-summary', 'aria-live': 'polite' });
  private readonly spoken = make('p', { class: 'city-try-spoken', 'aria-live': 'polite' });
  private readonly said = make('div', {});
  private readonly tools: ReturnType<typeof toolBar>;

  constructor(
    container: HTMLElement,
    private readonly definition: () => StatusDefinition | undefined,
    private readonly choices: () => readonly KnownEvent[],
    t: Translate,
  ) {
    this.t = t;
    this.tools = toolBar(t, {
      example: () => this.example(),
      clear: () => this.clear(),
      stations: (count) => this.setStations(count),
      zoom: (closer) => this.zoomBy(closer),
    });
    this.scroll.append(this.grid);
    this.whole.append(this.tools.element, this.scroll, this.summary, this.detail, this.said);
    container.replaceChildren(
      make('p', { class: 'city-try-note' }, make('strong', {}, t('tryout.only')), ' ', t('tryout.note')),
      this.hint,
      this.whole,
      make('p', { class: 'city-count', id: 'city-try-keys' }, t('tryout.keys')),
      this.spoken,
    );
    new ResizeObserver(() => {
      if (this.scroll.clientWidth !== this.room) this.draw();
    }).observe(this.scroll);
  }

  // ---- what lanes ask

  get scale(): Scale {
    return { span: this.span, width: Math.max(NARROWEST, this.room - NAMES) * this.zoom };
  }
  get snap(): number {
    return snapOf(this.span / this.zoom);
  }
  get usual(): number {
    return Math.max(this.snap, niceDown(this.span / 5));
  }
  time(at: number): string {
    return timeText(this.t, this.start, at, this.span);
  }
  say(text: string): void {
    this.spoken.textContent = text;
  }

  change(marks: readonly Mark[], select?: Mark): void {
    this.marks = marks;
    this.selected = select;
    this.run();
    this.draw();
  }

  select(mark: Mark | undefined): void {
    this.selected = mark;
    this.chosen = undefined;
    this.drawLanes();
    this.drawDetail();
  }

  // ---- what the tools do

  /** Runs the rule as it now stands in the form. */
  refresh(): void {
    this.rule = this.definition();
    const { rule, t } = this;
    this.lanes = rule === undefined ? [] : lanesOf(rule, this.choices());
    const none = rule === undefined || this.lanes.length === 0;
    this.whole.hidden = none;
    this.hint.hidden = !none;
    this.hint.textContent = t('tryout.noRule');
    if (none) return;
    this.fitSpan(this.longest());
    this.marks = fitting(this.marks, this.lanes, this.usual);
    if (!this.marks.includes(this.selected!)) this.selected = undefined;
    this.makeViews();
    this.run();
    this.draw();
  }

  private longest(): number {
    return Math.max(this.needed, ...this.marks.map(({ from, to }) => to ?? from));
  }

  /** As long as the rule needs, and what lies on the board. */
  private fitSpan(least: number): void {
    const span = spanOf(this.rule!) * 2 ** this.longer;
    const tick = tickOf(Math.max(span, least));
    this.span = Math.max(span, Math.ceil(least / tick) * tick);
    this.cursor = Math.min(this.cursor, this.span);
  }

  private setStations(count: number): void {
    this.stations = count;
    this.marks = this.marks.filter(({ station }) => station < count);
    this.makeViews();
    this.change(this.marks);
  }

  private zoomBy(closer: boolean): void {
    const { span } = this;
    const seen = this.selected?.from ?? this.middle;
    const usual = spanOf(this.rule!);
    // what lies on the board may make the time line longer than it was asked to be: then a step more is needed
    if (!closer && this.zoom === 1) {
      do this.longer++;
      while (usual * 2 ** this.longer <= span && this.longer < MOST_LONGER);
    } else if (closer && this.longer > 0) {
      this.longer--;
      this.fitSpan(this.longest());
      if (this.span === span) this.zoom *= 2;
    } else this.zoom = Math.min(MOST_ZOOM, closer ? this.zoom * 2 : this.zoom / 2);
    this.longer = Math.min(MOST_LONGER, this.longer);
    this.fitSpan(this.longest());
    this.run();
    this.draw();
    this.middle = seen;
    this.say(this.t('tryout.until', { at: this.time(this.span) }));
  }

  /** The time in the middle of what is seen. */
  private get middle(): number {
    return atOf(this.scale, this.scroll.scrollLeft + this.seen / 2);
  }
  private set middle(at: number) {
    this.scroll.scrollLeft = xOf(this.scale, at) - this.seen / 2;
  }
  /** Pixels of the lines that are seen at once. */
  private get seen(): number {
    return this.room - NAMES;
  }

  private clear(): void {
    this.needed = 0;
    this.change([]);
  }

  private example(): void {
    const { t } = this;
    const found = exampleOf(this.rule!, this.lanes, this.start, wordsOf(t));
    if ('why' in found) {
      this.clear();
      if (found.why === 'none') this.summary.textContent = t('tryout.noExample');
      return;
    }
    this.longer = 0;
    this.zoom = 1;
    this.stations = Math.max(this.stations, found.stations);
    this.tools.showStations(this.stations);
    this.marks = found.marks;
    this.needed = found.span;
    this.fitSpan(this.longest());
    this.makeViews();
    this.change(this.marks);
  }

  private run(): void {
    const { lanes, marks, stations, span, start } = this;
    this.outcome = runBoard(this.rule!, { lanes, marks, stations, span, start }, wordsOf(this.t));
    const { chosen } = this;
    this.chosen =
      chosen &&
      this.outcome.pieces.find(
        (piece) => piece.key === chosen.key && piece.state === chosen.state && piece.from === chosen.from,
      );
  }

  // ---- drawing

  private places(): Station[] {
    return stationsOf(this.rule!, this.stations, wordsOf(this.t));
  }

  private makeViews(): void {
    const places = this.places();
    this.views = places.flatMap((place, station) =>
      this.lanes.map((lane) => new LaneView(lane, station, this.nameOf(lane, place), this)),
    );
    // they stay until there are others: one that is dragged would lose the mouse if it were taken out
    const rows = this.views.flatMap(({ element }) => {
      const name = element.getAttribute('aria-label')!;
      return [make('span', { class: 'city-try-name', title: name }, name), element];
    });
    this.events.replaceChildren(...rows);
  }

  private nameOf(lane: Lane, { name, metres }: Station): string {
    if (this.stations === 1) return lane.name;
    return this.rule!.per.by === 'near'
      ? this.t('tryout.laneNear', { name: lane.name, station: name, distance: distanceText(this.t, metres) })
      : this.t('tryout.laneAt', { name: lane.name, station: name });
  }

  private draw(): void {
    if (this.rule === undefined) return;
    this.room = this.scroll.clientWidth;
    this.times.replaceChildren(
      make('span', { class: 'city-try-name' }),
      axis(this.scale, (at) => this.time(at)),
    );
    this.statuses.replaceChildren(...this.statusRows());
    this.drawLanes();
    this.drawDetail();
    this.summary.textContent = summaryText(this.outcome, this.t, (at) => this.time(at));
    this.summary.classList.toggle('city-fault', this.outcome.refused !== undefined);
    this.said.replaceChildren(...saidList(this.outcome, this.t, (at) => this.time(at)));
  }

  private drawLanes(): void {
    for (const view of this.views) view.draw();
  }

  private statusRows(): HTMLElement[] {
    const { t, rule, outcome } = this;
    const keys = [...new Set(outcome.pieces.map(({ key }) => key))];
    const status = rule!.name || t('title');
    return (keys.length === 0 ? [undefined] : keys).flatMap((key) => {
      const pieces = outcome.pieces.filter((piece) => piece.key === key);
      const where = this.stations > 1 ? pieces[0]?.keyName : undefined;
      const name = where === undefined ? status : t('tryout.laneAt', { name: status, station: where });
      return [
        make('span', { class: 'city-try-name city-try-strong', title: name }, name),
        statusLane(pieces, {
          t,
          scale: this.scale,
          time: (at) => this.time(at),
          chosen: this.chosen,
          choose: (piece) => this.choose(piece),
        }),
      ];
    });
  }

  private choose(piece: Piece): void {
    this.chosen = piece;
    this.selected = undefined;
    this.draw();
    this.grid.querySelector<HTMLElement>('.city-try-piece[aria-pressed="true"]')?.focus({ preventScroll: true });
  }

  private drawDetail(): void {
    const { selected, chosen, t } = this;
    const time = (at: number): string => this.time(at);
    const lane = this.lanes.find(({ event }) => event === selected?.event);
    this.detail.replaceChildren();
    if (chosen !== undefined) this.detail.append(piecePanel(chosen, t, time));
    else if (selected !== undefined && lane !== undefined) {
      this.detail.append(
        markPanel(selected, lane, t, time, {
          change: (mark) => this.swap(selected, mark),
          remove: () => this.change(without(this.marks, selected)),
        }),
      );
    }
  }

  /** Changes a mark where it stands, while its field is being written in. */
  private swap(old: Mark, mark: Mark): void {
    const id = document.activeElement?.id;
    this.change(
      this.marks.map((one) => (one === old ? mark : one)),
      mark,
    );
    if (id) document.getElementById(id)?.focus();
  }
}
