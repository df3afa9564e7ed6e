/**
 * Decides what is told of a key: follows the condition (life.ts), which comes and goes as it likes, and makes statuses
 * of it that come and go as people can bear it: never raised twice, not too often, kept while they flap or are latched.
 */
import type { CityEvent } from '../../ecdm/event';
import type { Status, StatusFlag, StatusState } from '../../ecdm/status';
import type { ZoneRef } from '../../ecdm/zone';
import { noteRaise, type FlappingLimits } from './flapping';
import { isHeld, MOST_EVIDENCE, NORMAL, type Life, type Listener } from './life';
import { writeStatus, type Message, type MessageOptions } from './message';
import { UNKNOWN } from './operators';
import type { ReasonInput } from './reason';
import type { Severities } from './severity';
import { begin, Told, type ToldKey } from './told';

/** So many closed ones are kept to be used again. */
const SPARE = 4096;

const NO_FLAGS: readonly StatusFlag[] = [];

export interface TellerOptions extends MessageOptions {
  updateEvery: number;
  severities: Severities;
  /** By step of the severity, its pattern in words. */
  stepPatterns: readonly string[];
  latched: boolean;
  /** A hand ends it although the condition holds. */
  endsByHand: boolean;
  /** 0: never. */
  remindEvery: number;
  flapping: FlappingLimits | undefined;
  /** All that is told is, whatever it rests on. */
  simulated: boolean;
  /** In which zones a key lay at an event time. */
  zonesAt: (key: ToldKey, time: number) => readonly ZoneRef[] | undefined;
  /** From when on, not before a time, it lies in other zones than were told. */
  movesAt: (key: ToldKey, from: number, told: readonly ZoneRef[] | undefined) => number;
}

const isOfSimulation = ({ simulated }: CityEvent): boolean => simulated === true;

type Kind = ReasonInput['kind'];

export class Teller implements Listener {
  /** The key that is spoken of. */
  subject!: ToldKey;
  out: Status[] = [];
  /** What happens now is simulated. */
  inSimulation = false;
  /** Ids of the statuses that all this rests on. */
  readonly lineage = new Set<string>();

  /** Of statuses that are closed, to be used again: the memory of many that come and go need not be collected. */
  private readonly spare: Told[] = [];

  constructor(private readonly options: TellerOptions) {}

  // ---- what the condition does

  pending(life: Life, t: number): void {
    if (this.subject.told !== undefined) return;
    const told = this.open(life.since, t);
    this.say(told, life, 'pending', 'pending', t);
  }

