/**
 * Rules per zone: where the state of a stream is open. A stream has one state, and what moves takes it along: it is open
 * in the zones that its newest begin has named. So a begin elsewhere ends it in the zones that were left, and an end, or
 * that it is not known any more, is told where it is open, wherever that was noticed.
 */
import type { CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import { isBefore } from './entry';

/** Streams of one event whose state is open that are followed; those of which nothing was heard for longest are forgotten first. */
const MOST_OPEN = 100_000;
/** Those whose state is over: they are remembered for a begin that comes after its end. */
const MOST_OVER = 10_000;
/** Part of them that is forgotten at once: what comes first in a map is found slowly after many were taken away. */
const AT_ONCE = 1 / 100;
/** Borders of one stream that can still be overtaken. */
const KEPT = 16;

/** What is remembered of a begin, an end or a nodata. */
type Border = Pick<CityEvent, 'id' | 'event' | 'stream' | 'kind' | 'time' | 'zones'>;

/** Borders of one stream, by time; a list never changes once it is made. */
export type Borders = readonly Border[];

/** What a zone must be told that the event did not name. */
export interface Elsewhere {
  zone: string;
  event: CityEvent;
}

const NOTHING: readonly Elsewhere[] = [];
/** Ends the id of what was made here. */
const LEFT = '|left';

/** Whether an event was made of another one, for a zone that was left. */
export function isOfLeftZone({ id }: CityEvent): boolean {
  return id.endsWith(LEFT);
}

/** Whether a rule counts the zone at a place of a list: of its level, and not named before. */
export function isCounted(zones: readonly ZoneRef[], at: number, level: string | undefined): boolean {
  const { id, level: own } = zones[at]!;
  if (level && own !== level) return false;
  for (let i = 0; i < at; i++) if (zones[i]!.id === id && (!level || zones[i]!.level === level)) return false;
  return true;
}

/** The streams of one event. */
interface Streams {
  readonly open: Map<string, Borders>;
  readonly over: Map<string, Borders>;
}

export class ZoneStates {
  /** One stream may tell of several events: each of them has a state of its own. */
  private readonly events = new Map<string, Streams>();

  /**
   * @param level zones that count; all without it
   * @param lateness how far an event can come behind a later one of its stream, in milliseconds
   * @param full is told of an event for which other open states had to be forgotten
   */
  constructor(
    private readonly level: string | undefined,
    private readonly lateness: number,
    private readonly full: (most: number, event: CityEvent) => void,
  ) {}

  /**
   * Takes note of a border, in whatever order they come.
   * @returns what other zones than those of the event must be told
   */
  take(event: CityEvent): readonly Elsewhere[] {
    // it goes on, and nobody knows where
    if (event.kind === 'begin' && event.zones === undefined) return NOTHING;
    const { id, stream, kind, time, zones } = event;
    const border: Border = { id, event: event.event, stream, kind, time, zones };
    const streams = this.streamsOf(border);
    const known = streams.open.get(stream) ?? streams.over.get(stream);
    if (known === undefined) {
      this.keep(streams, [border], event);
      return NOTHING;
    }
    let at = known.length;
    while (at > 0 && isBefore(event, known[at - 1]!)) at--;
    const before = opening(known, at);
    const told = before === undefined || before.zones === zones ? [] : this.leave(before, border, event);
    if (kind === 'begin') this.followed(known, at, event, told);
    if (!streams.open.delete(stream)) streams.over.delete(stream);
    this.keep(streams, this.prune([...known.slice(0, at), border, ...known.slice(at)]), event);
    return told;
  }

  private streamsOf({ event }: Border): Streams {
    let streams = this.events.get(event);
    if (streams === undefined) this.events.set(event, (streams = { open: new Map(), over: new Map() }));
    return streams;
  }

  /** Tells the zones of a begin of a border after it that does not name them. */
  private leave(begin: Border, border: Border, event: CityEvent): Elsewhere[] {
    const here = this.idsOf(border);
    const told: Elsewhere[] = [];
    for (const zone of this.idsOf(begin)) {
      if (!here.includes(zone)) told.push({ zone, event: border.kind === 'begin' ? ending(event, border) : event });
    }
    return told;
  }

  /** A begin that comes after what follows it in time: its zones have not been told of that. */
  private followed(borders: Borders, at: number, event: CityEvent, told: Elsewhere[]): void {
    for (let i = at; i < borders.length; i++) {
      const border = borders[i]!;
      const here = this.idsOf(border);
      for (const zone of this.idsOf(event)) {
        if (!here.includes(zone)) told.push({ zone, event: ending(event, border) });
      }
      if (border.kind !== 'nodata') return;
    }
  }

  private idsOf({ zones = [] }: Border): string[] {
    return zones.filter((_zone, i) => isCounted(zones, i, this.level)).map(({ id }) => id);
  }

  /** Lets go what nothing can come before any more, but for what says whether the state is open. */
  private prune(borders: Border[]): Borders {
    const until = borders.at(-1)!.time - this.lateness;
    while (borders.length > 1 && (borders.length > KEPT || borders[1]!.time < until)) {
      borders.splice(borders[1]!.kind === 'nodata' ? 1 : 0, 1);
    }
    return borders;
  }

  /** Keeps what is known of a stream as the newest. */
  private keep({ open, over }: Streams, borders: Borders, event: CityEvent): void {
    if (opening(borders, borders.length) === undefined) {
      if (over.size >= MOST_OVER) forgetOldest(over);
      over.set(event.stream, borders);
      return;
    }
    if (open.size >= MOST_OPEN) {
      forgetOldest(open);
      this.full(MOST_OPEN, event);
    }
    open.set(event.stream, borders);
  }

  /** All of it: lists that never change. */
  save(): Borders[] {
    return [...this.events.values()].flatMap(({ open, over }) => [...over.values(), ...open.values()]);
  }

  restore(kept: readonly Borders[]): void {
    for (const borders of kept) {
      const { open, over } = this.streamsOf(borders[0]!);
      const isOpen = opening(borders, borders.length) !== undefined;
      (isOpen ? open : over).set(borders[0]!.stream, borders);
    }
  }
}

/** The begin that holds before a place. */
function opening(borders: Borders, at: number): Border | undefined {
  for (let i = at - 1; i >= 0; i--) {
    const { kind } = borders[i]!;
    if (kind !== 'nodata') return kind === 'begin' ? borders[i] : undefined;
  }
  return undefined;
}

/** What a zone is told that a border does not name: the state is over there, or not known. */
function ending(event: CityEvent, { id, kind, time }: Border): CityEvent {
  const isUnknown = kind === 'nodata';
  return {
    ...event,
    id: `${id}${LEFT}`,
    kind: isUnknown ? kind : 'end',
    time,
    timeEnd: undefined,
    value: undefined,
    limit: undefined,
  };
}

/** Makes room in a map that is full. */
export function forgetOldest(map: Map<string, unknown>): void {
  const rest = map.size * (1 - AT_ONCE);
  for (const key of map.keys()) {
    if (map.size <= rest) return;
    map.delete(key);
  }
}
