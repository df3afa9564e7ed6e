/**
 * Takes over what was written of a rule, line by line. Where only lengths of time, limits or texts of the rule have
 * changed, it goes on with all of it. Where the rule means something else, its statuses that are open stay open, and what
 * had begun to match is dropped: the new rule looks at what happens from now on, and has heard of nothing: what is open is
 * said again to it under the same ids.
 */
import type { CityEvent } from '../../ecdm/event';
import type { Entry } from './entry';
import { NORMAL, PENDING, RAISED, type Rule } from './life';
import { FALSE, UNKNOWN } from './operators';
import { number } from './pattern-json';
import { rearm } from './rearm';
import type { SavedStates } from './runs/near';
import { differenceOf, type Shape, type ShapePart } from './shape';
import {
  OLDEST_SNAPSHOT,
  SNAPSHOT_VERSION,
  unpackEntry,
  unpackState,
  type Header,
  type Line,
  type PlainEntry,
} from './snapshot';
import type { StateCursor } from './states';
import type { Made } from './suppression';
import type { Where } from './whereabouts';
import type { Borders } from './zone-states';

/** The part of the rule that has changed, or the program: it remembers other things for the same rule. */
type Changed = ShapePart | 'program';

/** What became of it. */
export type Restored =
  | { kept: 'all' }
  /** The rule means something else now: this part of it has changed. So many statuses are still open. */
  | { kept: 'open'; because: Changed; open: number }
  | { kept: 'nothing'; because: 'version' | 'broken' | 'id' };

/** An engine of which nothing was asked yet. */
export interface Restorable {
  readonly rule: Rule;
  readonly shape: Shape;
  readonly layout: string;
  /** Takes over times, mode, clocks and counters. @param whole whether what had begun to match is taken over, too */
  begin(header: Header, whole: boolean): void;
  roster(source: string, keys: readonly string[], streams?: readonly string[]): void;
  suppressors(streams: readonly (readonly CityEvent[])[], made?: readonly Made[]): void;
  zoneStates(states: readonly Borders[]): void;
  quiet(quiet: readonly (readonly [string, number])[]): void;
  stream(stream: string, newest: number | null, ids: readonly number[]): void;
  newEntry(key: string, known: number): Entry;
  stateOf(entry: Entry): StateCursor;
  entryOf(key: string): Entry | undefined;
  /** Lets an event wait at a key until its time is settled. */
  wait(entry: Entry, event: CityEvent, arrived: number): void;
  /** Lets an event wait until it is known what it is near to. */
  waitAtGate(event: CityEvent, arrived: number): void;
  /** States that were passed on to what is near. */
  around(states: SavedStates): void;
  /** What must not have happened before what comes near. */
  happenedBefore(events: readonly CityEvent[]): void;
  /** Lets an event wait at the keys for which it counts now. */
  routeAnew(event: CityEvent): void;
  /** Where a key was while something happened that is not told yet. */
  where(entry: Entry, where: Where): void;
  /** A key has all that was remembered of it. */
  isBack(entry: Entry): void;
  /** Everything is back. */
  done(): void;
}

export class Restoring {
  private header: Header | undefined;
  private because: Changed | undefined;
  private refused: 'version' | 'broken' | 'id' | undefined;
  private open = 0;
  private readonly back: Entry[] = [];
  /** Events that waited for a rule that means something else. */
  private readonly anew = new Map<string, CityEvent>();

  /** @param now wall time of the restart, where time does not follow the readings: absence begins anew */
  constructor(
    private readonly engine: Restorable,
    private readonly now: number | undefined,
  ) {}

  /** Takes one line as it was written; what cannot be read is found out at the end. */
  take(line: unknown): void {
    if (this.refused !== undefined) return;
    try {
      if (this.header === undefined) this.begin(line as Line);
      else this.put(line as Line);
    } catch {
      this.refused = 'broken';
    }
  }

  /** @returns what became of it; where nothing was kept, the engine must be made anew */
  finish(): Restored {
    if (this.header === undefined) this.refused ??= 'broken';
    if (this.refused !== undefined) return { kept: 'nothing', because: this.refused };
    for (const event of this.anew.values()) this.engine.routeAnew(event);
    for (const entry of this.back) this.engine.isBack(entry);
    this.engine.done();
    const { because, open } = this;
    return because === undefined ? { kept: 'all' } : { kept: 'open', because, open };
  }

  private begin(line: Line): void {
    const header = line[0] === 'h' ? line[1] : undefined;
    if (header === undefined || !(header.version >= OLDEST_SNAPSHOT && header.version <= SNAPSHOT_VERSION)) {
      this.refused = 'version';
      return;
    }
    const { shape, layout } = this.engine;
    this.because = differenceOf(header.shape, shape) ?? (header.layout === layout ? undefined : 'program');
    if (this.because === 'id') this.refused = 'id';
    else {
      this.header = header;
      this.engine.begin(header, this.because === undefined);
    }
  }

