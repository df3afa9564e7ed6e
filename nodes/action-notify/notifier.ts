/**
 * What the node does with what comes in: read, decide, once each, show in the picture of output 1 or lay on the desk, and put
 * into words what the desk tells.
 */
import type { ActionEvent } from '../ecdm/action';
import type { City, Mode } from '../ecdm/city';
import { alarmOf, type OperatorState } from '../ecdm/operator';
import { makeProblem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { Realms, realmOf, type Realm } from '../ecdm/realms';
import { Revisions } from '../ecdm/revisions';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import { text } from '../ecdm/text';
import { exhaust, type Work } from '../ecdm/work';
import { Desk, MOST_ALARMS, type DeskCounters } from './desk/desk';
import type { HeldNotice, Letter, Outcome } from './desk/letter';
import { isNobodysRole } from './desk/recipient';
import { deskText } from './desk/texts';
import { wordLetter, Words } from './desk/wording';
import { createPicture, Shaper } from './forms';
import type { Entry, OutMessage, Picture, Report } from './forms/form';
import { isFresh, isWanted, statusOfEvent } from './notices';
import type { NotifySettings } from './settings';

/** Events that are remembered so that a re-read tells nothing twice. */
const EVENTS_KEPT = 2000;

/** A revision that came. `kept`: it is new; to be remembered. */
export interface Seen {
  statusId: string;
  revision: number;
  kept: boolean;
}

/** What is to be done. In steps it grows; whoever takes something out of it between two steps takes it for good. */
export interface Answer {
  /** The notices for those behind the wire, where output 1 has the form `event` and nobody was entered. */
  notices: ActionEvent[];
  /** All other messages. */
  messages: OutMessage[];
  /** All real statuses that came, told or not: they need not be sent again. A simulation may have others of their ids. */
  seen: Seen[];
  /** All that was told, for the journal; nothing of a replay. */
  told: { letter: Letter; notice: ActionEvent }[];
  held: HeldNotice[];
}

/** What was told of one realm: the city, a simulation and a replay never meet on one desk. */
interface World {
  desk: Desk;
  revisions: Revisions;
  events: Revisions;
}

export class Notifier {
  private readonly worlds: Realms<World & { runs: RunWatch }>;
  private readonly picture: Picture | undefined;
  private readonly shaper: Shaper;
  private forgotten = 0;

  /** @param operatorOf what people have done about an alarm, where a journal knows it */
  constructor(
    private readonly settings: NotifySettings,
    private readonly report: Report,
    private readonly operatorOf: (alarm: string) => OperatorState | undefined = () => undefined,
  ) {
    this.worlds = new Realms(() => ({ ...newWorld(settings), runs: new RunWatch() }));
    this.picture = createPicture(settings, report);
    this.shaper = new Shaper(settings);
  }

  /** Kept over a restart by the node, as is {@link desk}: what is real. */
  get revisions(): Revisions {
    return this.worlds.real.revisions;
  }

  get desk(): Desk {
    return this.worlds.real.desk;
  }

  /** Takes over the list of what was answered that versions before 2 kept. */
  restoreEarlier(kept: unknown): void {
    this.revisions.restore(kept);
  }

  /** True where output 1 shows how things are: nobody is told anything then, but by a dashboard. */
  get showsOnly(): boolean {
    return this.picture !== undefined && this.settings.action !== 'createDashboard';
  }

  /** @param now milliseconds of the wall clock */
  take(items: readonly unknown[], mode: Mode, now: number): Answer {
    return whole((answer) => this.taking(items, mode, now, answer));
  }

  /** As {@link take}, in steps. */
  *taking(items: readonly unknown[], mode: Mode, now: number, answer: Answer): Work {
    const { picture } = this;
    const shown: Entry[] = [];
    const words = new Words();
    for (const raw of items) {
      yield;
      const entry = this.entry(raw, mode, answer);
      if (entry === undefined) continue;
      if (picture !== undefined) shown.push(entry);
      else yield* this.laying(entry, now, words, answer);
    }
    if (picture === undefined || shown.length === 0) return;
    for (const message of picture.take(shown, now)) answer.messages.push(message);
    if (!this.showsOnly) for (const entry of shown) yield* this.laying(entry, now, words, answer);
  }

  /** Somebody has done something about an alarm, or a shelf has ended: in steps. */
  *operating(alarm: string, operator: OperatorState, now: number, answer: Answer): Work {
    for (const [realm, { desk }] of this.worlds) {
      if (realm === 'replay') continue;
      yield* this.telling(realm, (out) => desk.operating(alarm, operator, now, out), new Words(), answer);
    }
  }

  /** Time has passed. */
  tick(now: number): Answer {
    return whole((answer) => this.ticking(now, answer));
  }

  /** As {@link tick}, in steps. */
  *ticking(now: number, answer: Answer): Work {
    answer.messages.push(...(this.picture?.tick?.(now) ?? []));
    for (const [realm, { desk }] of this.worlds)
      yield* this.telling(realm, (out) => desk.ticking(now, out), new Words(), answer);
  }

  /** When {@link tick} has something to do, in milliseconds of the wall clock. */
  due(): number | undefined {
    let due = this.picture?.due?.() ?? Infinity;
    for (const [, { desk }] of this.worlds) due = Math.min(due, desk.due() ?? Infinity);
    return due === Infinity ? undefined : due;
  }

  get counters(): DeskCounters {
    return this.desk.counters;
  }

  /** Whether a replay or a simulation begins anew; to be told of all that comes. */
  startsOver(city: City): boolean {
    return this.worlds.of(realmOf(city.mode)).runs.startsOver(city);
  }

  /** A replay has come to its end, or a simulation starts over: what still waits is told, and then all of it is forgotten. */
  forgetRun(realm: Realm, now: number): Answer {
    return whole((answer) => this.forgettingRun(realm, now, answer));
  }

  /** As {@link forgetRun}, in steps. */
  *forgettingRun(realm: Realm, now: number, answer: Answer): Work {
    const world = this.worlds.of(realm);
    yield* this.telling(realm, (out) => world.desk.finishing(now, out), new Words(), answer);
    Object.assign(world, newWorld(this.settings));
  }

  private entry(raw: unknown, given: Mode, { seen }: Answer): Entry | undefined {
    const { settings } = this;
    const item = readItem(raw, settings.language);
    if ('code' in item) {
      this.report(item);
      return undefined;
    }
    switch (item.kind) {
      case 'status': {
        const { status } = item;
        const mode = modeOf(given, status);
        const realm = realmOf(mode);
        const fresh = isFresh(this.worlds.of(realm).revisions, status);
        if (realm === 'real') seen.push({ statusId: status.statusId, revision: status.revision, kept: fresh });
        if (!fresh) return undefined;
        return { kind: 'status', status, wanted: isWanted(settings, status), mode };
      }
      case 'event': {
        const { event } = item;
        const mode = modeOf(given, event);
        if (!this.worlds.of(realmOf(mode)).events.isNew(event.id, 1)) return undefined;
        return { kind: 'event', event, wanted: isWanted(settings, statusOfEvent(event, settings.language)), mode };
      }
      case 'observation':
        if (this.picture !== undefined) return { kind: 'observation', observation: item.observation, mode: given };
        this.say('item/no-notice', 'noNotice', raw);
        return undefined;
      case 'action':
        this.say('item/none', 'none', raw);
        return undefined;
    }
  }

  /** Lays a status on the desk; one that is known there is followed even where it is of less severity now. */
  private *laying(entry: Entry, now: number, words: Words, answer: Answer): Work {
    if (entry.kind === 'observation') return;
    const status = entry.kind === 'status' ? entry.status : statusOfEvent(entry.event, this.settings.language);
    const realm = realmOf(entry.mode);
    const { desk } = this.worlds.of(realm);
    if (!entry.wanted && !(this.settings.onlyNew && desk.knows(status))) return;
    this.checkRoles(status);
    const passing = entry.kind === 'event' && entry.event.kind === 'point';
    const operator = realm === 'replay' ? undefined : this.operatorOf(alarmOf(status));
    yield* this.telling(realm, (out) => desk.taking(status, passing, now, operator, out), words, answer);
    this.countForgotten(desk, status);
  }

  /** Puts into words what a desk decides, as soon as it has. */
  private *telling(realm: Realm, decide: (out: Outcome) => Work, words: Words, answer: Answer): Work {
    const out: Outcome = { letters: [], held: [] };
    const desk = decide(out);
    for (let over = false; !over;) {
      over = desk.next().done === true;
      for (const letter of out.letters.splice(0)) {
        yield;
        this.tell(letter, realm, words, answer);
      }
      for (const one of out.held.splice(0)) if (realm !== 'replay') answer.held.push(one);
      yield;
    }
  }

  private tell(letter: Letter, realm: Realm, words: Words, answer: Answer): void {
    const notice = wordLetter(letter, this.settings, realm === 'real' ? 'live' : realm, words);
    const { channel, id } = letter.recipient;
    const { form, action } = this.settings;
    if (id === '' && form === 'event' && action !== 'createDashboard') answer.notices.push(notice);
    else answer.messages.push(...this.shaper.shape(notice, channel));
    if (realm !== 'replay') answer.told.push({ letter, notice });
  }

  /** Something critical that reaches nobody is said here, once each time it becomes so. */
  private checkRoles(status: Status): void {
    const { severity, state, flags, name, keyName, key, statusId } = status;
    const isNew = state === 'raised' || (state === 'updated' && flags.includes('severity-up'));
    if (severity !== 'critical' || !isNew || !isNobodysRole(this.settings.recipients, status)) return;
    const { language } = this.settings;
    const message = deskText(language, 'nobody', { name, where: keyName ?? key });
    this.report(makeProblem('desk/nobody', message, deskText(language, 'nobodyHint'), { statusId }));
  }

  private countForgotten(desk: Desk, status: Status): void {
    const { forgotten } = desk;
    if (desk !== this.desk || forgotten === this.forgotten) return;
    this.forgotten = forgotten;
    const { language } = this.settings;
    const message = deskText(language, 'full', { n: MOST_ALARMS });
    this.report(makeProblem('desk/full', message, deskText(language, 'fullHint'), { statusId: status.statusId }));
  }

  private say(code: string, key: string, item: unknown): void {
    const { language } = this.settings;
    this.report(makeProblem(code, text(language, `item.${key}`), text(language, `item.${key}Hint`), item));
  }
}

export function newAnswer(): Answer {
  return { notices: [], messages: [], seen: [], told: [], held: [] };
}

function newWorld(settings: NotifySettings): World {
  return { desk: new Desk(settings), revisions: new Revisions(), events: new Revisions(EVENTS_KEPT) };
}

/** What says of itself that it is simulated is so, on whatever way it came. */
function modeOf(mode: Mode, { simulated }: { simulated?: boolean }): Mode {
  const realm = realmOf(mode, simulated);
  return realm === 'real' ? mode : realm;
}

function whole(work: (answer: Answer) => Work): Answer {
  const answer = newAnswer();
  exhaust(work(answer));
  return answer;
}
