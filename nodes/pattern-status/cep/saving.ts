/**
 * A cut through everything that a rule remembers, at one moment, told a few lines at a time while the rule goes on. What is
 * about to change before it was told is packed just before (copy on write), so that the cut is whole: what was seen and
 * what was made of it always agree, and nothing is packed twice.
 */
import type { CityEvent } from '../../ecdm/event';
import type { WaitingEvents } from './calendar';
import type { Entry } from './entry';
import type { Gate } from './gate';
import type { Rule } from './life';
import type { KeyTable } from './key-table';
import { number, plain, type Plain } from './pattern-json';
import type { ReplayQueue } from './replay';
import type { Listed, Roster } from './roster';
import type { SavedStates } from './runs/near';
import type { SeenStreams, StreamSaving } from './seen';
import { packEntry, type Header, type Line } from './snapshot';
import type { StateCursor, States } from './states';
import type { Made, Suppressors } from './suppression';
import type { Whereabouts } from './whereabouts';
import type { Borders, ZoneStates } from './zone-states';

/** How long the flow may be held by one slice, in milliseconds. */
const SLICE = 1;
/** After so many lines the clock is looked at: that costs more than a small line. */
const LOOK = 8;
/** Events, names and numbers of one line: a line cannot be interrupted. */
const IN_A_LINE = 50;

/** What there is to be saved. */
export interface Remembered {
  rule: Rule;
  states: States;
  keys: KeyTable;
  replayQueue: ReplayQueue;
  seen: SeenStreams;
  rosters: Roster;
  suppressors: Suppressors | undefined;
  zoneStates: ZoneStates | undefined;
  whereabouts: Whereabouts;
  quiet: ReadonlyMap<string, number> | undefined;
  gate: Gate | undefined;
}

/** What is known when the cut is made, because it is small or never changes once it is made. */
interface Known {
  waiting: WaitingEvents;
  rosters: readonly [string, Listed][];
  suppressors: readonly (readonly CityEvent[])[];
  made: readonly Made[];
  zoneStates: readonly Borders[];
  atGate: readonly [CityEvent[], Plain[]][];
  states: readonly SavedStates[];
  before: readonly CityEvent[];
}

export class Saving implements StreamSaving {
  /** By slot, whether the key there is packed, or new; slots that are made later are of new keys. */
  private readonly packed: Uint8Array;
  /** By number, whether a stream was told, or is new; numbers that are given later are of new ones. */
  private readonly told: Uint8Array;
  /** Lines of what had to be packed before its turn. */
  private ready: Line[] = [];
  private readonly rest: Iterator<Line>;
  private readonly cursor: StateCursor;
  private left: number;
  private streams: number;
  private isGivenUp = false;
  /** Event time up to which everything was decided. */
  private readonly settled: number;

  /** @param over called when everything was told */
  constructor(
    private header: Header | undefined,
    private readonly memory: Remembered,
    private readonly over: () => void,
  ) {
    this.settled = header === undefined ? -Infinity : number(header.settled);
    this.packed = new Uint8Array(memory.states.size);
    this.told = new Uint8Array(memory.seen.numbers);
    this.cursor = memory.states.cursor();
    this.left = memory.keys.size;
    this.streams = memory.seen.size;
    const { replayQueue, rosters, suppressors, zoneStates, gate } = memory;
    this.rest = this.lines({
      waiting: replayQueue.waiting(),
      rosters: rosters.all(),
      suppressors: suppressors?.save() ?? [],
      made: suppressors?.saveMade() ?? [],
      zoneStates: zoneStates?.save() ?? [],
      atGate: gate === undefined ? [] : waitingAt(gate.entry),
      states: gate?.router.save() ?? [],
      before: gate?.options.recent?.save() ?? [],
    });
  }

  /** Nobody asks for more: nothing is packed any more. */
  end(): void {
    this.over();
  }

  /** Nobody wants it any more: a later one takes its place. */
  giveUp(): void {
    this.isGivenUp = true;
  }

  /** Some lines of JSON; `undefined` when there are no more. */
  next(): string | undefined {
    if (this.isGivenUp) throw new Error('the snapshot was given up for a later one');
    const end = performance.now() + SLICE;
    let text = '';
    for (let n = 1; ; n++) {
      const line = this.line();
      if (line === undefined) break;
      text += `${JSON.stringify(line)}\n`;
      if (n % LOOK === 0 && performance.now() >= end) return text;
    }
    if (text !== '') return text;
    this.over();
    return undefined;
  }

