/**
 * What an actuator node does with what comes in: orders go to the outbox, readings and statuses to those who wait for them,
 * people take over. All that touches Node-RED is given.
 */
import { readCity, type Mode } from '../ecdm/city';
import { makeProblem, type Problem } from '../ecdm/problem';
import { Realms, realmOf, type Realm } from '../ecdm/realms';
import { Revisions } from '../ecdm/revisions';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import { text } from '../ecdm/text';
import type { Journal } from '../city-journal/journal-source';
import type { HoldAct, HoldFault } from './hold';
import { isHoldAct, readHoldAct } from './hold';
import { isMeant, KnownStatuses, refusing, type Known } from './interlock';
import type { Keeper } from './keeper';
import type { Order } from './order';
import { makeOrder, type Hears, type IsNew } from './orders';
import type { Outbox } from './outbox';
import { readingAnswer } from './reading';
import { holdNote, orderNote } from './records';
import { SendError } from './send-error';
import type { ActuatorSettings } from './settings';
import type { Told } from './told';

export interface DeskParts {
  settings: ActuatorSettings;
  keeper: Keeper;
  outbox: Outbox;
  /** The journal as it is now, where one is chosen and there. */
  journal: () => Journal | undefined;
  problem: (problem: Problem) => void;
  told: Told;
  /** An order that moves nothing. */
  dryRun: (order: Order, why: SendError) => void;
  /** Runs this when all that was told to the keeper outlasts a crash. */
  kept: (run: () => void) => void;
  /** An answer by HTTP is awaited for this order. */
  awaits: (order: Order) => void;
  now: () => number;
}

export class Desk {
  /** What was answered: a replay and a simulation may be run again, and never count as what is real. */
  private readonly worlds: Realms<{ seen: Revisions; readonly runs: RunWatch }>;

  constructor(private readonly parts: DeskParts) {
    const { seen } = parts.keeper.state;
    this.worlds = new Realms((realm) => ({ seen: realm === 'real' ? seen : new Revisions(), runs: new RunWatch() }));
  }

  /** @param message payload, topic and city as they came */
  take(message: { payload?: unknown; topic?: unknown; city?: unknown }): void {
    const { parts } = this;
    if (message.topic === 'act' && isHoldAct(message.payload)) return this.actByMessage(message.payload);
    const city = readCity(message.city);
    const realm = realmOf(city.mode);
    if (this.worlds.of(realm).runs.startsOver(city)) this.startOver(realm);
    const taken: Status[] = [];
    const hears = this.hears(taken, city.mode);
    const isNew = this.isNew(city.mode);
    const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
    for (const item of items) {
      const order = makeOrder(item, parts.settings, city.mode, parts.now(), isNew, hears);
      if (order === undefined) continue;
      if ('code' in order) parts.problem(order);
      else this.order(order);
    }
    this.report(taken);
  }

  /** Does what a person asks for. */
  private act(raw: unknown): HoldFault | undefined {
    const { keeper, outbox, told, settings, now } = this.parts;
    const act = readHoldAct(raw, now());
    if (typeof act === 'string') return act;
    const fault = this.misfit(act);
    if (fault !== undefined) return fault;
    const line = act.act === 'hold' ? { hold: act.hold } : { release: act.address };
    keeper.state.apply(line);
    keeper.append(line);
    const what = act.act === 'hold' ? act.hold : { address: act.address, who: act.who, why: act.why, at: act.at };
    told.note(holdNote(settings.id, settings.name, act.act, what));
    outbox.wake();
    return undefined;
  }

  /** Why an order must not go out at this moment. */
  forbids(order: Order): SendError | undefined {
    const { interlocks, language } = this.parts.settings;
    if (interlocks.length === 0) return undefined;
    const known = [...this.known()];
    const interlock = refusing(interlocks, order, known);
    if (interlock === undefined) return undefined;
    // the form saves the id of a status, which says nothing to people
    const status = known.find((one) => isMeant(interlock, one))?.name ?? interlock.status;
    const key = interlock.rule === 'while' ? 'interlockWhile' : 'interlockUnless';
    const where = interlock.keys === 'same' ? (order.key ?? '') : text(language, 'order.anywhere');
    return new SendError(key, { status, where });
  }

