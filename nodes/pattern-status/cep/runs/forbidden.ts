/** What must not happen: whether something of it does, at a moment and for the runs of a key. */
import type { CityEvent } from '../../../ecdm/event';
import type { Place } from '../../../ecdm/observation';
import { isWithin } from '../../../ecdm/sphere';
import { EventOperator } from '../event-operator';
import { FALSE, type Operator } from '../operators';
import type { PatternState } from '../state';
import type { RunBox } from './box';
import type { Bound } from './compare';
import type { Ending } from './end';
import type { RecentEvents } from './recent';
import type { Guard, Program } from './step';
import { fits } from './take';

export class Forbidden implements Ending {
  private state!: PatternState;
  private box!: RunBox;
  private t = 0;

  constructor(
    private readonly symbols: readonly Operator[],
    private readonly program: Program,
    /** Of a rule that looks around places, what must not have happened before. */
    private readonly recent: RecentEvents | undefined,
  ) {}

  /** All that is asked from here on is about this key and moment. */
  look(state: PatternState, box: RunBox, t: number): void {
    this.state = state;
    this.box = box;
    this.t = t;
  }

  /** Whether a state that must not be is there at present. */
  isHeldNow(): boolean {
    return this.program.forbidden.some((symbol) => this.symbols[symbol]!.level !== FALSE);
  }

  /** Inside `near` only what happens near the first event counts; states of other places are not known here. */
  forbids(guard: Guard, since: number, bound: Bound | undefined): boolean {
    if (this.t <= since) return false;
    const symbol = this.symbols[guard.symbol]!;
    if (symbol.count === 0) return false;
    if (!(symbol instanceof EventOperator)) return true;
    return symbol.found!.some((event) => !this.has(guard, bound, event) && this.counts(guard, event, bound));
  }

  isHeld(guard: Guard, bound: Bound | undefined): boolean {
    const symbol = this.symbols[guard.symbol]!;
    if (symbol.level === FALSE || this.program.metres !== undefined) return false;
    if (guard.checks.length === 0) return true;
    const active = new Set<CityEvent>();
    symbol.gather(this.state, active);
    for (const event of active) if (!this.has(guard, bound, event) && this.counts(guard, event, bound)) return true;
    return false;
  }

  happened(guard: Guard, back: number, bound: Bound | undefined): boolean {
    const symbol = this.symbols[guard.symbol]!;
    const place = firstPlace(bound);
    if (this.recent !== undefined && place !== undefined && symbol instanceof EventOperator) {
      const counts = (event: CityEvent): boolean =>
        event.event === symbol.event && fits(guard.checks, guard.alias, false, event, bound);
      return this.recent.some(place, this.t - back, this.t, counts);
    }
    if (guard.seen < 0) return symbol.level !== FALSE || symbol.quietFrom(this.state, back) > this.t;
    if (this.isHeld(guard, undefined) || this.forbids(guard, -Infinity, undefined)) return true;
    const seen = this.box.seen[guard.seen]!;
    return seen > -Infinity && this.t - seen <= back;
  }

  private counts(guard: Guard, event: CityEvent, bound: Bound | undefined): boolean {
    const { metres } = this.program;
    const place = firstPlace(bound);
    if (metres !== undefined) {
      // before there is a first event, only its own key is known to be near
      const own = place === undefined && event.key === this.box.key;
      const near = place !== undefined && event.place !== undefined && isWithin(metres, place, event.place);
      if (!own && !near) return false;
    }
    return fits(guard.checks, guard.alias, false, event, bound);
  }

  /** An event that the run itself took at this instant forbids nothing; in an `and`, to the branch that took it. */
  private has(guard: Guard, bound: Bound | undefined, event: CityEvent): boolean {
    const beside = this.program.beside.get(guard);
    for (let at = bound; at !== undefined && at.time === this.t; at = at.before) {
      if (at.event === event && beside?.has(at.step) !== true) return true;
    }
    return false;
  }

  /** When what must not have happened last did; up to its end, if it is a state. */
  remember(): void {
    const { seen } = this.box;
    this.program.lookBack.forEach((guard, i) => {
      if (this.isHeld(guard, undefined)) seen[i] = Infinity;
      else if (this.forbids(guard, -Infinity, undefined)) seen[i] = this.t;
      // it is over at this very moment, which it no longer forbids
      else if (seen[i] === Infinity) seen[i] = this.t - 1;
    });
  }
}

/** Where the first event of a match lies. */
function firstPlace(bound: Bound | undefined): Place | undefined {
  return bound === undefined ? undefined : (bound.first ?? bound).event?.place;
}
