/**
 * The life of one rule for one key, in event time: idle, pending (`for` not yet reached), open, not known.
 *
 * Readings of the last L (the rule's lateness) are remembered with the state after each of them. A late one is put in
 * its place and everything after it is judged again; what comes out differently is sent in addition. Deadlines that
 * the clock fired before a reading of an earlier time arrived are corrected the same way.
 *
 * When things happen: a state with `for` begins at first-true + for (not at the reading that shows it). A silence is
 * known, and a state with "end at a gap" ends, at last reading + gap. A reading without value makes an open state
 * unknown at its own time.
 */
import { eventId, RANK_AT_ONCE, type CityEvent, type EventKind } from '../../ecdm/event';
import type { Observation, Place, Value } from '../../ecdm/observation';
import type { ZoneRef } from '../../ecdm/zone';
import { identityOf, streamId } from './changed';
import { TRUE, UNKNOWN } from './condition';
import { copyState, fill, finite, freshState, pack, Phase, unpack, type Entry, type PackedState, type Reading, type State } from './entry';
import { Recent, type PackedEntry } from './recent';
import { GAP_INTERVALS, type Rule } from './rule';

/** Intervals that are observed before the usual one is settled. */
const OBSERVED_INTERVALS = 15;

/** What a stream tells the engine. */
export interface StreamHost {
  emit(event: CityEvent): void;
  unitProblem(stream: Stream, unit: string | undefined): void;
  valueProblem(stream: Stream, value: Value): void;
}

interface Change {
  kind: EventKind;
  time: number;
  entry: Entry | undefined;
  source: readonly string[];
}

/** An event that was sent and can still be overtaken by a late reading. */
interface Sent {
  kind: EventKind;
  time: number;
  /** The time that stood in it, see {@link Stream.tellAt}. */
  told: number;
}

/** Events that are told of one moment, a millisecond apart at most; then only that it has ended. */
const MOST_AT_ONCE = 100;


export class Stream {
  readonly state: State = freshState();
  /** Deadline under which the stream lies in the engine's heap. */
  armedAt = Infinity;
  /** Usual interval between readings, told or observed. */
  interval: number | undefined;
  /** The interval was told by the source or the domain, not observed. */
  intervalKnown = false;
  /** Restored after a restart and not heard of since. */
  restored = false;
  /** Silence counts from this moment at the earliest: after a restart the sources get time to speak again. */
  watchedFrom = -Infinity;
  keyName: string | undefined;
  property: string | undefined;
  /** Zones of the stream itself, where it is a zone's. */
  zones: readonly ZoneRef[] | undefined;
  unitTold = false;
  /** Where a reading is a result over a window: the ids behind the result at this time. */
  sourcesAt: ((time: number) => readonly string[]) | undefined;

  private unit: string | undefined;
  private limits: Float64Array | null | undefined;
  private readonly recent = new Recent();
  private newest = -Infinity;
  /** Latest deadline that was fired. */
  private fired = -Infinity;
  private sent: Sent[] = [];
  private changes: Change[] = [];
  private silences: number[] = [];
  /** What was told of the interval that is open: its begin and, while nothing is known of it, that. */
  private begun: CityEvent | undefined;
  private unknown: CityEvent | undefined;

  /**
   * @param datastream Datastream, or the name of the group, for problems and for the stream's name
   * @param shared another stream of the rule has the same key: the Datastream becomes part of the identity
   */
  constructor(
    readonly rule: Rule,
    readonly key: string,
    readonly datastream: string,
    readonly shared: boolean,
    private readonly host: StreamHost,
  ) {}

  /** Time of the newest reading. */
  get newestTime(): number {
    return this.newest;
  }

  /** How long a silence must be to count as a gap. */
  get gap(): number {
    return this.rule.gapAfter ?? (this.interval === undefined ? Infinity : this.interval * GAP_INTERVALS);
  }

  /** True where a reading of this time is later than can be sorted in. */
  isTooLate(time: number): boolean {
    return time < this.newest - this.rule.lateness || (time < this.newest && time < this.recent.baseTime);
  }

  /** Judges a reading. The caller has asked {@link isTooLate}. */
  read(o: Observation): void {
    this.take(o, undefined);
  }

  /** Judges a result over several readings; `null` where there were none with a value. */
  readResult(
    time: number,
    value: Value,
    unit: string | undefined,
    id: string,
    source: readonly string[] | undefined,
    o?: Observation,
  ): void {
    const zones = o?.zones ?? this.zones;
    this.take({ time, timeEnd: undefined, value, unit, quality: undefined, id, place: o?.place, zones }, source);
  }

