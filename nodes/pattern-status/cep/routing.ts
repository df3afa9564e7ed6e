/** Which keys an event counts for, and how it comes to them. */
import type { CityEvent } from '../../ecdm/event';
import type { Problem } from '../../ecdm/problem';
import type { ZoneRef } from '../../ecdm/zone';
import type { Core } from './core';
import { Entry } from './entry';
import { Gate, type GateHost } from './gate';
import { keyNameOf, keyOf } from './keys';
import { isConcerned } from './suppression';
import { isCounted, isOfLeftZone } from './zone-states';

/** Events of one key that may wait for the clock. */
const MOST_WAITING = 10_000;
/** The same for a rule that looks around places: there all keys wait together. */
const MOST_WAITING_NEAR = 200_000;
/** So many of them are settled at once when there are too many. */
const GIVEN_UP = 1000;
const MOST_LAG = 24 * 3_600_000;

/** Streams of a key of which it is kept that their events count later than they happened. */
const MOST_MOVED = 100;

/** Events of a key that were too far back to be sorted in. */
interface Moved {
  /** When the last of them counts. */
  time: number;
  /** By stream, when the last of it counts. */
  readonly streams: Map<string, number>;
}

export class Routing {
  /** Events that waited for an earlier form of the rule: they are sorted in anew as soon as something can be told. */
  private anew: CityEvent[] = [];
  /** The first moments of keys that an event made, while silence counts from there: what comes first need not be it. */
  private readonly begins = new WeakMap<Entry, number>();
  /** The last time that an event too far back was moved to. */
  private readonly lastMoved = new WeakMap<Entry, Moved>();
  private hasMoved = false;

  constructor(private readonly core: Core) {
    const { per } = core.definition;
    if (per.by === 'near') core.gate = this.newGate(per.metres ?? 0);
  }

  private newGate(metres: number): Gate {
    const { core } = this;
    const { liveQueue } = this.core;
    const host: GateHost = {
      own: (event, problems) => {
        this.route(event.key, event.keyName, event, problems);
        return core.keys.get(event.key);
      },
      deliver: (entry, event, problems) => this.deliver(entry, event, problems),
      runUpTo: (entry, time) => liveQueue.runUpTo(entry, time),
      forgot: (n, event, problems) => this.forgot(n, event, problems),
    };
    const options = { recent: core.rule.plan.runs?.recent, lateness: core.lateness, beside: core.beside };
    const gate = new Gate(metres, new Entry('', core.states.take()), host, options);
    core.states.reset(core.runner.at(gate.entry), Infinity);
    liveQueue.gate = { entry: gate.entry, pass: (events) => gate.pass(events, core.problems) };
    return gate;
  }

  private forgot(n: number, event: CityEvent, problems: Problem[]): void {
    const { total, words, wall } = this.core;
    total.backDropped += n;
    words.seldom('back', undefined, { n: total.backDropped }, Math.max(event.time, wall), problems);
  }

  /** An event that has come: it counts, unless it is repeated, too late or stamped by a wrong clock. */
  accept(event: CityEvent, place: number, problems: Problem[]): void {
    const { core } = this;
    const stream = core.intake.take(event, place, core.live ? core.wall : -Infinity, problems);
    if (stream < 0) return;
    if (core.suppressors?.has(event.event) === true) this.suppress(event, problems);
    else this.place(event, problems, stream);
  }

  /** The event waits until {@link routeAnew}. */
  keepForLater(event: CityEvent): void {
    this.anew.push(event);
  }

  routeAnew(problems: Problem[]): void {
    if (this.anew.length === 0) return;
    // what was made for a zone that was left is made again
    const events = this.anew.filter((event) => this.core.looksAt.has(event.event) && !isOfLeftZone(event));
    this.anew = [];
    for (const event of events) {
      // what keeps the rule down is known already
      if (this.core.suppressors?.has(event.event) === true) this.tellConcerned(event, problems);
      else this.place(event, problems);
    }
  }

  /** Lets an event count for its key, or its keys. */
  private place(event: CityEvent, problems: Problem[], stream = -1): void {
    const { core } = this;
    const { by, level } = core.definition.per;
    if (by === 'zone') {
      this.routeByZone(level, event, problems);
      return;
    }
    if (core.gate !== undefined) {
      this.waitAtGate(event, problems);
      return;
    }
    const key = keyOf(event, by);
    if (key !== undefined) this.route(key, keyNameOf(event, by), event, problems, stream);
    else {
      core.total.dropped++;
      core.words.add('noKey', event, () => ({}), problems);
    }
  }

