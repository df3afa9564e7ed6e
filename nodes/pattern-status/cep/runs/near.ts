/**
 * Which keys an event concerns when a rule looks around the first event of a match: a grid over the places of the first
 * events that still wait for others, so that a stream of a whole city is not scanned.
 */
import type { CityEvent } from '../../../ecdm/event';
import type { Place } from '../../../ecdm/observation';
import { EARTH_RADIUS } from '../../../ecdm/sphere';

const RADIANS = Math.PI / 180;
/** More columns than any row has. */
const ROW = 1e8;
/** Streams whose state is followed; the one that began first is forgotten beyond. */
const MOST_OPEN = 400_000;

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

/** Finds the keys around an event. */
export class NearRouter<E> extends Places<E> {
  /** Keys whose status is open, by where it was raised. */
  readonly raised: Places<E>;
  private readonly open = new Set<string>();

  constructor(metres: number) {
    const grid = new NearGrid(metres);
    super(grid);
    this.raised = new Places(grid);
  }

  /** A state that was told before, or that ends, is no new event of its place. */
  isNew({ kind, stream }: CityEvent): boolean {
    if (kind === 'point') return true;
    if (kind === 'end') this.open.delete(stream);
    if (kind !== 'begin' || this.open.has(stream)) return false;
    if (this.open.size >= MOST_OPEN) this.forgetOldest();
    this.open.add(stream);
    return true;
  }

  private forgetOldest(): void {
    for (const stream of this.open) {
      this.open.delete(stream);
      return;
    }
  }

  save(): string[] {
    return [...this.open];
  }

  restore(open: readonly string[] | undefined): void {
    for (const stream of open ?? []) this.open.add(stream);
  }
}