  private take(reading: Reading, source: readonly string[] | undefined): void {
    const { time } = reading;
    this.restored = false;
    this.watchedFrom = -Infinity;
    if (time >= this.newest && time > this.fired) {
      if (!this.intervalKnown && this.silences.length < OBSERVED_INTERVALS && time > this.newest) this.observe(time - this.newest);
      this.fireBefore(time);
      // before the place of the last reading is used again
      if (this.changes.length > 0) this.flush();
      this.newest = time;
      const entry = this.recent.append(time - this.rule.lateness);
      fill(entry, reading, source);
      this.step(entry, this.state, true);
      copyState(this.state, entry.after);
      if (this.changes.length > 0) this.flush();
      return;
    }
    this.insert(reading, source);
  }

  /** Replaces the results from `time` on, before a late reading that changed their windows is judged. */
  restate(time: number, result: (at: number) => Value): void {
    for (let i = this.recent.size - 1; i >= 0; i--) {
      const entry = this.recent.at(i);
      if (entry.time < time) return;
      entry.value = result(entry.time);
    }
  }

  // ---- deadlines

  /** Next moment at which something happens without a reading; `Infinity` when nothing is waited for. */
  deadline(state: State = this.state): number {
    switch (state.phase) {
      case Phase.Pending:
        return Math.min(state.since + this.rule.lasting, state.known + this.gap);
      case Phase.Open:
        return Math.max(state.known, this.watchedFrom) + this.gap;
      case Phase.NoData:
        return this.rule.gapEnds ? Math.max(state.known, this.watchedFrom) + this.gap : Infinity;
      default:
        return Infinity;
    }
  }

  /** Fires what was due before `until`; called when event time has passed it. */
  fireUntil(until: number): void {
    this.fireBefore(until);
    if (this.changes.length > 0) this.flush();
  }

  /**
   * Nothing leads to it any more: what is open ends. What may be led to it later begins afresh.
   * @param now event time at which that was noticed
   */
  end(now: number): void {
    const { phase, knownId } = this.state;
    if (phase > Phase.Pending && !this.rule.point) {
      this.fired = Math.max(now, this.newest + 1, this.fired + 1);
      this.change('end', this.fired, undefined, knownId === '' ? NONE : [knownId]);
      this.flush();
    }
    copyState(freshState(), this.state);
    this.recent.clear(this.state, this.newest);
  }

  private fireBefore(time: number): void {
    // an open or pending state has at most three deadlines in a row
    for (let i = 0; i < 4; i++) {
      const due = this.deadline();
      if (!(due < time)) return;
      this.fired = Math.max(this.fired, due);
      this.fire(this.state, due);
    }
  }

  private fire(state: State, due: number): void {
    const source = state.knownId === '' ? NONE : [state.knownId];
    const { point, lasting } = this.rule;
    if (state.phase === Phase.Pending) {
      if (state.since + lasting === due) {
        state.phase = Phase.Open;
        if (!point) this.change('begin', due, this.recent.lastUntil(due), state.sinceId === state.knownId ? source : [state.sinceId, state.knownId]);
      } else {
        state.phase = Phase.Idle;
        state.bits = 0;
      }
      return;
    }
    const ends = this.rule.gapEnds || point;
    state.phase = ends ? Phase.Idle : Phase.NoData;
    // the limit for coming back counts only while the state is known to go on
    if (ends) state.bits = 0;
    if (!point) this.change(ends ? 'end' : 'nodata', due, undefined, source);
  }

  // ---- judging

  private step(entry: Entry, state: State, tell: boolean): void {
    const truth = this.judge(entry, state, tell);
    const { point, lasting } = this.rule;
    if (truth === UNKNOWN) {
      if (state.phase === Phase.Open && !point) {
        state.phase = Phase.NoData;
        this.change('nodata', entry.time, entry, NONE);
      }
      return;
    }
    state.known = entry.time;
    state.knownId = entry.id;
    if (truth === TRUE) {
      if (state.phase === Phase.Idle) {
        state.since = entry.time;
        state.sinceId = entry.id;
        state.phase = Phase.Pending;
      }
      if (state.phase === Phase.Pending && entry.time >= state.since + lasting) {
        state.phase = Phase.Open;
        if (!point) this.change('begin', entry.time, entry, lasting > 0 ? [state.sinceId, entry.id] : NONE);
      } else if (state.phase === Phase.NoData) {
        state.phase = Phase.Open;
        this.change('begin', entry.time, entry, NONE);
      }
      if (point && state.phase === Phase.Open) this.change('point', entry.time, entry, NONE);
      return;
    }
    if (state.phase > Phase.Pending && !point) this.change('end', entry.time, entry, NONE);
    state.phase = Phase.Idle;
  }

  /** The unit of its newest reading cannot be compared with that of the limit. */
  get isIncomparable(): boolean {
    return this.limits === null;
  }