  /** What the run before was told of lies ahead of this one: it is new again, and what locked then locks no more. */
  private startOver(realm: Realm): void {
    const { keeper } = this.parts;
    this.worlds.of(realm).seen = new Revisions();
    if (keeper.state.known.forget(realm)) keeper.append({ startsOver: realm });
  }

  private misfit(act: HoldAct): HoldFault | undefined {
    const { holds } = this.parts.keeper.state;
    const address = act.act === 'hold' ? act.hold.address : act.address;
    const held = holds.active(address, this.parts.now()) !== undefined;
    if (act.act === 'release') return held ? undefined : 'nothing';
    return held || !holds.isFull ? undefined : 'full';
  }

  private actByMessage(raw: Record<string, unknown>): void {
    const { settings, problem } = this.parts;
    const { language } = settings;
    const fault = settings.acts ? this.act(raw) : 'closed';
    if (fault === undefined) return;
    problem(makeProblem(`hold/${fault}`, text(language, `hold.${fault}`), text(language, 'hold.hint'), raw));
  }

  private order(order: Order): void {
    const { settings, keeper, outbox, journal, told, awaits, dryRun } = this.parts;
    const known = journal();
    if (known !== undefined) told.note(orderNote(settings.id, settings.name, order, known));
    if (order.simulated && !settings.alsoSimulated) return dryRun(order, new SendError('dryRun'));
    if (settings.dryRun) return dryRun(order, this.forbids(order) ?? new SendError('dryRunAll'));
    // one that came too late has ended already
    if (outbox.add(order) && keeper.state.entries.has(order.commandId)) awaits(order);
  }

  private isNew(mode: Mode): IsNew {
    return (seen, revision, simulated) => {
      const realm = realmOf(mode, simulated);
      const isNew = this.worlds.of(realm).seen.isNew(seen, revision);
      if (isNew && realm === 'real') this.parts.keeper.append({ seen, revision });
      return isNew;
    };
  }

  private hears(taken: Status[], mode: Mode): Hears {
    const { settings, keeper, outbox } = this.parts;
    const status = (one: Status): void => {
      const realm = realmOf(mode, one.simulated);
      // what is simulated may have the id of what is real, and that has not come
      if (realm === 'real') taken.push(one);
      if (!settings.interlocks.some((interlock) => isMeant(interlock, one))) return;
      const { status: of, name, key, state, since, statusId, revision } = one;
      const known: Known = { status: of, name, key, state, since, statusId, revision };
      if (realm !== 'real') Object.assign(known, { simulated: true, realm });
      if (keeper.state.known.set(known)) keeper.append({ known });
    };
    if (settings.confirmBy !== 'observation' || settings.reading.server !== '') return { status };
    return { status, reading: (reading) => outbox.answer(readingAnswer(settings.reading, reading)) };
  }

  /** What came in, and what the journal knows beside it (also from before this node was there): of each the newer one. */
  private known(): Iterable<Known> {
    const { keeper, settings } = this.parts;
    const journal = this.parts.journal();
    const heard = keeper.state.known;
    if (journal === undefined) return heard.values();
    const all = new KnownStatuses(Infinity);
    for (const one of heard.values()) {
      all.set(one);
      const view = journal.view(`${one.status}|${one.key}`);
      if (view !== undefined) all.set(view.status);
    }
    for (const { status } of journal.views()) {
      if (settings.interlocks.some((interlock) => isMeant(interlock, status))) all.set(status);
    }
    return all.values();
  }

  /** What is on the disk is ours: nobody needs to send it again. */
  private report(taken: readonly Status[]): void {
    const { kept, journal, settings } = this.parts;
    if (taken.length === 0 || journal() === undefined) return;
    kept(() => {
      for (const { statusId, revision } of taken) journal()?.taken(statusId, revision, settings.id);
    });
  }
}
