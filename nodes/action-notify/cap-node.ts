/**
 * The action `cap`: warnings for the public, drafted, approved by a person, then sent. Output 1 carries approved messages only,
 * so that no draft goes out by a wire that leads to the far side; drafts and problems come out of output 2.
 */
import { setImmediate } from 'node:timers/promises';
import type { Journal } from '../city-journal/journal-source';
import type { Zone } from '../city-zones/zones/model';
import { asDomain } from '../ecdm-domain/domain-source';
import { readCity, type Mode } from '../ecdm/city';
import { makeProblem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { Realms, realmOf, type Realm } from '../ecdm/realms';
import { Revisions } from '../ecdm/revisions';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import { text as say } from '../ecdm/text';
import { asError, onClose, onInput } from '../runtime/input';
import type { NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { StatusLine } from '../runtime/status-line';
import type { CapSettings } from './cap/compose';
import { CapDesk, isCapAct, type CapEvent, type CapMessage } from './cap/desk';
import type { CityFacts } from './cap/place';
import { decided, draftShown, journalled, problemOf } from './cap/telling';
import { capText } from './cap/texts';
import { Memory } from './memory';
import { isWanted } from './notices';
import type { Seen } from './notifier';
import type { NotifySettings } from './settings';

/** Statuses of an array that are drafted without a break. */
const AT_ONCE = 10;

/** Runs a node whose action is `cap`. */
export function startCap(
  RED: RuntimeApi,
  node: RuntimeNode,
  settings: NotifySettings,
  cap: CapSettings,
  journal: Journal | undefined,
  zones: readonly Zone[],
): void {
  const { language } = settings;
  const line = new StatusLine(node, RED);
  const problems = new Problems(node, RED.settings.lang);
  const byId = new Map(zones.map((zone) => [zone.id, zone]));
  const facts: CityFacts = {
    domainName: (id) => asDomain(RED.nodes.getNode(id))?.name,
    zone: (id) => byId.get(id),
  };
  const blank = (realm: Realm): { desk: CapDesk; revisions: Revisions } => ({
    desk: new CapDesk(cap, realm, facts),
    revisions: new Revisions(),
  });
  /** A simulation and a replay may tell of an episode that is real, too, and be run again. */
  const worlds = new Realms((realm) => ({ ...blank(realm), runs: new RunWatch() }));
  const desks = (): CapDesk[] => [...worlds].map(([, { desk }]) => desk);
  // what is not real is not kept
  const { desk, revisions } = worlds.real;
  const restoreEarlier = (kept: unknown): void => {
    const { episodes, revisions: known } = kept as { episodes?: unknown; revisions?: unknown };
    const all = Array.isArray(episodes) ? (episodes as ({ statusId?: unknown } | null)[]) : [];
    for (const one of all) desk.restore(['episode', one?.statusId, one]);
    revisions.restore(known);
  };
  const notKept = (thrown: unknown): void =>
    node.warn(capText(language, 'notKept', { reason: asError(thrown).message }));
  const memory = new Memory(RED.settings.userDir, `${node.id}-cap`, { revisions, desk, restoreEarlier }, notKept);
  const sendLater: Send = (message) => node.send(message);
  let sent = 0;

  const show = (): void => {
    const waiting = desks().flatMap((one) => one.drafts()).length;
    if (waiting > 0) line.waiting('status.drafts', { count: waiting, sent });
    else if (sent > 0) line.working('status.capSent', { count: sent });
    else line.idle('status.idle');
  };

  const save = (seen: readonly Seen[] = []): Promise<void> => {
    memory.changed(seen);
    return memory.kept();
  };

  const sendMessage = (message: CapMessage, send: Send): void => {
    const { xml, ...about } = message;
    const headers = { 'content-type': 'application/cap+xml' };
    send([{ topic: 'cap/message', payload: xml, headers, cap: about }, null]);
    for (const one of desks()) one.gone(message);
    sent++;
  };

  const tell = (event: CapEvent, send: Send): void => {
    if (event.is === 'message') sendMessage(event.message, send);
    else if (event.is === 'draft') send([null, { topic: 'cap/draft', payload: draftShown(event, language) }]);
    else if (event.is !== 'refused') send([null, { topic: `cap/${event.is}`, payload: decided(event) }]);
    const problem = problemOf(event, language);
    if (problem !== undefined) problems.add(problem);
  };

  const note = (event: CapEvent): void => {
    const kept = journalled(event);
    if (journal === undefined || kept === undefined) return;
    journal.note({ kind: 'notice', node: settings.id, alarm: journal.alarmOfStatus(kept.statusId), ...kept });
  };

  /** What was decided is on the disk before it goes out: a crash between sends it again as it was, never another one. */
  const carryOut = async (events: readonly CapEvent[], send: Send, seen: readonly Seen[] = []): Promise<void> => {
    for (const event of events) note(event);
    if (events.length > 0 || seen.length > 0) await save(seen);
    for (const event of events) tell(event, send);
    if (events.some(({ is }) => is === 'message')) await save();
    for (const { statusId, revision } of seen) journal?.taken(statusId, revision, settings.id);
    show();
  };

  /** Those that are new, each with where it belongs. */
  const statusesOf = (message: NodeMessage, mode: Mode): { status: Status; realm: Realm }[] => {
    const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
    return items.flatMap((raw) => {
      const item = readItem(raw, language);
      if ('code' in item) problems.add(item);
      else if (item.kind === 'status') {
        const { status } = item;
        const realm = realmOf(mode, status.simulated);
        if (worlds.of(realm).revisions.isNew(status.statusId, status.revision)) return [{ status, realm }];
      } else problems.add(makeProblem('item/none', say(language, 'item.none'), say(language, 'item.noneHint'), raw));
      return [];
    });
  };

  const take = async (message: NodeMessage, send: Send): Promise<void> => {
    const now = Date.now();
    if (message.topic === 'act' && isCapAct(message.payload)) {
      const { draftId } = message.payload;
      const meant = desks().find((one) => one.drafts().some((draft) => draft.draftId === draftId)) ?? desk;
      await carryOut(meant.act(message.payload, now), send);
    } else {
      const city = readCity(message.city);
      const from = realmOf(city.mode);
      const world = worlds.of(from);
      if (world.runs.startsOver(city)) Object.assign(world, blank(from));
      const statuses = statusesOf(message, city.mode);
      const wanted = statuses.filter(
        ({ status, realm }) => isWanted(settings, status) || worlds.of(realm).desk.knows(status.statusId),
      );
      const events: CapEvent[] = [];
      for (const [i, { status, realm }] of wanted.entries()) {
        // each is written as XML, with its outline: what comes by the hundred must not hold all other flows
        if (i % AT_ONCE === AT_ONCE - 1) await setImmediate();
        events.push(...worlds.of(realm).desk.take(status, city.mode, now));
      }
      // a simulation may tell of others by the same ids
      const seen = statuses.filter(({ realm }) => realm === 'real');
      await carryOut(
        events,
        send,
        seen.map(({ status: { statusId, revision } }) => ({ statusId, revision, kept: true })),
      );
    }
    problems.flush(send, message);
  };

  line.idle('status.idle');
  // one after the other: what is decided must be on the disk before the next thing is
  let work: Promise<void> = memory.ready.then(() => {
    for (const message of desk.outgoing()) sendMessage(message, sendLater);
    show();
  });
  work.catch((thrown: unknown) => node.error(asError(thrown)));
  onInput(node, (message, send) => {
    const done = work.then(() => take(message, send));
    work = done.catch(() => undefined);
    return done;
  });
  onClose(node, async (removed) => {
    await work;
    line.close();
    await memory.close(removed);
  });
}
