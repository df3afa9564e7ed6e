/**
 * A flood of alarms: more than a person can look at (EEMUA 191: above ten in ten minutes). While it lasts one summary
 * tells more than each of them; its end is told, too.
 */
const FLOOD_WITHIN = 600_000;
/** While it lasts, what has come since is summed up again after so long. */
const AGAIN = 1_800_000;
/** Different zones that are counted. */
const MOST_ZONES = 200;

export interface FloodState {
  /** Times, and where, of the newest alarms: one more than makes a flood. */
  newest: [at: number, where: string][];
  /** Wall clock of its first alarm, while it lasts. */
  since?: number;
  /** Of the last summary. */
  summed?: number;
  /** Alarms since its beginning, and where. */
  total: number;
  zones: [where: string, count: number][];
}

export class Flood {
  state: FloodState = { newest: [], total: 0, zones: [] };

  /** @param limit more than so many within ten minutes are one; 0: never */
  constructor(private readonly limit: number) {}

  get lasts(): boolean {
    return this.state.since !== undefined;
  }

  /** Counts an alarm that somebody is to be told of. */
  count(now: number, where: string): void {
    if (this.limit === 0) return;
    const { state } = this;
    state.newest.push([now, where]);
    if (state.newest.length > this.limit + 1) state.newest.shift();
    if (this.lasts) this.add(where);
  }

  /**
   * Is this the moment at which one begins?
   * @param places where the alarms are that would be told now
   */
  begins(now: number, places: readonly string[]): boolean {
    const { state } = this;
    if (this.limit === 0 || this.lasts || this.within(now) + places.length <= this.limit) return false;
    const lately = state.newest.filter(([at]) => at > now - FLOOD_WITHIN);
    state.since = lately[0]?.[0] ?? now;
    state.summed = now;
    for (const [, where] of lately) this.add(where);
    for (const where of places) this.count(now, where);
    return true;
  }

  /** When it is over: half as many within the time as make one. `undefined` where there is none. */
  endsAt(): number | undefined {
    if (!this.lasts) return undefined;
    const { newest } = this.state;
    const [at] = newest[newest.length - 1 - Math.floor(this.limit / 2)] ?? [-Infinity];
    return at + FLOOD_WITHIN;
  }

  /** When what has come since the last summary is told. */
  get nextSummary(): number {
    return (this.state.summed ?? -Infinity) + AGAIN;
  }

  summed(now: number): void {
    this.state.summed = now;
  }

  /** @returns what it was */
  end(): Pick<FloodState, 'since' | 'total' | 'zones'> {
    const { since, total, zones } = this.state;
    this.state = { newest: this.state.newest, total: 0, zones: [] };
    return { since, total, zones };
  }

  /** The clock was set back: nothing may lie ahead of it. */
  clamp(now: number): void {
    const { state } = this;
    state.newest = state.newest.map(([at, where]) => [Math.min(at, now), where]);
    if (state.since !== undefined) state.since = Math.min(state.since, now);
    if (state.summed !== undefined) state.summed = Math.min(state.summed, now);
  }

  private within(now: number): number {
    return this.state.newest.filter(([at]) => at > now - FLOOD_WITHIN).length;
  }

  private add(where: string): void {
    const { state } = this;
    state.total++;
    const known = state.zones.find(([one]) => one === where);
    if (known !== undefined) known[1]++;
    else if (state.zones.length < MOST_ZONES) state.zones.push([where, 1]);
  }
}
