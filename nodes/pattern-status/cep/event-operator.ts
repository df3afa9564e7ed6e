import type { CityEvent } from '../../ecdm/event';
import { FALSE, MOST_GATHERED, NOWHERE, Operator, TRUE, UNKNOWN, type Level } from './operators';
import type { Gone } from './leaving';
import type { Layout, PatternState, StreamState, StreamStates } from './state';

/** A named event; the state is the union over its streams. */
export class EventOperator extends Operator {
  private readonly streams: number;
  /** Numbers of streams that are active, and of those that are not known. */
  private readonly active: number;
  private kept = NOWHERE;
  private points = 0;
  private begins = 0;
  /** Newest event of the present instant. */
  private now: CityEvent | undefined;
  /** What occurred at the present instant, where somebody asks for it. */
  found: CityEvent[] | undefined;

  /** @param isPoint it is known to have no duration: a begin of it is as good as a point, and nothing of it lasts */
  constructor(
    layout: Layout,
    readonly event: string,
    readonly isPoint: boolean,
  ) {
    super(layout, !isPoint);
    this.active = isPoint ? NOWHERE : layout.number(2);
    this.streams = isPoint ? NOWHERE : layout.ref('streams');
  }

  override wantEvidence(): void {
    if (this.kept === NOWHERE) this.kept = this.layout.ref('event');
  }

  override reset(state: PatternState, known: number): void {
    super.reset(state, known);
    if (!this.isPoint) state.n[state.o + this.active] = state.n[state.o + this.active + 1] = 0;
  }

  /** Forgets the events of the instant before. */
  clear(): void {
    this.points = this.begins = 0;
    this.now = undefined;
    // most often it is one: an array that is cut loses its room
    if (this.found !== undefined) while (this.found.length > 0) this.found.pop();
  }

  /** Whether an event of that kind happens and is over, and says nothing of what holds. */
  isOccurrence(kind: CityEvent['kind']): boolean {
    return kind === 'point' || (this.isPoint && kind === 'begin');
  }

  /** Takes one event of the present instant. */
  take(state: PatternState, event: CityEvent): void {
    if (this.isOccurrence(event.kind)) this.takeOccurrence(state, event);
    else if (!this.isPoint) this.takeBorder(state, event);
  }

  /** Takes one event of the present instant that is known to be an {@link isOccurrence}. */
  takeOccurrence(state: PatternState, event: CityEvent): void {
    this.points++;
    this.occurs(state, event);
  }

  private occurs(state: PatternState, event: CityEvent): void {
    this.now = event;
    this.found?.push(event);
    if (this.kept !== NOWHERE) state.refs[state.r + this.kept] = event;
  }

  private takeBorder(state: PatternState, event: CityEvent): void {
    const { n, o, refs, r } = state;
    const active = o + this.active;
    const unknown = active + 1;
    let map = refs[r + this.streams] as StreamStates | undefined;
    if (map === undefined) refs[r + this.streams] = map = new Map<string, StreamState>();
    const held = map.get(event.stream);
    if (event.kind === 'begin') {
      if (held === undefined) {
        map.set(event.stream, { known: true, event });
        n[active]!++;
        this.begins++;
        this.occurs(state, event);
      } else if (!held.known) {
        held.known = true;
        n[unknown]!--;
        n[active]!++;
      }
    } else if (held !== undefined) {
      if (event.kind === 'end') {
        map.delete(event.stream);
        n[held.known ? active : unknown]!--;
      } else if (held.known) {
        held.known = false;
        n[active]!--;
        n[unknown]!++;
      }
    }
  }

  /** What a sensor has begun nobody will end when it is gone. */
  override leave(state: PatternState, { streams }: Gone): boolean {
    const map = this.streamsIn(state);
    if (map === undefined) return false;
    const { n, o } = state;
    let any = false;
    for (const [stream, held] of map) {
      if (!streams.has(stream)) continue;
      map.delete(stream);
      n[o + this.active + (held.known ? 0 : 1)]!--;
      any = true;
    }
    return any;
  }

  override evaluate(state: PatternState, t: number): void {
    let level: Level = FALSE;
    if (!this.isPoint) {
      const { n, o } = state;
      level = n[o + this.active]! > 0 ? TRUE : n[o + this.active + 1]! > 0 ? UNKNOWN : FALSE;
    }
    this.finish(state, t, level, this.points > 0 ? t : -Infinity);
    this.count = this.points + this.begins;
  }

  protected override gatherNow(state: PatternState, into: Set<CityEvent>): void {
    const map = this.streamsIn(state);
    if (map === undefined) {
      const last = this.newest(state);
      if (last !== undefined) into.add(last);
      return;
    }
    let n = 0;
    for (const held of map.values()) {
      if (n++ === MOST_GATHERED) return;
      into.add(held.event);
    }
  }

  private streamsIn({ refs, r }: PatternState): StreamStates | undefined {
    const map = this.isPoint ? undefined : (refs[r + this.streams] as StreamStates | undefined);
    return map === undefined || map.size === 0 ? undefined : map;
  }

  newest({ refs, r }: PatternState): CityEvent | undefined {
    return this.kept === NOWHERE ? this.now : (refs[r + this.kept] as CityEvent | undefined);
  }
}