  private judge(entry: Entry, state: State, tell: boolean): number {
    // a reading without value tells nothing about the unit either
    if (entry.value !== null && (this.limits === undefined || entry.unit !== this.unit)) {
      this.unit = entry.unit;
      this.limits = this.rule.limitsFor(entry.unit, this.property);
      if (this.limits === null && tell) this.host.unitProblem(this, entry.unit);
    }
    if (this.limits === null) return UNKNOWN;
    const { condition } = this.rule;
    // hysteresis is about the end of a state: a moment has none
    const bits = this.rule.point ? 0 : state.bits;
    const truth = condition.evaluate(entry.value, entry.quality, entry.time, this.limits ?? NO_LIMITS, bits);
    state.bits = condition.bits;
    if (condition.fault && tell) this.host.valueProblem(this, entry.value);
    return truth;
  }

  private change(kind: EventKind, time: number, entry: Entry | undefined, source: readonly string[]): void {
    this.changes.push({ kind, time, entry, source });
  }

  private flush(): void {
    for (let i = 0; i < this.changes.length; i++) {
      const change = this.changes[i]!;
      this.send(change, this.isBack(change));
    }
    this.changes.length = 0;
  }

  /** Of one moment something else was said last. */
  private isBack({ kind, time }: Change): boolean {
    const last = this.sent.at(-1);
    if (last?.time !== time || last.kind === kind) return false;
    return kind === 'end' || this.sent.at(-MOST_AT_ONCE)?.time !== time;
  }

  /** @param again it may be the same word about the same moment, under another id: a correction of a correction */
  private send(change: Change, again = false): void {
    const { kind, time, entry } = change;
    let before = 0;
    for (let i = this.sent.length - 1; i >= 0 && this.sent[i]!.time >= time; i--) {
      if (this.sent[i]!.time === time && this.sent[i]!.kind === kind) before++;
    }
    // the same id is never sent twice
    if (before > 0 && !again) return;
    const told = this.tellAt(kind, time);
    this.remember({ kind, time, told });
    const { rule } = this;
    const source = change.source.length > 0 ? change.source : this.sourceOf(entry);
    const identity = identityOf(this.key, this.datastream, this.shared);
    const event: CityEvent = {
      id: eventId(rule.id, identity, kind, time) + (before === 0 ? '' : `|${before + 1}`),
      event: rule.id,
      name: rule.name,
      domain: rule.domain,
      key: this.key,
      keyName: this.keyName,
      stream: streamId(rule.id, this.datastream),
      property: this.property,
      time: told,
      timeEnd: kind === 'point' ? entry?.timeEnd : undefined,
      place: entry?.place ?? this.lastPlace,
      zones: entry?.zones ?? this.zones ?? this.lastZones,
      value: entry === undefined ? undefined : rule.condition.shown(entry.value),
      unit: entry?.unit,
      limit: kind === 'begin' || kind === 'point' ? rule.limit : undefined,
      kind,
      source,
    };
    this.note(event);
    this.host.emit(event);
  }

  /**
   * The time that an event is told to have: a millisecond later than what it follows, where a rule would take it for what
   * came before. Two readings of one second may begin and end a state, and a late one may take back a begin.
   */
  private tellAt(kind: EventKind, time: number): number {
    let told = time;
    for (let i = this.sent.length - 1; i >= 0; i--) {
      const before = this.sent[i]!;
      if (before.time < time - MOST_AT_ONCE) break;
      if (before.time > time || before.told < told) continue;
      told = RANK_AT_ONCE[kind] < RANK_AT_ONCE[before.kind] ? before.told + 1 : before.told;
    }
    return told;
  }

  private note(event: CityEvent): void {
    switch (event.kind) {
      case 'begin':
        // known again it is the same interval; else a late reading has corrected its begin
        if (this.unknown === undefined || this.begun === undefined) this.begun = event;
        this.unknown = undefined;
        break;
      case 'nodata':
        this.unknown = event;
        break;
      default:
        this.begun = this.unknown = undefined;
    }
  }

  /** What was told of the interval that is open, to be said again to who has not heard it. */
  get open(): readonly CityEvent[] {
    if (this.state.phase <= Phase.Pending || this.begun === undefined) return [];
    return this.unknown === undefined ? [this.begun] : [this.begun, this.unknown];
  }

  private sourceOf(entry: Entry | undefined): readonly string[] {
    if (entry === undefined) return NONE;
    return entry.source ?? this.sourcesAt?.(entry.time) ?? [entry.id];
  }

  private get lastPlace(): Place | undefined {
    return this.recent.last?.place;
  }

  private get lastZones(): readonly ZoneRef[] | undefined {
    return this.recent.last?.zones;
  }

