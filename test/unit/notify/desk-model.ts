/**
 * What the desk promises to the people behind it, judged from outside and without any of its code: it is told what happens
 * and what was told to whom, and says what should not have been told, or should have been by now.
 */
import assert from 'node:assert/strict';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Bangkok, where no clock is ever moved. */
const OFFSET = 7 * HOUR;
/** A desk that was busy is looked at again after 20 ms. */
const SOON = 200;

const LEVELS = ['warning', 'minor', 'major', 'critical'] as const;
export type Level = (typeof LEVELS)[number];
const rank = (severity: Level): number => LEVELS.indexOf(severity);

export interface Person {
  id: string;
  /** Told only when nobody has acknowledged for so long. */
  after: number;
  least: Level;
  /** Hours of the day in which it is quiet, over midnight or not. */
  quiet?: readonly [from: number, to: number];
  /** Critical ones are told in quiet hours, too. */
  wakes: boolean;
}

export interface Rules {
  people: readonly Person[];
  group: number;
  remind: number;
  /** 0: any number. */
  perHour: number;
  /** 0: never. */
  flood: number;
  /** Hours of the day in which work is done. */
  works: readonly [from: number, to: number];
  /** While this one is raised, the others are held back. */
  gateway: string;
}

export type Condition = 'raised' | 'updated' | 'nodata' | 'cleared';
export interface News {
  key: string;
  episode: string;
  state: Condition;
  severity: Level;
}
export interface Notice {
  at: number;
  to: string;
  kind: string;
  items: readonly (News & { occasion: string })[];
}
export type Deed = 'acknowledge' | 'unacknowledge' | 'shelve' | 'unshelve' | 'out-of-service' | 'in-service';

type Hold = 'people' | 'works' | 'gateway' | undefined;

interface Alarm {
  news?: News;
  acknowledged?: number;
  shelved: number;
  out: boolean;
  hold: Hold;
  /** People have put it aside at some time since it was last free. */
  aside: boolean;
  /** Nobody has reacted since. */
  alone: number;
  /** It is what it is, and free to be told, since. */
  since: number;
  /** Nothing has held it back since. */
  free: number;
}

/** What somebody believes about an alarm. */
interface Belief {
  what: string;
  episode: string;
  critical: boolean;
  at: number;
}

const isRaised = (news: News | undefined): boolean => news !== undefined && news.state !== 'cleared';
/** One more detection is nothing new. */
const whatOf = ({ state, severity }: News): string =>
  state === 'cleared' ? 'over' : `${state === 'nodata' ? 'silent' : 'on'} ${severity}`;