  raised(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined) this.raise(this.open(life.since, t), life, t);
    else if (told.raised === undefined) this.raisePending(told, life, t);
    else if (told.normal !== undefined) this.again(told, life, t);
    else {
      if (life.since < told.since) told.earlier = life.since;
      if (t >= told.raised) this.regrade(told, life, t);
    }
  }

  changed(life: Life, t: number): void {
    const { told } = this.subject;
    if (told?.raised === undefined || this.apart(told, t)) return;
    told.left = false;
    if (this.join(told)) this.say(told, life, 'updated', 'updated', t);
    else this.update(told, life, t);
  }

  nodata(life: Life, t: number): void {
    const { told } = this.subject;
    if (told?.raised === undefined || this.apart(told, t)) return;
    // known again so shortly that nothing was said of it
    if (!this.join(told) && told.state === 'nodata') return;
    this.say(told, life, 'nodata', 'nodata', t);
  }

  known(life: Life, t: number): void {
    const { told } = this.subject;
    if (told?.raised === undefined || this.apart(told, t)) return;
    if (this.join(told) || t >= this.knownAgain(told, life)) this.say(told, life, 'updated', 'updated', t);
  }

  /**
   * When it is to be told that what was not known is known: a sensor that falls silent and speaks again every second must
   * not be told each time. That nothing is known is told at once.
   */
  private knownAgain(told: Told, life: Life): number {
    if (told.state !== 'nodata' || told.normal !== undefined || life.level === UNKNOWN) return Infinity;
    return told.said + this.options.updateEvery;
  }

  /** When it is to be told that what was told to be over, and waited for a hand, is back. */
  private backAgain(told: Told, life: Life): number {
    if (!told.saidNormal || told.normal !== undefined || told.changed !== undefined) return Infinity;
    return life.level === UNKNOWN ? Infinity : told.said + this.options.updateEvery;
  }

  cleared(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined || told.normal !== undefined) return;
    if (this.apart(told, t)) {
      // two episodes after all: the earlier one is told whole, the later one stays open
      told.earlier = undefined;
      this.past(life, t);
      return;
    }
    this.join(told);
    this.backToNormal(told, life, Math.max(t, told.since), []);
  }

  masked(life: Life, t: number): void {
    const { told } = this.subject;
    // what only waits for a hand has no condition any more that could be kept down
    if (told === undefined || (told.normal !== undefined && this.needsHand(told))) return;
    const flags = raisedOrNot(told, 'suppressed');
    this.close(told, life, Math.max(t, told.said), 'suppressed', flags, { by: life.masked.join(', ') });
  }

  stepped(life: Life, t: number, bits: number): void {
    const { told } = this.subject;
    // found late it may have been raised before it was told
    if (told?.raised === undefined || t < Math.min(told.raised, told.since + this.options.lasting)) return;
    told.steps |= bits;
    told.stepped = Math.max(t, told.said);
    this.regrade(told, life, Math.max(t, told.said));
  }

  /** The rule was deployed anew, with other severities perhaps: what is told of them then is of that time. */
  resumed(key: ToldKey, life: Life, t: number): void {
    const { told } = key;
    if (told?.raised === undefined || this.rankAt(told, life, t) === told.severity) return;
    told.stepped = Math.max(told.stepped, t);
  }

  /** When it is to be told that what is raised has moved to other zones, though nothing more happens there. */
  private movedOn(key: ToldKey, told: Told, life: Life): number {
    if (told.normal !== undefined || told.changed !== undefined || told.earlier !== undefined) return Infinity;
    if (life.level === UNKNOWN) return Infinity;
    return this.options.movesAt(key, told.said + this.options.updateEvery, told.zones);
  }

  // ---- what people and rosters do

  /** @returns whether the status is over; a latched one whose condition holds is when that ends */
  byHand(life: Life, t: number): boolean {
    const { told } = this.subject;
    if (told === undefined) return false;
    const { latched, endsByHand } = this.options;
    if (latched && !endsByHand && told.raised !== undefined && told.normal === undefined) {
      told.released = true;
      return false;
    }
    this.close(told, life, t, 'byHand', raisedOrNot(told, 'by-hand'));
    return true;
  }

  /** The sensor was taken out of the roster: its silence means nothing any more. */
  notExpected(life: Life, t: number): void {
    const { told } = this.subject;
    if (told !== undefined)
      this.close(told, life, Math.max(t, told.said), 'notExpected', raisedOrNot(told, 'not-expected'));
  }

  // ---- what is found late or early

  /** An episode that is over, as it is now that a late event was sorted in. */
  over(life: Life, until: number): void {
    const { told } = this.subject;
    if (told === undefined || told.begun < life.since || told.begun > until) this.past(life, until);
    // of one that was kept and is raised again the end before is known
    else if (told.back === undefined || told.back <= until) this.cleared(life, until);
  }

  /** An episode that is over when it is found; what was told before is not told again. */
  private past(life: Life, until: number): void {
    const { subject } = this;
    if (life.since <= subject.lastUntil) return;
    // one that is kept while the condition comes and goes has it in itself
    if (subject.told?.raised !== undefined && life.since >= subject.told.begun) return;
    if (this.options.latched && subject.told === undefined) {
      // it waits for a hand as if it had been found in time
      const told = this.open(life.since, life.since);
      this.raise(told, this.begun(life), life.since);
      this.backToNormal(told, life, until, []);
      return;
    }
    subject.lastUntil = until;
    const { since } = life;
    const told = begin(new Told(), this.unused(since), since, since, since, this.options.severities.rank(0, 0));
    this.say(told, this.begun(life), 'raised', 'raised', since);
    this.say(told, life, 'cleared', 'cleared', until);
    this.noteSaid(told.stamp);
  }

  /** It was raised by what had happened until then, whatever has come since; of very much only the newest is known. */
  private begun(life: Life): Life {
    const until = life.since + this.options.lasting;
    const evidence = life.evidence.filter(({ time }) => time <= until);
    return evidence.length > 0 ? { ...life, evidence } : life;
  }

  /** The first moment, not before one, that is the identity of no status of the key yet. */
  private unused(since: number): number {
    const { told, lastSaid } = this.subject;
    const first = Math.max(since, lastSaid + 1);
    return first === told?.first ? first + 1 : first;
  }

  /** What follows a status that is closed is told to be later than the last that was said of it. */
  private noteSaid(stamp: number): void {
    const { subject } = this;
    if (stamp > subject.lastUntil && stamp > subject.lastSaid) subject.lastSaid = stamp;
  }

  /**
   * A detection that is certain although its time is not settled: told at once.
   * @param levels steps of which it is certain that their patterns hold, as bits
   */
  early(life: Life, since: number, evidence: CityEvent[], levels: number): void {
    this.raise(this.open(since, since), { ...life, since, count: 1, evidence, levels }, since);
  }

  /** What was told of an open status no longer fits what late events show. */
  corrected(life: Life, t: number): void {
    const { told } = this.subject;
    if (told !== undefined && told.since > t) {
      // told early: what is settled says nothing of it yet
      told.earlier = isHeld(life) ? life.since : undefined;
    } else if (isHeld(life)) this.correctRaised(told, life, t);
    else if (told !== undefined && life.masked.length > 0) this.masked(life, t);
    else if (told !== undefined && life.phase === NORMAL && told.normal === undefined)
      this.backToNormal(told, life, Math.max(t, told.since), ['corrected'], 'corrected');
  }

  private correctRaised(told: Told | undefined, life: Life, t: number): void {
    if (told === undefined) {
      // what was told to be over holds from now on
      this.raise(this.open(life.since <= this.subject.lastUntil ? t : life.since, t), life, t);
    } else if (told.raised === undefined) this.raisePending(told, life, t);
    else if (told.normal !== undefined) this.again(told, life, Math.max(t, told.said));
    else if (life.since < told.since || this.isShorter(told, life)) {
      told.since = Math.min(life.since, Math.max(told.since, told.opened));
      this.repeat(told, life, 'updated', Math.max(t, told.said), []);
    }
    this.correctKnown(this.subject.told!, life, t);
  }

  /** What seemed to have begun earlier, and was told to, was another episode. */
  private isShorter({ since, opened, back, before }: Told, life: Life): boolean {
    return since < opened && since < life.since && back === undefined && before === 0;
  }

  private correctKnown(told: Told, life: Life, t: number): void {
    if (life.level === UNKNOWN && told.state !== 'nodata')
      this.say(told, life, 'nodata', 'nodata', Math.max(t, told.said));
  }

  /** It is not yet clear whether the earlier episode goes on to the one that was told. */
  private apart(told: Told, t: number): boolean {
    return told.earlier !== undefined && t < told.since;
  }

  /** The earlier episode and the one that was told are one. */
  private join(told: Told): boolean {
    if (told.earlier === undefined) return false;
    told.since = told.earlier;
    told.earlier = undefined;
    return true;
  }

  // ---- time

  /** Event time up to which more of the same is not told; undefined where more than the time decides. */
  silentUntil(key: ToldKey): number | undefined {
    const { told } = key;
    const { severities, updateEvery } = this.options;
    if (told?.raised === undefined || told.normal !== undefined || told.earlier !== undefined) return undefined;
    if (!severities.isFixedAt(told.severity)) return undefined;
    if (this.options.movesAt(key, told.said, told.zones) < Infinity) return undefined;
    return told.changed === undefined ? told.said + updateEvery : Infinity;
  }

  /** Next time at which something is to be told although nothing happens. */
  deadline(key: ToldKey, life: Life): number {
    const { told } = key;
    if (told?.raised === undefined) return Infinity;
    const { remindEvery, severities, flapping, updateEvery } = this.options;
    let next = remindEvery > 0 ? told.reminded + remindEvery : Infinity;
    if (told.changed !== undefined) next = Math.min(next, told.changed + steadyAfter(flapping));
    else if (this.isLeft(told)) return told.normal!;
    next = Math.min(next, this.knownAgain(told, life), this.backAgain(told, life), this.movedOn(key, told, life));
    if (severities.isFixedAt(told.severity)) return next;
    const held = told.steps | life.levels;
    const down = Math.max(told.said + updateEvery, told.stepped);
    if (severities.rank(held, down - told.raised) < told.severity) next = Math.min(next, down);
    return Math.min(next, Math.max(told.raised + severities.risesAfter(held, told.severity), told.stepped));
  }

  /** The time that {@link deadline} told has come. */
  due(life: Life, at: number): void {
    const { told } = this.subject;
    if (told?.raised === undefined) return;
    const t = Math.max(at, told.said);
    const { remindEvery, flapping } = this.options;
    if (told.changed !== undefined) {
      if (told.changed + steadyAfter(flapping) <= at) {
        this.steady(told, life, t);
        if (this.subject.told === undefined) return;
      }
    } else if (this.isLeft(told)) return this.close(told, life, t, 'cleared', [], undefined, told.normal);
    if (Math.min(this.knownAgain(told, life), this.backAgain(told, life), this.movedOn(this.subject, told, life)) <= at)
      this.say(told, life, 'updated', 'updated', t);
    if (remindEvery > 0 && told.reminded + remindEvery <= at) {
      told.reminded += remindEvery;
      this.repeat(told, life, this.reminderOf(told, life), t, ['reminder']);
    } else this.regrade(told, life, t);
  }

  /** It waited for a hand, and is no longer to: the rule was changed. */
  private isLeft(told: Told): boolean {
    return told.normal !== undefined && told.changed === undefined && !this.needsHand(told);
  }

  private reminderOf(told: Told, life: Life): Kind {
    if (told.normal === undefined) return life.level === UNKNOWN ? 'reminderUnknown' : 'reminder';
    return told.changed === undefined ? 'reminderLatched' : 'reminderQuiet';
  }

  private steady(told: Told, life: Life, t: number): void {
    told.changed = undefined;
    this.subject.raises = undefined;
    if (told.normal === undefined)
      this.repeat(told, life, life.level === UNKNOWN ? 'steadyUnknown' : 'steady', t, ['steady']);
    else if (this.needsHand(told)) this.say(told, life, 'updated', 'latched', t, ['steady']);
    else {
      const { flapping } = this.options;
      const flags: StatusFlag[] = told.released ? ['steady', 'by-hand'] : ['steady'];
      this.close(told, life, t, flapping ? 'steadyCleared' : 'cleared', flags, { flapping }, told.normal);
    }
  }

  // ---- steps of a status

  private open(since: number, t: number): Told {
    const { subject } = this;
    // an identity that was used is not used again, although a late event shows that the old episode was none or went on
    const begun = Math.max(since, subject.lastUntil + 1);
    const told = this.spare.pop() ?? new Told();
    return (subject.told = begin(told, this.unused(begun), begun, since, t, this.options.severities.rank(0, 0)));
  }

  private raise(told: Told, life: Life, t: number): void {
    const { flapping, severities } = this.options;
    told.raised = told.reminded = t;
    told.severity = severities.rank(life.levels, 0);
    const flaps = this.flaps(t);
    if (flaps) told.changed = t;
    this.say(told, life, 'raised', flaps ? 'flapping' : 'raised', t, [], { flapping });
  }

  /** A late event may have shown that it began earlier than was told. */
  private raisePending(told: Told, life: Life, t: number): void {
    told.since = Math.min(told.since, life.since);
    this.raise(told, life, Math.max(t, told.said));
  }

  /** The condition is back in a status that was kept. */
  private again(told: Told, life: Life, t: number): void {
    told.normal = undefined;
    told.kept = undefined;
    told.back = t;
    if (told.changed !== undefined) told.changed = t;
    else if (this.flaps(t)) {
      // one that is latched stays, and flaps all the same
      told.changed = t;
      this.say(told, life, 'updated', 'flapping', t, [], { flapping: this.options.flapping });
      return;
    }
    this.update(told, life, t);
  }

  /** Whether it stays, although its condition is over, until somebody clears it. */
  private needsHand(told: Told): boolean {
    return this.options.latched && !told.released;
  }

  private flaps(t: number): boolean {
    const { flapping } = this.options;
    return flapping !== undefined && noteRaise((this.subject.raises ??= []), t, flapping);
  }

  private backToNormal(told: Told, life: Life, t: number, flags: StatusFlag[], kind: Kind = 'cleared'): void {
    if (told.raised === undefined) this.close(told, life, t, 'neverRaised', [...flags, 'never-raised']);
    else if (told.changed !== undefined) {
      this.keep(told, life, t);
      told.changed = t;
    } else if (told.released) this.close(told, life, t, 'byHand', [...flags, 'by-hand']);
    else if (this.needsHand(told)) {
      this.keep(told, life, t);
      this.say(told, life, 'updated', 'latched', t, flags);
    } else this.close(told, life, t, kind === 'cleared' && told.left ? 'ruleChanged' : kind, flags);
  }

  private keep(told: Told, life: Life, t: number): void {
    told.normal = t;
    told.before += life.count;
    told.kept = life.evidence.slice(-MOST_EVIDENCE);
  }

  private close(
    told: Told,
    life: Life,
    t: number,
    kind: Kind,
    flags: StatusFlag[],
    more?: ReasonInput['more'],
    until = t,
  ): void {
    const { subject } = this;
    this.say(told, life, 'cleared', kind, t, flags, more, until);
    subject.told = undefined;
    subject.lastUntil = Math.max(subject.lastUntil, t, told.begun);
    this.noteSaid(told.stamp);
    if (this.spare.length < SPARE && told instanceof Told) {
      told.kept = undefined;
      this.spare.push(told);
    }
  }

  /** Something more has happened: told now, if not something was told just before. */
  private update(told: Told, life: Life, t: number): void {
    // of what is not known there is nothing more to tell
    if (life.level === UNKNOWN) return;
    if (told.changed === undefined && t - told.said >= this.options.updateEvery)
      this.say(told, life, 'updated', 'updated', t);
  }

  /** A higher severity is told at once, a lower one when it is time for an update. */
  private regrade(told: Told, life: Life, t: number): void {
    const { severities, stepPatterns, updateEvery } = this.options;
    if (severities.isFixedAt(told.severity)) return;
    const rank = this.rankAt(told, life, t);
    if (rank > told.severity) {
      const steps = severities.because(told.steps | life.levels, t - told.raised!, rank);
      const because = steps.map((step) => stepPatterns[step]!);
      this.repeat(told, life, severityKind('severityUp', told, life), t, [], { because });
    }
    if (rank < told.severity && t - told.said >= updateEvery)
      this.repeat(told, life, severityKind('severityDown', told, life), t, []);
  }

  private rankAt(told: Told, life: Life, t: number): number {
    return this.options.severities.rank(told.steps | life.levels, t - told.raised!);
  }

  /** Says it again in the state that it is in. */
  private repeat(
    told: Told,
    life: Life,
    kind: Kind,
    t: number,
    flags: StatusFlag[],
    more?: ReasonInput['more'],
  ): void {
    const isUnknown = told.state === 'nodata' && told.normal === undefined && life.level === UNKNOWN;
    this.say(told, life, isUnknown ? 'nodata' : 'updated', kind, t, flags, more);
  }

  /**
   * The messages of a status follow each other in time, so that whoever sorts them has them as they were told.
   * @param at when it happened; found late it may lie before what was said meanwhile
   */
  private say(
    told: Told,
    life: Life,
    state: StatusState,
    kind: Kind,
    at: number,
    why: readonly StatusFlag[] = NO_FLAGS,
    more?: ReasonInput['more'],
    until?: number,
  ): void {
    const t = Math.max(at, told.said);
    const stamp = Math.max(t, told.stamp + 1);
    const flags = why.slice();
    if (state === 'updated' || state === 'nodata') {
      const rank = this.rankAt(told, life, t);
      if (rank !== told.severity) flags.push(rank > told.severity ? 'severity-up' : 'severity-down');
      told.severity = rank;
    }
    if (state === 'nodata') flags.push('nodata');
    if (told.changed !== undefined) flags.push('flapping');
    if (told.normal !== undefined && this.options.latched && state !== 'cleared') flags.push('latched');
    told.revision++;
    told.state = state;
    told.said = t;
    told.stamp = stamp;
    told.saidNormal = told.normal !== undefined;
    const evidence = told.kept ?? life.evidence;
    told.simulated ||= evidence.length > 0 ? evidence.some(isOfSimulation) : this.inSimulation;
    const zones = (told.zones = this.options.zonesAt(this.subject, t));
    const { first, since, revision, severity } = told;
    const message: Message = {
      first, since, revision, state, severity, time: stamp, now: until ?? t, until, flags, kind,
      count: told.normal === undefined ? told.before + life.count : told.before,
      evidence, more, zones,
    }; // prettier-ignore
    const simulated = told.simulated || this.options.simulated;
    this.out.push(writeStatus(this.options, this.subject, message, this.lineage, simulated));
  }
}

/** Since nobody looks for flapping any more, what flapped before a redeploy is steady at once. */
function steadyAfter(flapping: FlappingLimits | undefined): number {
  return flapping?.steady ?? 0;
}

/** What is over, or not known, is not told as if it went on. */
function severityKind(kind: 'severityUp' | 'severityDown', { normal, changed }: Told, { level }: Life): Kind {
  if (normal !== undefined) return changed === undefined ? `${kind}Latched` : `${kind}Quiet`;
  return level === UNKNOWN ? `${kind}Unknown` : kind;
}

/** One that was only pending says so in the end: nobody was told that it is raised. */
function raisedOrNot(told: Told, flag: StatusFlag): StatusFlag[] {
  return told.raised === undefined ? ['never-raised', flag] : [flag];
}