  /** A status that keeps others down counts for every key that it is about. */
  private suppress(event: CityEvent, problems: Problem[]): void {
    const { core } = this;
    core.suppressors!.take(event, core.settled);
    this.tellConcerned(event, problems);
  }

  private tellConcerned(event: CityEvent, problems: Problem[]): void {
    const { core } = this;
    for (const entry of core.keys.all()) {
      if (!isConcerned(event.key, entry.key, entry.zones)) continue;
      this.deliver(entry, core.suppressors!.eventOf(entry.key, event), problems);
    }
  }

  /** A key that is new learns what keeps it down. */
  welcome(entry: Entry, zones: readonly ZoneRef[] | undefined, problems: Problem[]): void {
    for (const event of this.core.suppressors?.eventsFor(entry.key, zones) ?? []) this.deliver(entry, event, problems);
  }

  private moveTo(entry: Entry, event: CityEvent, isNew: boolean, problems: Problem[]): void {
    const { core } = this;
    const before = entry.zones;
    if (!core.whereabouts.take(entry, event)) return;
    // what is raised and has moved is to be told, though nothing more happens
    if (entry.told !== undefined) core.schedule(entry);
    if (core.suppressors === undefined || isNew) return;
    for (const told of core.suppressors.moved(entry.key, before, entry.zones, event.time))
      this.deliver(entry, told, problems);
  }

  /**
   * Once for each zone that the event lies in, and where its state is over. Outside of all zones is no mistake; nothing of
   * zones at all is: nobody has looked in which it lies.
   */
  private routeByZone(level: string | undefined, event: CityEvent, problems: Problem[]): void {
    const { zones = [], kind } = event;
    const { words, wall } = this.core;
    if (event.zones === undefined && (kind === 'point' || kind === 'begin'))
      words.seldom('noZones', event, {}, Math.max(event.time, wall), problems);
    let found = false;
    for (let i = 0; i < zones.length; i++) {
      if (!isCounted(zones, i, level)) continue;
      found = true;
      this.route(zones[i]!.id, zones[i]!.name, event, problems);
    }
    if (kind !== 'point' && this.tellElsewhere(event, problems)) found = true;
    if (!found) this.core.total.dropped++;
  }

  /** Lets zones that an event does not name know what it says of the state there. @returns whether there are any */
  private tellElsewhere(event: CityEvent, problems: Problem[]): boolean {
    const { keys, zoneStates } = this.core;
    const elsewhere = zoneStates!.take(event);
    for (const { zone, event: told } of elsewhere) {
      const entry = keys.get(zone);
      // not routed: in which zones the key lies is not to be learned from an event that lies elsewhere
      if (entry !== undefined) this.deliver(entry, told, problems);
    }
    return elsewhere.length > 0;
  }

  /** An event that has a place waits until its time is settled: only then it is known which first events are near. */
  private waitAtGate(event: CityEvent, problems: Problem[]): void {
    const { core } = this;
    const { entry, time } = core.gate!;
    // what ends is over wherever that is
    if (event.place === undefined && event.kind !== 'end') {
      core.total.dropped++;
      core.words.add('noPlace', event, () => ({}), problems);
    } else if (event.time <= time) core.gate!.pass([event], problems);
    else {
      core.liveQueue.add(entry, event, core.wall);
      if (entry.waits > MOST_WAITING_NEAR) this.giveUpWaiting(entry, event, problems);
    }
  }

  private route(key: string, name: string | undefined, event: CityEvent, problems: Problem[], stream = -1): void {
    const { core } = this;
    const known = stream < 0 ? -1 : core.seen.slotFor(stream, key);
    if (known >= 0 && this.addAsBefore(known, name, event, problems)) return;
    let entry = known < 0 ? undefined : core.states.entries[known];
    if (entry === undefined) entry = core.keys.get(key);
    const isNew = entry === undefined;
    if (entry === undefined) {
      if (!core.makeRoom(event.time, problems, event)) return;
      entry = core.keys.add(key, event.time);
      if (!core.live) core.queue.queueUp(entry);
      this.beginsAt(entry, event.time);
    }
    if (core.saving !== undefined) core.saving.touch(entry);
    if (core.isTimed && !isNew) this.knowEarlier(entry, event.time);
    if (stream >= 0) core.seen.setSlot(stream, key, entry.slot);
    core.states.use(entry.slot);
    if (name !== undefined) entry.name = name;
    if (event.zones !== undefined && event.zones !== entry.zones) this.moveTo(entry, event, isNew, problems);
    if (isNew && core.suppressors !== undefined) this.welcome(entry, entry.zones, problems);
    if (core.live && core.wall > -Infinity) entry.lag = Math.min(MOST_LAG, Math.max(0, core.wall - event.time));
    this.deliver(entry, event, problems);
  }