  /** One line; `undefined` when there are no more. */
  line(): Line | undefined {
    const { header } = this;
    if (header !== undefined) {
      this.header = undefined;
      return ['h', header];
    }
    const ready = this.ready.pop();
    if (ready !== undefined) return ready;
    const next = this.rest.next();
    return next.done === true ? undefined : next.value;
  }

  /** To be called before anything of a key changes, is taken away or added. */
  touch(entry: Entry): void {
    if (this.packed[entry.slot] === 0) this.pack(entry);
  }

  /** To be called for a key that is new: it is no part of the cut. */
  isNew({ slot }: Entry): void {
    this.packed[slot] = 1;
  }

  /** To be called before anything of a stream changes or is taken away. */
  touchStream(stream: string, at: number): void {
    if (this.told[at] === 0) this.tell(stream, at);
  }

  /** To be called for a stream that is new. */
  isNewStream(_stream: string, at: number): void {
    this.told[at] = 1;
  }

  /** To be called before so much changes that it cannot be followed. */
  touchAll(): void {
    for (const entry of this.memory.keys.all()) this.touch(entry);
  }

  private pack(entry: Entry): void {
    this.packed[entry.slot] = 1;
    this.left--;
    const { rule, states, whereabouts } = this.memory;
    const state = states.point(this.cursor, entry.slot, entry);
    // the last is the first to be told: what waits for a key follows the key
    for (const [events, arrived] of waitingAt(entry)) this.ready.push(['w', entry.key, events, arrived]);
    this.ready.push(['k', packEntry(rule, entry, state, whereabouts.save(entry, Math.max(this.settled, state.time)))]);
  }

  private tell(stream: string, at: number): void {
    this.told[at] = 1;
    this.streams--;
    const { seen } = this.memory;
    const newest = seen.newest(at);
    this.ready.push(['s', stream, Number.isFinite(newest) ? newest : null, seen.idsOf(at)]);
  }

  private *lines({ waiting, rosters, suppressors, made, zoneStates, atGate, states, before }: Known): Generator<Line> {
    const { keys, seen, quiet } = this.memory;
    for (const [source, listed] of rosters) {
      for (const some of inParts(sensorsOf(listed)))
        yield ['r', source, some.map(([key]) => key), some.map(([, stream]) => stream)];
    }
    for (const some of inParts(suppressors)) yield ['u', some];
    for (const some of inParts(made)) yield ['u', [], some];
    for (const some of inParts(zoneStates)) yield ['z', some];
    for (const some of states) yield* statesOf(some);
    for (const some of inParts(before)) yield ['b', some];
    for (const [events, arrived] of atGate) yield ['n', events, arrived];
    // the quiet of a sensor is no less true when it is learned meanwhile
    for (const some of inParts(quiet ?? [])) yield ['q', some];
    for (const [stream, at] of seen.all()) {
      if (this.streams === 0) break;
      this.touchStream(stream, at);
      yield* this.drain();
    }
    for (const entry of keys.all()) {
      if (this.left === 0) break;
      this.touch(entry);
      yield* this.drain();
    }
    for (const { events, keys: owners, arrived } of waiting) {
      for (let i = 0; i < events.length; i++) yield ['w', owners[i]!, [events[i]!], [plain(arrived[i]!)]];
    }
  }

  private *drain(): Generator<Line> {
    for (let line = this.ready.pop(); line !== undefined; line = this.ready.pop()) yield line;
  }
}

/** Events that wait for their time at one place, some at a time. */
function waitingAt({ live }: Entry): [CityEvent[], Plain[]][] {
  const parts: [CityEvent[], Plain[]][] = [];
  for (let at = live?.head ?? 0; at < (live?.waiting.length ?? 0); at += IN_A_LINE) {
    const to = Math.min(live!.waiting.length, at + IN_A_LINE);
    parts.push([live!.waiting.slice(at, to), live!.arrived.slice(at, to).map(plain)]);
  }
  return parts;
}

function* statesOf({ event, isOpen, streams, times }: SavedStates): Generator<Line> {
  for (let at = 0; at < streams.length; at += IN_A_LINE) {
    const [some, since] = [streams.slice(at, at + IN_A_LINE), times.slice(at, at + IN_A_LINE)];
    // an older program reads what is open, and no more
    yield isOpen ? ['o', some, event, since] : ['o', [], event, since, some];
  }
}

function* sensorsOf(listed: Listed): Generator<[key: string, stream: string]> {
  for (const [key, streams] of listed) for (const stream of streams) yield [key, stream];
}

function* inParts<T>(all: Iterable<T>): Generator<T[]> {
  let part: T[] = [];
  for (const one of all) {
    part.push(one);
    if (part.length < IN_A_LINE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
