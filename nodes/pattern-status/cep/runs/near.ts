/**
 * Which keys an event concerns when a rule looks around the first event of a match: a grid over the places of the first
 * events that still wait for others, so that a stream of a whole city is not scanned.
 */
import type { CityEvent } from '../../../ecdm/event';
import type { Place } from '../../../ecdm/observation';
import { EARTH_RADIUS } from '../../../ecdm/sphere';
import { forgetOldest } from '../zone-states';

const RADIANS = Math.PI / 180;
/** More columns than any row has. */
const ROW = 1e8;
/** Streams of one event whose state is open that are followed; those that began first are forgotten beyond. */
const MOST_OPEN = 400_000;
/** Those whose last end is remembered, for a begin that comes after it and happened before. */
const MOST_OVER = 10_000;

/** Cells whose sides are at least as long as the distance: what is near lies in one of nine. */
export class NearGrid {
  /** Height of a row in degrees. */
  private readonly height: number;
  private readonly angle: number;

  constructor(metres: number) {
    this.angle = Math.max(metres, 1) / EARTH_RADIUS;
    // a little more, so that rounding loses nothing
    this.height = (this.angle / RADIANS) * 1.000001;
  }

  cellOf(place: Place): number {
    const row = this.rowOf(place[1]);
    return row * ROW + column(place[0], this.columns(row));
  }

  /** Cells in which anything near can lie, over the poles and the date line. */
  around(place: Place): number[] {
    const cells = new Set<number>();
    const row = this.rowOf(place[1]);
    for (let r = Math.max(0, row - 1); r <= row + 1; r++) {
      const columns = this.columns(r);
      const at = column(place[0], columns);
      for (let c = -1; c <= 1; c++) cells.add(r * ROW + ((at + c + columns) % columns));
    }
    return [...cells];
  }

  private rowOf(latitude: number): number {
    return Math.floor((latitude + 90) / this.height);
  }

  /** As many as are wide enough where the row and the next one are narrowest. */
  private columns(row: number): number {
    const south = row * this.height - 90;
    const furthest = Math.max(Math.abs(south - this.height), Math.abs(south + 2 * this.height));
    if (furthest >= 90) return 1;
    const ratio = Math.sin(this.angle / 2) / Math.cos(furthest * RADIANS);
    if (ratio >= 1) return 1;
    return Math.max(1, Math.floor(Math.PI / (Math.asin(ratio) * 1.000001)));
  }
}

function column(longitude: number, columns: number): number {
  const turn = (((longitude + 180) % 360) + 360) % 360;
  return Math.min(columns - 1, Math.floor((turn / 360) * columns));
}

/** Keys by where something of them lies. */
class Places<E> {
  private readonly cells = new Map<number, Set<E>>();
  private readonly cellsOf = new Map<E, ReadonlySet<number>>();

  constructor(private readonly grid: NearGrid) {}

  /** The places of a key from now on. */
  settle(entry: E, places: Iterable<Place>): void {
    const wanted = new Set<number>();
    for (const place of places) wanted.add(this.grid.cellOf(place));
    for (const cell of this.cellsOf.get(entry) ?? []) if (!wanted.has(cell)) this.leave(cell, entry);
    for (const cell of wanted) this.enter(cell, entry);
    if (wanted.size === 0) this.cellsOf.delete(entry);
    else this.cellsOf.set(entry, wanted);
  }

  /** One more place of a key: until {@link settle} says so or not. */
  arrive(entry: E, place: Place): void {
    const cell = this.grid.cellOf(place);
    this.enter(cell, entry);
    this.cellsOf.set(entry, new Set([...(this.cellsOf.get(entry) ?? []), cell]));
  }

  around(place: Place): Set<E> {
    const found = new Set<E>();
    for (const cell of this.grid.around(place)) for (const entry of this.cells.get(cell) ?? []) found.add(entry);
    return found;
  }

  private enter(cell: number, entry: E): void {
    const set = this.cells.get(cell);
    if (set === undefined) this.cells.set(cell, new Set([entry]));
    else set.add(entry);
  }

  private leave(cell: number, entry: E): void {
    const set = this.cells.get(cell);
    set?.delete(entry);
    if (set?.size === 0) this.cells.delete(cell);
  }
}

/** The streams of one event. */
interface Streams {
  /** Those whose state is open, and when it began. */
  readonly open: Map<string, number>;
  /** When the state of each ended last: a begin from before that is none that goes on. */
  readonly over: Map<string, number>;
}

/** Streams of one event, and when their states began that are open, or when they ended last. */
export interface SavedStates {
  /** Empty for those of which an older snapshot did not tell it, nor a time. */
  readonly event: string;
  readonly isOpen: boolean;
  readonly streams: readonly string[];
  readonly times: readonly (number | null)[];
}

/** Finds the keys around an event. */
export class NearRouter<E> extends Places<E> {
  /** Keys whose status is open, by where it was raised. */
  readonly raised: Places<E>;
  /** One stream may tell of several events: each of them has a state of its own. */
  private readonly events = new Map<string, Streams>();
  /** Streams of older snapshots: their state is that of the event of which they tell next. */
  private readonly older = new Set<string>();

  constructor(metres: number) {
    const grid = new NearGrid(metres);
    super(grid);
    this.raised = new Places(grid);
  }

  /** A state that was told before, or that ends, is no new event of its place. In whatever order they come. */
  isNew({ kind, event, stream, time }: CityEvent): boolean {
    if (kind === 'point') return true;
    if (kind === 'nodata') return false;
    const { open, over } = this.streamsOf(event);
    if (this.older.size > 0 && this.older.delete(stream)) open.set(stream, -Infinity);
    const ended = over.get(stream) ?? -Infinity;
    if (kind === 'end') {
      // a begin at the moment of an end is the one after it
      if ((open.get(stream) ?? Infinity) < time) open.delete(stream);
      if (ended < time) remember(over, stream, time);
      return false;
    }
    // it has ended since
    if (time < ended) return true;
    if (open.has(stream)) return false;
    if (open.size >= MOST_OPEN) forgetOldest(open);
    open.set(stream, time);
    return true;
  }

  private streamsOf(event: string): Streams {
    let streams = this.events.get(event);
    if (streams === undefined) this.events.set(event, (streams = { open: new Map(), over: new Map() }));
    return streams;
  }

  save(): SavedStates[] {
    const saved: SavedStates[] = [{ event: '', isOpen: true, streams: [...this.older], times: [] }];
    for (const [event, { open, over }] of this.events) {
      saved.push({ event, isOpen: false, streams: [...over.keys()], times: [...over.values()] });
      saved.push({ event, isOpen: true, streams: [...open.keys()], times: [...open.values()] });
    }
    return saved;
  }

  restore({ event, isOpen, streams, times }: SavedStates): void {
    if (event === '') for (const stream of streams) this.older.add(stream);
    else {
      const { open, over } = this.streamsOf(event);
      // JSON knows no -Infinity
      streams.forEach((stream, i) => (isOpen ? open : over).set(stream, times[i] ?? -Infinity));
    }
  }
}

function remember(over: Map<string, number>, stream: string, time: number): void {
  // taken away first, so that it is the newest
  if (!over.delete(stream) && over.size >= MOST_OVER) forgetOldest(over);
  over.set(stream, time);
}
