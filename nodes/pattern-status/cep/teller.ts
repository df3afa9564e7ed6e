/** Says what the life-cycle of a key does: builds the statuses, with identity, revision, rate limit and reason. */
import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';
import type { Place } from '../../ecdm/observation';
import type { Evidence, Status, StatusState } from '../../ecdm/status';
import { formatTime } from '../../ecdm/time';
import type { ZoneRef } from '../../ecdm/zone';
import { areaOf } from './hull';
import { MOST_EVIDENCE, type Life, type Listener } from './life';
import { reasonText, type ReasonInput } from './reason';

/** What was told of a status that is open. */
export interface Told {
  /** First detection when it was first told: fixes the identity. */
  first: number;
  since: number;
  revision: number;
  state: StatusState;
  /** Event time of the last message. */
  said: number;
  /** An earlier episode was found behind one that was told early; it is not yet clear whether both are one. */
  earlier: number | undefined;
}

/** The part of a key that the teller looks at. */
export interface ToldKey {
  readonly key: string;
  name: string | undefined;
  zones: readonly ZoneRef[] | undefined;
  told: Told | undefined;
  /** End of the last episode that was told. */
  lastUntil: number;
}

export interface TellerOptions {
  definition: StatusDefinition;
  /** What the pattern says, in words, where that is more than the names of its events. */
  pattern: string | undefined;
  language: string | undefined;
  timeZone: string | undefined;
  updateEvery: number;
  lasting: number;
}

export class Teller implements Listener {
  /** The key that is spoken of. */
  subject!: ToldKey;
  out: Status[] = [];
  simulated = false;

  constructor(private readonly options: TellerOptions) {}

  pending(life: Life, t: number): void {
    if (this.subject.told === undefined) this.open(life, 'pending', 'pending', t);
  }