function isBetween(at: number, [from, to]: readonly [number, number]): boolean {
  const hour = (((at + OFFSET) % DAY) + DAY) % DAY / HOUR; // prettier-ignore
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** The next time at which it is so late, after `at`. */
function nextHour(at: number, hour: number): number {
  const midnight = Math.floor((at + OFFSET) / DAY) * DAY - OFFSET;
  return midnight + hour * HOUR > at ? midnight + hour * HOUR : midnight + DAY + hour * HOUR;
}

export class DeskModel {
  private readonly alarms = new Map<string, Alarm>();
  private readonly beliefs = new Map<string, Belief>();
  /** Who is to be told that what had held an alarm back has ended: since when, and whether it must be said. */
  private readonly released = new Map<string, { since: number; must: boolean }>();
  /** Who had to be reminded when the clock was set back: that does not begin anew. */
  private readonly begun = new Set<string>();
  private readonly letters = new Map<string, { at: number }[]>();
  private readonly flooded = new Set<string>();
  /** When the program was started, or the clock set, last. */
  private awake: number;

  constructor(
    private readonly rules: Rules,
    private now: number,
  ) {
    this.awake = now;
  }

  /** @returns whether somebody would be told of it now if nothing held it back */
  say(news: News): { hold: Hold; wanted: boolean } {
    const alarm = this.alarm(news.key);
    const before = alarm.news;
    const isNew = before?.episode !== news.episode || (!isRaised(before) && isRaised(news));
    if (isNew) Object.assign(alarm, { alone: this.now, acknowledged: undefined });
    else if (alarm.acknowledged !== undefined && rank(news.severity) > alarm.acknowledged)
      Object.assign(alarm, { alone: this.now, acknowledged: undefined });
    if (isNew || before === undefined || whatOf(before) !== whatOf(news)) alarm.since = this.now;
    alarm.news = news;
    // that it is still so need not be said any more, but what has begun anew meanwhile may be told as such
    if (!isRaised(news)) {
      for (const { id } of this.rules.people) {
        const released = this.released.get(`${id} ${news.key}`);
        if (released !== undefined) released.must = false;
      }
    }
    this.settle();
    const wanted = this.rules.people.some((person) => this.isNews(person, news));
    return { hold: alarm.hold, wanted };
  }

  act(key: string, deed: Deed, until: number): void {
    const alarm = this.alarm(key);
    if (deed === 'shelve') alarm.shelved = until;
    else if (deed === 'unshelve') alarm.shelved = -Infinity;
    else if (deed === 'out-of-service') alarm.out = true;
    else if (deed === 'in-service') alarm.out = false;
    else if (alarm.news !== undefined) {
      if (deed === 'acknowledge') alarm.acknowledged ??= rank(alarm.news.severity);
      else if (alarm.acknowledged !== undefined) Object.assign(alarm, { acknowledged: undefined, alone: this.now });
    }
    this.settle();
  }

  /** Time goes by, second by second. */
  pass(to: number): void {
    const borders = [...this.alarms.values()].map(({ shelved }) => shelved);
    for (let at = this.now; at <= to; at += HOUR) for (const hour of this.rules.works) borders.push(nextHour(at, hour));
    for (const at of [...new Set(borders)].sort((a, b) => a - b)) {
      if (at <= this.now || at > to) continue;
      this.now = at;
      this.settle();
    }
    this.now = to;
  }

  /** The program was not there meanwhile, or somebody has set the clock. */
  leap(to: number): void {
    for (const person of this.rules.people) {
      for (const [key, { news }] of this.alarms) {
        const since = news && this.taskSince(person, news);
        if (since !== undefined && since <= this.now) this.begun.add(`${person.id} ${key}`);
      }
    }
    this.now = this.awake = to;
    for (const alarm of this.alarms.values()) {
      alarm.alone = Math.min(alarm.alone, to);
      alarm.since = Math.min(alarm.since, to);
      alarm.free = Math.min(alarm.free, to);
    }
    const times = [...this.beliefs.values(), ...[...this.letters.values()].flat()];
    for (const one of times) one.at = Math.min(one.at, to);
    for (const one of this.released.values()) one.since = Math.min(one.since, to);
    this.settle();
  }

  /** Somebody was told something. */
  told(notice: Notice): void {
    this.pass(Math.max(this.now, notice.at));
    const person = this.rules.people.find(({ id }) => id === notice.to)!;
    this.mayBeTold(person, notice);
    for (const item of notice.items) this.mayHold(person, item, notice);
    for (const item of notice.items) this.believe(person, item, notice.at);
    this.lettersTo(person).push({ at: notice.at });
    if (notice.kind === 'flood') this.flooded.add(person.id);
    if (notice.kind === 'flood-over') this.flooded.delete(person.id);
  }

  /** Everything was told that had to be told by now. @param calm nothing has happened for a day: all of it */
  check(calm = false): void {
    for (const person of this.rules.people) {
      for (const { news, hold } of this.alarms.values()) {
        if (news === undefined || hold !== undefined) continue;
        const due = calm ? this.owedSince(person, news) : this.dueBy(person, news);
        assert.ok((due ?? Infinity) + SOON >= this.now, `${person.id} was not told of ${news.key}: ${whatOf(news)}`);
      }
    }
  }

  // ---- what may be told

  /** The notice as such: not in quiet hours, not over the limit, not one by one in a flood. */
  private mayBeTold(person: Person, { at, kind, items }: Notice): void {
    const { quiet, wakes } = person;
    const urgent = kind === 'single' && this.isUrgent(person, items[0]!);
    if (quiet !== undefined && isBetween(at, quiet)) assert.ok(wakes && urgent, `${person.id} was woken`);
    if (kind === 'digest') assert.ok(quiet !== undefined, 'a digest for somebody without quiet hours');
    if (kind.startsWith('flood')) assert.ok(this.rules.flood > 0, 'a flood where there are none');
    if (urgent || (kind !== 'single' && kind !== 'group')) return;
    assert.ok(!this.flooded.has(person.id), `${kind} in a flood`);
    const lately = this.lettersTo(person).filter((letter) => letter.at > at - HOUR).length;
    assert.ok(
      this.rules.perHour === 0 || lately < this.rules.perHour,
      `${person.id} was told ${lately + 1} in an hour`,
    );
  }

  /** One alarm of it: free to be told, and a reason to tell it. */
  private mayHold(person: Person, item: Notice['items'][number], { at }: Notice): void {
    const { key, occasion } = item;
    const alarm = this.alarm(key);
    const who = `${occasion} of ${key} to ${person.id}`;
    assert.equal(alarm.hold, undefined, `${who} while it is held back`);
    assert.equal(whatOf(item), whatOf(alarm.news!), `${who}: not what it is`);
    const belief = this.beliefs.get(`${person.id} ${key}`);
    const isOpen = isRaised(item) && alarm.acknowledged === undefined;
    if (occasion === 'released') assert.ok(this.released.has(`${person.id} ${key}`), `${who}: nothing has ended`);
    else if (occasion === 'reminder')
      assert.ok(
        isOpen &&
          belief !== undefined &&
          (at >= belief.at + this.rules.remind || this.begun.has(`${person.id} ${key}`)),
        `${who}: too early, or no need`,
      );
    else if (occasion === 'escalation') {
      assert.ok(rank(item.severity) >= rank(person.least), `${who}: less than he wants to know of`);
      assert.ok(isOpen && belief === undefined && at >= alarm.alone + person.after, `${who}: too early, or no need`);
    } else {
      assert.ok(belief !== undefined || person.after === 0, `${who}: it was not his turn`);
      assert.ok(belief === undefined || this.isNews(person, item), `${who}: known already`);
    }
    const due = this.dueBy(person, alarm.news!);
    assert.ok((due ?? Infinity) + SOON >= at, `${who}: told too late`);
  }

  private believe({ id }: Person, item: News, at: number): void {
    const who = `${id} ${item.key}`;
    this.released.delete(who);
    this.begun.delete(who);
    const what = whatOf(item);
    if (what === 'over') this.beliefs.delete(who);
    else this.beliefs.set(who, { what, episode: item.episode, critical: item.severity === 'critical', at });
  }

  // ---- what must be told

  /** Until when somebody must have been told; without where there is nothing to tell, or nobody can say when. */
  private dueBy(person: Person, news: News): number | undefined {
    const owed = this.owedSince(person, news) ?? this.taskSince(person, news);
    if (owed === undefined) return undefined;
    const { group, perHour, flood, gateway } = this.rules;
    const critical = news.severity === 'critical';
    if (!critical && (perHour > 0 || flood > 0)) return undefined;
    // what a gateway holds back is counted first, and it may come while others wait
    const grace = critical && news.key !== gateway ? 0 : 2 * group;
    const from = Math.max(this.awake, owed);
    const due = from + grace;
    const { quiet, wakes } = person;
    if (quiet === undefined || (critical && wakes)) return due;
    // quiet hours may end within the grace, too: then it begins with their end
    const asleep = [from, due].find((time) => isBetween(time, quiet));
    return asleep === undefined ? due : nextHour(asleep, quiet[1]) + grace;
  }

  /** What somebody believes is wrong, or was to be told to him when nothing holds it back any more. */
  private owedSince(person: Person, news: News): number | undefined {
    const released = this.released.get(`${person.id} ${news.key}`);
    if (released?.must) return Math.max(released.since, this.alarm(news.key).since);
    return this.isNews(person, news) ? this.alarm(news.key).since : undefined;
  }

  private isNews(person: Person, news: News): boolean {
    const belief = this.beliefs.get(`${person.id} ${news.key}`);
    if (belief === undefined) return isRaised(news) && this.subscribes(person, news);
    const another = news.severity === 'critical' && isRaised(news) && belief.episode !== news.episode;
    return belief.what !== whatOf(news) || another;
  }

  /** It is somebody's turn, because nobody has acknowledged. */
  private taskSince(person: Person, news: News): number | undefined {
    const { acknowledged, alone, free, since } = this.alarm(news.key);
    if (acknowledged !== undefined || !isRaised(news)) return undefined;
    const belief = this.beliefs.get(`${person.id} ${news.key}`);
    if (belief !== undefined) return Math.max(free, alone, belief.at + this.rules.remind);
    const isHis = person.after > 0 && rank(news.severity) >= rank(person.least);
    // it may have been less than he wants to know of until then
    return isHis && this.now >= alone + person.after ? Math.max(alone + person.after, since) : undefined;
  }

  private subscribes({ after, least }: Person, { severity }: News): boolean {
    return after === 0 && rank(severity) >= rank(least);
  }

  private isUrgent({ id }: Person, { key, severity }: News): boolean {
    return severity === 'critical' || this.beliefs.get(`${id} ${key}`)?.critical === true;
  }

  // ---- what holds it back

  private holdOf(key: string, { out, shelved }: Alarm): Hold {
    if (out || this.now < shelved) return 'people';
    if (isBetween(this.now, this.rules.works)) return 'works';
    const { gateway } = this.rules;
    return key !== gateway && isRaised(this.alarms.get(gateway)?.news) ? 'gateway' : undefined;
  }

  private settle(): void {
    for (const [key, alarm] of this.alarms) {
      const before = alarm.hold;
      // an end is an end, also when the clock is set back afterwards
      if (alarm.shelved <= this.now) alarm.shelved = -Infinity;
      alarm.hold = this.holdOf(key, alarm);
      if (alarm.hold === 'people') alarm.aside = true;
      if (alarm.hold !== undefined) for (const { id } of this.rules.people) this.released.delete(`${id} ${key}`);
      else if (before !== undefined) this.release(key, alarm);
    }
  }

  /** Who put it aside is told that it is still so, and so are all who would have been told of it. */
  private release(key: string, alarm: Alarm): void {
    const { news, aside } = alarm;
    Object.assign(alarm, { alone: this.now, since: this.now, free: this.now, aside: false });
    if (news === undefined || !isRaised(news)) return;
    for (const person of this.rules.people) {
      const who = `${person.id} ${key}`;
      const concerned = this.beliefs.has(who) || this.subscribes(person, news);
      if (concerned) this.released.set(who, { since: this.now, must: aside });
    }
  }

  private alarm(key: string): Alarm {
    let alarm = this.alarms.get(key);
    if (alarm === undefined) {
      const { now } = this;
      alarm = { shelved: -Infinity, out: false, hold: undefined, aside: false, alone: now, since: now, free: now };
      this.alarms.set(key, alarm);
    }
    return alarm;
  }

  private lettersTo({ id }: Person): { at: number }[] {
    let letters = this.letters.get(id);
    if (letters === undefined) this.letters.set(id, (letters = []));
    return letters;
  }
}
