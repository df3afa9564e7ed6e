/** The zones while they are edited, with what undo needs. */
import type { Zone, ZoneShape } from '../zones/model';

/** `list`: other zones, or other objects for them; `shape`: of one of them; `choice`: which one is chosen. */
export type Change = 'list' | 'shape' | 'choice';

/** Steps that can be taken back. */
const MOST_STEPS = 100;

interface Step {
  zones: readonly Zone[];
  chosen: string | undefined;
}

export class Draft {
  /** The same array all the time. Fields of a zone may be set after {@link mark}; a shape is never changed in place. */
  readonly zones: Zone[];
  chosen: string | undefined;
  private readonly before: Step[] = [];
  private after: Step[] = [];
  private lastKey: string | undefined;
  private changed: (what: Change) => void = () => undefined;

  constructor(saved: readonly Zone[]) {
    this.zones = saved.map((zone) => ({ ...zone }));
  }

  onChange(listener: (what: Change) => void): void {
    this.changed = listener;
  }

  get zone(): Zone | undefined {
    return this.zones.find(({ id }) => id === this.chosen);
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  /**
   * To be called before each change.
   * @param key steps in a row with the same key (one drag, typing in one field) become one
   */
  mark(key?: string): void {
    if (key !== undefined && key === this.lastKey) return;
    this.lastKey = key;
    this.before.push(this.step());
    if (this.before.length > MOST_STEPS) this.before.shift();
    this.after = [];
  }

  /** The next change is a step of its own. */
  rest(): void {
    this.lastKey = undefined;
  }

  /** Gives a zone another shape, after {@link mark}. */
  reshape(id: string, shape: ZoneShape): void {
    const zone = this.zones.find((one) => one.id === id);
    if (zone) zone.shape = shape;
    this.changed('shape');
  }

  add(zones: readonly Zone[], instead = false): void {
    this.zones.splice(instead ? 0 : this.zones.length, instead ? this.zones.length : 0, ...zones);
    if (zones.length === 1) this.chosen = zones[0]!.id;
    if (!this.zone) this.chosen = undefined;
    this.changed('list');
  }

  choose(id: string | undefined): void {
    if (this.chosen === id) return;
    this.chosen = id;
    this.rest();
    this.changed('choice');
  }

  /** Takes a zone away; what was a part of it becomes a part of what it was a part of. */
  remove(zone: Zone): void {
    this.mark();
    this.zones.splice(this.zones.indexOf(zone), 1);
    for (const other of this.zones) {
      if (other.parent !== zone.id) continue;
      if (zone.parent === undefined) delete other.parent;
      else other.parent = zone.parent;
    }
    if (this.chosen === zone.id) this.chosen = undefined;
    this.changed('list');
  }

  undo(): boolean {
    return this.go(this.before, this.after);
  }

  redo(): boolean {
    return this.go(this.after, this.before);
  }

  /** An id that no zone has. */
  freeId(): string {
    const taken = new Set(this.zones.map(({ id }) => id));
    let n = this.zones.length + 1;
    while (taken.has(`zone-${n}`)) n++;
    return `zone-${n}`;
  }

  private go(from: Step[], to: Step[]): boolean {
    const step = from.pop();
    if (!step) return false;
    to.push(this.step());
    this.zones.splice(0, this.zones.length, ...step.zones.map((zone) => ({ ...zone })));
    this.chosen = step.chosen;
    this.lastKey = undefined;
    this.changed('list');
    return true;
  }

  /** Fields are copied, shapes shared: they are never changed in place. */
  private step(): Step {
    return { zones: this.zones.map((zone) => ({ ...zone })), chosen: this.chosen };
  }
}