  raised(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined) this.open(life, 'raised', 'raised', t);
    else if (told.state === 'pending') this.say(told, life, 'raised', 'raised', t);
    else if (life.since < told.since) told.earlier = life.since;
  }

  changed(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined || told.state === 'pending') return;
    if (this.apart(told, t)) return;
    if (this.join(told) || t - told.said >= this.options.updateEvery) this.say(told, life, 'updated', 'updated', t);
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

  nodata(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined || told.state === 'pending' || this.apart(told, t)) return;
    this.join(told);
    this.say(told, life, 'nodata', 'nodata', t);
  }

  known(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined || told.state === 'pending' || this.apart(told, t)) return;
    if (this.join(told) || told.state === 'nodata') this.say(told, life, 'updated', 'updated', t);
  }

  cleared(life: Life, t: number): void {
    const { subject } = this;
    const { told } = subject;
    if (told === undefined) return;
    if (this.apart(told, t)) {
      // two episodes after all: the earlier one is told whole, the later one stays open
      told.earlier = undefined;
      this.past(life, t);
      return;
    }
    this.join(told);
    const pending = told.state === 'pending';
    const until = Math.max(t, told.since);
    this.say(told, life, 'cleared', pending ? 'neverRaised' : 'cleared', until, pending ? ['never-raised'] : []);
    this.over(told, until);
  }

  byHand(life: Life, t: number): void {
    const { told } = this.subject;
    if (told === undefined) return;
    this.say(told, life, 'cleared', 'byHand', t, ['by-hand']);
    this.over(told, t);
  }

  /** All identities up to here are used. */
  private over(told: Told, until: number): void {
    const { subject } = this;
    subject.told = undefined;
    subject.lastUntil = Math.max(subject.lastUntil, until, told.first);
  }

  /** The sensor was taken out of the roster: its silence means nothing any more. */
  notExpected(life: Life, t: number): void {
    const { subject } = this;
    if (subject.told === undefined) return;
    this.say(subject.told, life, 'cleared', 'notExpected', t, ['not-expected']);
    subject.told = undefined;
    subject.lastUntil = t;
  }

  /** An episode that is over when it is found; what was told before is not told again. */
  past(life: Life, until: number): void {
    const { subject } = this;
    if (life.since <= subject.lastUntil) return;
    subject.lastUntil = until;
    const told: Told = {
      first: life.since,
      since: life.since,
      revision: 0,
      state: 'raised',
      said: until,
      earlier: undefined,
    };
    this.say(told, life, 'raised', 'raised', life.since);
    this.say(told, life, 'cleared', 'cleared', until);
  }

  /** A detection that is certain although its time is not settled: told at once. */
  early(since: number, evidence: CityEvent[]): void {
    const { subject } = this;
    const first = Math.max(since, subject.lastUntil + 1);
    const told: Told = { first, since, revision: 0, state: 'raised', said: since, earlier: undefined };
    subject.told = told;
    this.write(told, 'raised', 'raised', since, 1, evidence, []);
  }

  /** What was told of an open status no longer fits what late events show. */
  corrected(life: Life, t: number): void {
    const { subject } = this;
    const { told } = subject;
    if (told !== undefined && told.since > t) {
      // told early: what is settled says nothing of it yet
      told.earlier = life.phase === 2 ? life.since : undefined;
      return;
    }
    if (life.phase === 2) {
      if (told === undefined) {
        // an identity that was used is not used again
        if (life.since <= subject.lastUntil)
          this.open({ ...life, since: Math.max(t, subject.lastUntil + 1) }, 'raised', 'raised', t);
        else this.open(life, 'raised', 'raised', t);
      } else if (told.state === 'pending') this.say(told, life, 'raised', 'raised', t);
      else if (life.since < told.since) {
        told.since = life.since;
        this.say(told, life, 'updated', 'updated', t);
      }
    } else if (life.phase === 0 && told !== undefined) {
      const until = Math.max(t, told.since);
      this.say(told, life, 'cleared', 'cleared', until, ['corrected']);
      this.over(told, until);
    }
  }

  private open(life: Life, state: StatusState, kind: ReasonInput['kind'], t: number): void {
    // an identity that was used is not used again, although a late event shows that the old episode was none or went on
    const first = Math.max(life.since, this.subject.lastUntil + 1);
    const told: Told = { first, since: life.since, revision: 0, state, said: t, earlier: undefined };
    this.subject.told = told;
    this.say(told, life, state, kind, t);
  }

  private say(
    told: Told,
    life: Life,
    state: StatusState,
    kind: ReasonInput['kind'],
    t: number,
    flags: string[] = [],
  ): void {
    this.write(told, state, kind, t, life.count, life.evidence, flags);
  }

  private write(
    told: Told,
    state: StatusState,
    kind: ReasonInput['kind'],
    t: number,
    count: number,
    events: readonly CityEvent[],
    flags: string[],
  ): void {
    const { definition, timeZone, language, pattern, lasting } = this.options;
    const { subject } = this;
    const evidence = events.length > MOST_EVIDENCE ? events.slice(-MOST_EVIDENCE) : events;
    told.revision++;
    told.state = state;
    told.said = t;
    const name = subject.name ?? (definition.per.by === 'city' ? undefined : subject.key);
    const places = evidence.flatMap((event) => (event.place === undefined ? [] : [event.place]));
    if (state === 'nodata') flags = [...flags, 'nodata'];
    const status: Status = {
      statusId: `${definition.id}|${subject.key}|${new Date(told.first).toISOString()}`,
      revision: told.revision,
      status: definition.id,
      name: definition.name,
      key: subject.key,
      state,
      severity: definition.severity,
      since: formatTime(told.since, timeZone),
      updated: formatTime(t, timeZone),
      count,
      evidence: evidence.map((event) => evidenceOf(event, timeZone)),
      reason: reasonText(
        {
          kind,
          name: definition.name,
          pattern,
          key: name,
          by: definition.per.by,
          since: told.since,
          now: t,
          lasting,
          evidence,
        },
        language,
        timeZone,
      ),
      flags,
    };
    if (definition.domain !== undefined) status.domain = definition.domain;
    if (subject.name !== undefined) status.keyName = subject.name;
    if (state === 'cleared') status.until = formatTime(t, timeZone);
    if (places.length > 0) {
      status.place = placeOf(places);
      status.area = areaOf(places);
    }
    if (subject.zones !== undefined) status.zones = subject.zones;
    if (this.simulated) status.simulated = true;
    this.out.push(status);
  }
}

/** The one place there is, or the middle of several. */
function placeOf(places: readonly Place[]): Place {
  let lon = 0;
  let lat = 0;
  for (const place of places) {
    lon += place[0];
    lat += place[1];
  }
  const first = places[0]!;
  if (places.every((p) => p[0] === first[0] && p[1] === first[1])) return first;
  return [round(lon / places.length), round(lat / places.length)];
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

function evidenceOf(event: CityEvent, timeZone: string | undefined): Evidence {
  const evidence: Evidence = {
    id: event.id,
    event: event.event,
    name: event.name,
    key: event.key,
    kind: event.kind,
    time: formatTime(event.time, timeZone),
  };
  if (event.keyName !== undefined) evidence.keyName = event.keyName;
  const { value } = event;
  // records and long texts stay where they are: a status must stay small
  if (typeof value === 'number' || typeof value === 'boolean') evidence.value = value;
  else if (typeof value === 'string') evidence.value = value.slice(0, 200);
  if (event.unit !== undefined) evidence.unit = event.unit;
  if (event.limit !== undefined) evidence.limit = event.limit;
  if (event.place !== undefined) evidence.place = event.place;
  return evidence;
}