  /** The key is known from `time` on, because of an event of its own. */
  beginsAt(entry: Entry, time: number): void {
    if (this.core.isTimed) this.begins.set(entry, Math.min(time, this.begins.get(entry) ?? Infinity));
  }

  /** Of two branches one delivers after the other: what happened first may come later. */
  private knowEarlier(entry: Entry, time: number): void {
    const { core } = this;
    const known = this.begins.get(entry);
    if (known === undefined || time >= known || core.states.time(entry.slot) > -Infinity) return;
    this.begins.set(entry, time);
    core.states.reset(core.runner.at(entry), time);
    core.schedule(entry);
  }

  /**
   * Nothing is to be learned from the event but that it happened: the key need not be looked at until its time is settled.
   * @returns false where that is not so
   */
  private addAsBefore(slot: number, name: string | undefined, event: CityEvent, problems: Problem[]): boolean {
    const { core } = this;
    if (core.live || core.gate !== undefined || core.saving !== undefined) return false;
    const { zones, time } = event;
    if (time <= core.runner.latest || (core.isTimed && core.states.time(slot) === -Infinity)) return false;
    if (this.hasMoved && this.isMoved(core.states.entries[slot]!)) return false;
    if (name !== undefined || zones !== undefined) {
      const entry = core.states.entries[slot]!;
      if ((name !== undefined && name !== entry.name) || (zones !== undefined && zones !== entry.zones)) return false;
    }
    core.states.use(slot);
    const waits = core.replayQueue.add(slot, event, core.wall);
    if (waits > MOST_WAITING) this.giveUpWaiting(core.states.entries[slot]!, event, problems);
    return true;
  }

  private deliver(entry: Entry, event: CityEvent, problems: Problem[]): void {
    const { core } = this;
    if (core.saving !== undefined) core.saving.touch(entry);
    const settled = core.states.time(entry.slot);
    const counted = this.hasMoved ? this.behindMoved(entry, event) : event;
    if (event.time <= settled) core.total.behind++;
    if (counted.time > settled) {
      const { queue } = this.core;
      if (queue === core.liveQueue) queue.add(entry, counted, core.wall);
      else core.replayQueue.add(entry.slot, counted, core.wall);
      if (core.waitsFor(entry) > MOST_WAITING) this.giveUpWaiting(entry, event, problems);
      return;
    }
    if (core.takeBehind(entry, counted)) core.liveQueue.isChanged(entry);
    // too far back to be sorted in: it counts from now on, so near that order is kept without an hour being moved
    else core.wait(entry, { ...event, time: this.moved(entry, event, settled) }, core.wall);
    core.schedule(entry);
  }

  /**
   * What was too far back counts later than it happened: what comes after it in its stream must not count before it, but
   * just after it, so that a stream that is always late has its own times again once it has come so far.
   */
  private behindMoved(entry: Entry, event: CityEvent): CityEvent {
    const streams = this.lastMoved.get(entry)?.streams;
    const moved = streams?.get(event.stream);
    if (moved === undefined) return event;
    if (event.time > moved) {
      streams!.delete(event.stream);
      return event;
    }
    streams!.set(event.stream, moved + 1);
    return { ...event, time: moved + 1 };
  }

  private isMoved(entry: Entry): boolean {
    return (this.lastMoved.get(entry)?.streams.size ?? 0) > 0;
  }

  /** No two at the same time: of those the end would count before its begin. */
  private moved(entry: Entry, { stream }: CityEvent, settled: number): number {
    this.hasMoved = true;
    let moved = this.lastMoved.get(entry);
    if (moved === undefined) this.lastMoved.set(entry, (moved = { time: -Infinity, streams: new Map() }));
    moved.time = Math.max(settled, moved.time) + 1;
    if (moved.streams.size < MOST_MOVED) moved.streams.set(stream, moved.time);
    return moved.time;
  }

  private giveUpWaiting(entry: Entry, event: CityEvent, problems: Problem[]): void {
    const { core } = this;
    if (core.queue === core.liveQueue) core.liveQueue.step(entry);
    else core.replayQueue.giveUp(entry, GIVEN_UP);
    core.words.seldom('waiting', event, { n: MOST_WAITING }, Math.max(event.time, core.wall), problems);
  }
}
