import { RANK_AT_ONCE, type CityEvent } from '../../ecdm/event';
import type { ZoneRef } from '../../ecdm/zone';
import type { Life } from './life';
import type { LiveKey } from './live';
import type { Past } from './past';
import type { HasLife } from './states';
import type { Told, ToldKey } from './told';

/** One key of a rule. It is small as long as nothing happens: what most keys do not need is made when it is needed. */
export class Entry implements ToldKey, HasLife {
  name: string | undefined;
  zones: readonly ZoneRef[] | undefined;
  private more: More | undefined;

  constructor(
    readonly key: string,
    /** Place of its state. */
    public slot: number,
  ) {}

  private get made(): More {
    return (this.more ??= new More());
  }

  /** Reads what will be needed of a key of which something is told. @returns something of it */
  touch(): number {
    const { more } = this;
    if (more?.told === undefined) return this.key.length;
    const { told, life } = more;
    const event = life?.evidence[0];
    return (
      this.key.length + told.said + told.before + life!.counted + life!.fell + (event === undefined ? 0 : event.time)
    );
  }

  get life(): Life | undefined {
    return this.more?.life;
  }
  set life(life: Life | undefined) {
    this.made.life = life;
  }

  /** Events that are not settled (live only). */
  get waits(): number {
    return this.more?.waits ?? 0;
  }
  set waits(waits: number) {
    if (waits !== this.waits) this.made.waits = waits;
  }

  /** What is settled and may have to be run again. */
  get past(): Past | undefined {
    return this.more?.past;
  }
  set past(past: Past | undefined) {
    if (past !== undefined || this.more !== undefined) this.made.past = past;
  }

  get told(): Told | undefined {
    return this.more?.told;
  }
  set told(told: Told | undefined) {
    if (told !== undefined || this.more !== undefined) this.made.told = told;
  }

  get lastUntil(): number {
    return this.more?.lastUntil ?? -Infinity;
  }
  set lastUntil(time: number) {
    this.made.lastUntil = time;
  }

  get lastSaid(): number {
    return this.more?.lastSaid ?? -Infinity;
  }
  set lastSaid(time: number) {
    this.made.lastSaid = time;
  }

  get raises(): number[] | undefined {
    return this.more?.raises;
  }
  set raises(raises: number[] | undefined) {
    if (raises !== undefined || this.more !== undefined) this.made.raises = raises;
  }

  /** How long after their event time events come (live only). */
  get lag(): number {
    return this.more?.lag ?? 0;
  }
  set lag(lag: number) {
    if (lag !== this.lag) this.made.lag = lag;
  }

  /** Runs that are open, where the rule keeps any. */
  get runs(): number {
    return this.more?.runs ?? 0;
  }
  set runs(runs: number) {
    if (runs !== this.runs) this.made.runs = runs;
  }

  /** A roster says that it is there. */
  get expected(): boolean {
    return this.more?.expected ?? false;
  }
  set expected(expected: boolean) {
    if (expected !== this.expected) this.made.expected = expected;
  }

  /** What it needs while the wall clock has a say. */
  get live(): LiveKey | undefined {
    return this.more?.live;
  }
  set live(live: LiveKey | undefined) {
    if (live !== undefined || this.more !== undefined) this.made.live = live;
  }
}

class More {
  waits = 0;
  past: Past | undefined = undefined;
  life: Life | undefined = undefined;
  told: Told | undefined = undefined;
  /** End of the last episode that was told. */
  lastUntil = -Infinity;
  /** Event time of the last message of the status before, where that is later. */
  lastSaid = -Infinity;
  raises: number[] | undefined = undefined;
  lag = 0;
  runs = 0;
  expected = false;
  live: LiveKey | undefined = undefined;
}

/** What of an event says when it counts. */
type Moment = Pick<CityEvent, 'id' | 'stream' | 'kind' | 'time'>;

/** The order in which events count; intervals that touch do not overlap. Never by arrival. */
export function isBefore(a: Moment, b: Moment): boolean {
  if (a.time !== b.time) return a.time < b.time;
  const rank = RANK_AT_ONCE[a.kind] - RANK_AT_ONCE[b.kind];
  if (rank !== 0) return rank < 0;
  return a.id !== b.id ? a.id < b.id : a.stream < b.stream;
}