  private put(line: Line): void {
    const { engine } = this;
    switch (line[0]) {
      case 'r':
        return engine.roster(line[1], line[2], line[3]);
      case 'u':
        return engine.suppressors(line[1], line[2]);
      case 'z':
        return engine.zoneStates(line[1]);
      case 'q':
        return engine.quiet(line[1]);
      case 's':
        return this.because === undefined ? engine.stream(line[1], line[2], line[3]) : undefined;
      case 'k':
        return this.because === undefined ? this.key(line[1]) : this.openStatus(line[1]);
      case 'w':
        return this.waiting(line[1], line[2], line[3].map(number));
      case 'n':
        return this.waitingAtGate(line[1], line[2].map(number));
      case 'o':
        return this.because === undefined ? this.around(line) : undefined;
      case 'b':
        return this.because === undefined ? engine.happenedBefore(line[1]) : undefined;
      default:
        throw new Error('a line of no kind');
    }
  }

  private around([, open, event = '', times = [], ended]: Extract<Line, readonly ['o', ...unknown[]]>): void {
    this.engine.around({ event, isOpen: ended === undefined, streams: ended ?? open, times });
  }

  private key(p: PlainEntry): void {
    const { engine } = this;
    const entry = engine.newEntry(p.key, -Infinity);
    if (!unpackState(engine.rule, p, engine.stateOf(entry))) throw new Error('a state of another rule');
    unpackEntry(p, entry);
    if (p.where !== undefined) engine.where(entry, p.where);
    this.rearm(entry);
    this.back.push(entry);
  }

  /** How long nothing was looked at. */
  private get away(): number {
    const wall = number(this.header!.wall);
    return this.now === undefined || wall === -Infinity ? 0 : Math.max(0, this.now - wall);
  }

  private rearm(entry: Entry): void {
    const { away, engine } = this;
    if (away === 0) return;
    const hasClocks = number(this.header!.settled) > -Infinity;
    rearm(engine.rule, entry, engine.stateOf(entry), this.now!, away, hasClocks);
  }

  /**
   * What was raised stays so until something is heard of it, or for the usual time of quiet where the key itself means
   * something else. What was only pending is over: what it waited for is not known any more.
   */
  private openStatus(p: PlainEntry): void {
    if (p.told === undefined) return;
    const { engine } = this;
    const settled = number(this.header!.settled);
    const entry = engine.newEntry(p.key, Math.max(settled, number(p.state.time), p.told.since));
    unpackEntry(p, entry);
    entry.expected = false;
    const state = engine.stateOf(entry);
    const { life } = state;
    state.time = Math.max(settled, number(p.state.time));
    if (p.told.state === 'pending' || life.phase === PENDING) {
      life.level = FALSE;
      life.fell = state.time - engine.rule.clearState;
      life.pulse = -Infinity;
    } else if (life.level !== FALSE) {
      life.level = this.because === 'per' ? FALSE : UNKNOWN;
      if (life.level === FALSE) life.fell = state.time;
    } else if (life.phase === NORMAL && entry.told?.normal === undefined) {
      // told early, and not yet settled: what it rests on may mean nothing now, then it is over after the usual quiet
      life.phase = RAISED;
      life.since = life.pulse = p.told.since;
      life.evidence = [];
    }
    if (this.because === 'per' && entry.told !== undefined) entry.told.left = true;
    life.levels = 0;
    // bits of other steps
    if (entry.told !== undefined && this.header!.shape.steps !== engine.shape.steps) entry.told.steps = 0;
    life.masked = [];
    if (entry.told !== undefined) this.open++;
    this.back.push(entry);
  }

  private waiting(key: string, events: readonly CityEvent[], arrived: readonly number[]): void {
    const { engine } = this;
    if (this.because !== undefined) {
      this.routeAnew(events);
      return;
    }
    const entry = engine.entryOf(key);
    if (entry === undefined) throw new Error('events of no key');
    events.forEach((event, i) => engine.wait(entry, event, arrived[i]!));
  }

  private waitingAtGate(events: readonly CityEvent[], arrived: readonly number[]): void {
    if (this.because !== undefined) this.routeAnew(events);
    else events.forEach((event, i) => this.engine.waitAtGate(event, arrived[i]!));
  }

  /** In several zones, or near to several keys, an event waited more than once. */
  private routeAnew(events: readonly CityEvent[]): void {
    for (const event of events) this.anew.set(`${event.stream}|${event.id}`, event);
  }
}
