/** Where Things were: their HistoricalLocations, read for the times that are asked about, and kept within bounds. */
import type { Place } from '../../ecdm/observation';
import { parseTimeInterval } from '../../ecdm/time';
import { StaError } from './errors';
import { address } from './links';
import { placeOfLocations } from './model/location';
import { pages } from './paging';
import { isRecord, pick } from './tolerant';

type Get = (url: string) => Promise<unknown>;

/** Things whose way is kept (the ones used longest ago go), and positions of each. */
const MOST_THINGS = 200;
const MOST_POINTS = 2000;
/** Positions before the time that is asked about. */
const BEFORE = 50;
/** Milliseconds without knowledge that are filled up rather than begun anew behind. */
const GAP = 86_400_000;
/** Milliseconds that a server which cannot tell is not asked again about a Thing. */
const REST = 300_000;

/** Positions in time order; each holds until the next one. */
export class Track {
  private times: number[] = [];
  private places: Place[] = [];
  /** The times that it knows everything about. */
  from = Infinity;
  until = -Infinity;

  /** The place at a time: that of the last HistoricalLocation that is not later. */
  at(time: number): Place | undefined {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return this.places[low - 1];
  }

  /** Whether it has been in more than one place. */
  get moved(): boolean {
    const first = this.places[0];
    return this.places.some((place) => !samePlace(place, first));
  }

  /** Whether it has ever been there. */
  has(place: Place): boolean {
    return this.places.some((one) => samePlace(one, place));
  }

  covers(from: number, until: number): boolean {
    return this.from <= from && this.until >= until;
  }

  /** Takes in positions of a span of time; spans that do not touch what is known take its place. */
  add(points: readonly (readonly [number, Place])[], from: number, until: number): void {
    const touches = from <= this.until && until >= this.from;
    const known: (readonly [number, Place])[] = touches ? this.times.map((time, i) => [time, this.places[i]!]) : [];
    const all = new Map<number, Place>([...known, ...points]);
    const sorted = [...all].sort((a, b) => a[0] - b[0]).slice(-MOST_POINTS);
    this.times = sorted.map(([time]) => time);
    this.places = sorted.map(([, place]) => place);
    const cut = all.size > sorted.length ? this.times[0]! : -Infinity;
    this.from = Math.max(cut, touches ? Math.min(this.from, from) : from);
    this.until = touches ? Math.max(this.until, until) : until;
  }
}

/** Equal to about a centimetre; the height does not count. */
export function samePlace(a: Place | undefined, b: Place | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a[0] - b[0]) < 1e-7 && Math.abs(a[1] - b[1]) < 1e-7;
}

const EXPAND = 'Locations($select=location,encodingType)';

export class Tracks {
  private readonly tracks = new Map<string, Track>();
  private readonly resting = new Map<string, number>();
  private readonly asking = new Map<string, Promise<void>>();

  constructor(
    private readonly get: Get,
    private readonly root: string,
    private readonly zone?: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** What is known of a Thing (`Things(3)`). */
  of(thing: string): Track | undefined {
    return this.tracks.get(thing);
  }

  /**
   * Makes sure that the way of a Thing in a span of time is known, as far as the server tells; one request at a time.
   * @throws StaError what is not the server's "no" to this question
   */
  async read(thing: string, from: number, until: number): Promise<void> {
    for (let running = this.asking.get(thing); running; running = this.asking.get(thing)) await running;
    const track = this.tracks.get(thing) ?? new Track();
    if (track.covers(from, until) || (this.resting.get(thing) ?? -Infinity) > this.now()) return;
    const asked = this.ask(thing, track, from);
    // whoever waits only waits; the one who asked hears of errors
    const quiet = asked.then(
      () => undefined,
      () => undefined,
    );
    this.asking.set(thing, quiet);
    try {
      await asked;
    } finally {
      this.asking.delete(thing);
    }
  }

  private async ask(thing: string, track: Track, from: number): Promise<void> {
    // what is known is continued, but not over a long gap
    const begin = from >= track.from && from - track.until < GAP ? track.until : from;
    try {
      const asked = this.now();
      // the position at the beginning with some before it (a feature may be a copy of one of them), then all moves since
      const before = await this.points(thing, `time le ${iso(begin)}`, 'time desc', BEFORE);
      const moves = await this.points(thing, `time gt ${iso(begin)}`, 'time asc', MOST_POINTS);
      const first = before.length < BEFORE ? -Infinity : before.at(-1)![0];
      track.add([...before, ...moves], Math.min(first, begin), moves.length < MOST_POINTS ? asked : moves.at(-1)![0]);
    } catch (thrown) {
      if (!(thrown instanceof StaError) || thrown.kind !== 'config') throw thrown;
      // no filter on time, or no HistoricalLocations at all
      await this.askPlainly(thing, track);
    }
    this.keep(thing, track);
  }

  /** All that the server has, for servers that refuse to filter; not again for a while. */
  private async askPlainly(thing: string, track: Track): Promise<void> {
    this.rest(thing);
    try {
      const points = await this.points(thing, undefined, undefined, MOST_POINTS);
      const first = points.reduce((least, [time]) => Math.min(least, time), Infinity);
      if (points.length > 0) track.add(points, first, this.now());
    } catch (thrown) {
      if (!(thrown instanceof StaError) || thrown.kind !== 'config') throw thrown;
    }
  }

  private async points(
    thing: string,
    $filter: string | undefined,
    $orderby: string | undefined,
    limit: number,
  ): Promise<(readonly [number, Place])[]> {
    const options = { $filter, $orderby, $top: String(Math.min(limit, 1000)), $expand: EXPAND };
    const found: (readonly [number, Place])[] = [];
    const url = address(this.root, `${thing}/HistoricalLocations`, options);
    for await (const { body } of pages(this.get, url, { root: this.root, limit })) {
      for (const raw of body['value'] as unknown[]) {
        const span = isRecord(raw) ? parseTimeInterval(pick(raw, 'time'), this.zone) : undefined;
        const place = isRecord(raw) ? placeOfLocations(pick(raw, 'Locations'))?.place : undefined;
        if (span?.start !== undefined && place) found.push([span.start, place]);
      }
    }
    return found.slice(0, limit);
  }

  private keep(thing: string, track: Track): void {
    this.tracks.delete(thing);
    this.tracks.set(thing, track);
    if (this.tracks.size > MOST_THINGS) this.tracks.delete(this.tracks.keys().next().value!);
  }

  private rest(thing: string): void {
    if (this.resting.size > MOST_THINGS * 10) this.resting.clear();
    this.resting.set(thing, this.now() + REST);
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