  /** Keeps the sent events in order of time, and only as long as a late reading can touch them. */
  private remember(sent: Sent): void {
    let at = this.sent.length;
    while (at > 0 && this.sent[at - 1]!.time > sent.time) at--;
    this.sent.splice(at, 0, sent);
    if (this.sent.length > 16 && this.sent[8]!.time < this.recent.baseTime) {
      this.sent = this.sent.filter(({ time }) => time >= this.recent.baseTime);
    }
  }

  /** Puts a reading between those that are remembered and judges again from there. */
  private insert(reading: Reading, source: readonly string[] | undefined): void {
    const newest = Math.max(reading.time, this.newest);
    const at = this.recent.insert(reading, source, newest - this.rule.lateness);
    this.newest = newest;
    this.rejudge(at, at);
  }

  /** Judges again from the reading at `from` on; sends what is new and corrects what no longer holds. */
  private rejudge(from: number, told: number): void {
    const { recent } = this;
    const startTime = from > 0 ? recent.at(from - 1).time : recent.baseTime;
    const start = from > 0 ? recent.at(from - 1).after : recent.base;
    const initial = start.phase;
    copyState(start, this.state);
    const reached = this.fired;
    for (let i = from; i < recent.size; i++) {
      const entry = recent.at(i);
      this.fireBefore(entry.time);
      this.step(entry, this.state, i === told);
      copyState(this.state, entry.after);
    }
    // what the clock had already passed stays passed
    this.fireBefore(reached + 1);
    const now = this.changes;
    this.changes = [];
    if (!this.rule.point) this.correct(now, startTime, initial);
    for (const change of now) this.send(change);
  }

  private correct(now: Change[], after: number, initial: Phase): void {
    const retracted = this.sent.filter(
      ({ kind, time }, i) =>
        // of several words about one moment the last one counts
        time > after && this.sent[i + 1]?.time !== time && !now.some((change) => change.kind === kind && change.time === time),
    );
    for (const { kind, time } of retracted) {
      let actual: EventKind = initial === Phase.Open ? 'begin' : initial === Phase.NoData ? 'nodata' : 'end';
      for (const change of now) if (change.time <= time) actual = change.kind;
      if (actual !== kind) this.send({ kind: actual, time, entry: this.recent.lastUntil(time), source: NONE }, true);
    }
  }

  // ---- the usual interval

  private observe(interval: number): void {
    if (!Number.isFinite(interval)) return;
    this.silences.push(interval);
    if (this.silences.length < 3) return;
    const sorted = [...this.silences].sort((a, b) => a - b);
    this.interval = sorted[sorted.length >> 1];
  }

  /** The interval that the source or the domain states. */
  setInterval(interval: number | undefined): void {
    if (interval === undefined || !(interval > 0)) return;
    this.interval = interval;
    this.intervalKnown = true;
  }

  // ---- for snapshots

  save(): StreamSnapshot {
    const { base, baseTime } = this.recent;
    return {
      key: this.key,
      datastream: this.datastream,
      shared: this.shared,
      keyName: this.keyName,
      property: this.property,
      zones: this.zones,
      interval: this.interval,
      intervalKnown: this.intervalKnown,
      silences: this.silences,
      state: pack(this.state),
      base: pack(base),
      baseTime: finite(baseTime),
      newest: finite(this.newest),
      fired: finite(this.fired),
      sent: this.sent.filter(({ time }) => time >= baseTime),
      ...(this.begun === undefined ? {} : { open: this.open }),
      entries: this.recent.save(),
    };
  }

  load(kept: StreamSnapshot): void {
    this.keyName = kept.keyName ?? undefined;
    this.property = kept.property ?? undefined;
    this.zones = kept.zones ?? undefined;
    this.interval = kept.interval ?? undefined;
    this.intervalKnown = kept.intervalKnown;
    this.silences = [...kept.silences];
    copyState(unpack(kept.state), this.state);
    this.newest = kept.newest ?? -Infinity;
    this.fired = kept.fired ?? -Infinity;
    this.sent = kept.sent.map(({ kind, time, told = time }) => ({ kind, time, told }));
    [this.begun, this.unknown] = kept.open ?? [];
    this.recent.load(kept.base, kept.baseTime, kept.entries);
    this.restored = true;
  }
}

export interface StreamSnapshot {
  key: string;
  datastream: string;
  shared: boolean;
  keyName: string | undefined;
  property: string | undefined;
  zones: readonly ZoneRef[] | undefined;
  interval: number | undefined;
  intervalKnown: boolean;
  silences: number[];
  state: PackedState;
  base: PackedState;
  baseTime: number | null;
  newest: number | null;
  fired: number | null;
  /** The first versions did not write what was told. */
  sent: (Omit<Sent, 'told'> & Partial<Sent>)[];
  /** See {@link Stream.open}; the first versions did not write it. */
  open?: readonly CityEvent[];
  entries: PackedEntry[];
}

const NO_LIMITS = new Float64Array(0);
const NONE: readonly string[] = Object.freeze([]);
