/** Where a rule looks around places: events wait together, and go to the keys around them in the order of time. */
import type { CityEvent } from '../../ecdm/event';
import type { Problem } from '../../ecdm/problem';
import type { Entry } from './entry';
import { NearRouter } from './runs/near';
import type { RecentEvents } from './runs/recent';

/** What a gate needs of the engine. */
export interface GateHost {
  /** Gives an event to its own key. @returns the key, if there is room for it */
  own(event: CityEvent, problems: Problem[]): Entry | undefined;
  deliver(entry: Entry, event: CityEvent, problems: Problem[]): void;
  /** Runs what waits for a key up to a time. */
  runUpTo(entry: Entry, time: number): void;
  /** So many events that must not have happened before were given up. */
  forgot(n: number, event: CityEvent, problems: Problem[]): void;
}

export interface GateOptions {
  /** What must not have happened before, where the rule asks for it. */
  readonly recent: RecentEvents | undefined;
  /** Milliseconds by which an event may come behind others. */
  readonly lateness: number;
  /** Events that clear, or change the severity: they concern what is open. */
  readonly beside: ReadonlySet<string>;
}

export class Gate {
  readonly router: NearRouter<Entry>;
  /** The moment that was passed on last. */
  time = -Infinity;

  constructor(
    metres: number,
    /** In the queue it is one key, and the first of all. */
    readonly entry: Entry,
    private readonly host: GateHost,
    readonly options: GateOptions,
  ) {
    this.router = new NearRouter(metres);
  }

  /** The events of one moment go to their own keys and to those around them. */
  pass(events: readonly CityEvent[], problems: Problem[]): void {
    const { router, host, options } = this;
    const { time } = events[0]!;
    if (time > this.time) this.time = time;
    const touched = new Set<Entry>();
    const fresh = events.filter((event) => router.isNew(event));
    // before any key is run: it may be the first event of this very moment that they must not lie near to
    const forgotten = options.recent?.take(fresh, this.time - options.lateness) ?? 0;
    if (forgotten > 0) host.forgot(forgotten, events[0]!, problems);
    for (const event of fresh) {
      const own = host.own(event, problems);
      if (own === undefined) continue;
      touched.add(own);
      router.arrive(own, event.place!);
    }
    for (const event of fresh) {
      const around = router.around(event.place!);
      if (options.beside.has(event.event)) for (const entry of router.raised.around(event.place!)) around.add(entry);
      for (const entry of around) {
        if (entry.key === event.key) continue;
        touched.add(entry);
        host.deliver(entry, event, problems);
      }
    }
    for (const entry of touched) host.runUpTo(entry, time);
  }
}
