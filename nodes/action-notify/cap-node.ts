/**
 * The action `cap`: warnings for the public, drafted, approved by a person, then sent. Output 1 carries approved messages only,
 * so that no draft goes out by a wire that leads to the far side; drafts and problems come out of output 2.
 */
import { setImmediate } from 'node:timers/promises';
import type { Journal } from '../city-journal/journal-source';
import type { Zone } from '../city-zones/zones/model';
import { asDomain } from '../ecdm-domain/domain-source';
import { isUnreal, readCity, type Mode } from '../ecdm/city';
import { makeProblem } from '../ecdm/problem';
import { readItem } from '../ecdm/read-item';
import { Revisions } from '../ecdm/revisions';
import { RunWatch } from '../ecdm/run-watch';
import type { Status } from '../ecdm/status';
import { text as say } from '../ecdm/text';
import { asError, onClose, onInput } from '../runtime/input';
import type { NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { StatusLine } from '../runtime/status-line';
import type { CapFault } from './cap/alert';
import type { CapSettings } from './cap/compose';
import { CapDesk, isCapAct, type CapEvent, type CapMessage } from './cap/desk';
import { capText } from './cap/texts';
import { Memory } from './memory';
import { isWanted } from './notices';
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
  const desk = new CapDesk(cap, {
    domainName: (id) => asDomain(RED.nodes.getNode(id))?.name,
    zone: (id) => byId.get(id),
  });
  const revisions = new Revisions();
  const restoreEarlier = (kept: unknown): void => {
    const { episodes, revisions: known } = kept as { episodes?: unknown; revisions?: unknown };
    const all = Array.isArray(episodes) ? (episodes as ({ statusId?: unknown } | null)[]) : [];
    for (const one of all) desk.restore(['episode', one?.statusId, one]);
    revisions.restore(known);
  };
  const notKept = (thrown: unknown): void =>
    node.warn(capText(language, 'notKept', { reason: asError(thrown).message }));
  let unreal = new Revisions();
  const runs = new RunWatch();
  const memory = new Memory(RED.settings.userDir, `${node.id}-cap`, { revisions, desk, restoreEarlier }, notKept);
  const sendLater: Send = (message) => node.send(message);
  let sent = 0;

  const why = (faults: readonly CapFault[]): string[] =>
    faults.map(({ key, where }) => capText(language, `fault.${key}`, { where }));

  const show = (): void => {
    const waiting = desk.drafts().length;
    if (waiting > 0) line.waiting('status.drafts', { count: waiting, sent });
    else if (sent > 0) line.working('status.capSent', { count: sent });
    else line.idle('status.idle');
  };

  const save = (seen: readonly Status[] = []): Promise<void> => {
    memory.changed(seen.map(({ statusId, revision }) => ({ statusId, revision, kept: true })));
    return memory.kept();
  };

  const sendMessage = (message: CapMessage, send: Send): void => {
    const { xml, ...about } = message;
    const headers = { 'content-type': 'application/cap+xml' };
    send([{ topic: 'cap/message', payload: xml, headers, cap: about }, null]);
    desk.gone(message);
    sent++;
  };

  const draftMessage = ({ draft, kind, xml, notes, faults }: Extract<CapEvent, { is: 'draft' }>): NodeMessage => {
    const { draftId, msgType, status } = draft;
    const { statusId, revision, name, key, keyName, severity, state, reason } = status;
    const about = { draftId, msgType, kind, statusId, revision, name, key, keyName, severity, state, reason };
    const said = { notes: notes.map((one) => capText(language, `note.${one}`)), faults: why(faults) };
    return { topic: 'cap/draft', payload: { ...about, ...said, xml } };
  };

  const tell = (event: CapEvent, send: Send): void => {
    switch (event.is) {
      case 'message':
        return sendMessage(event.message, send);
      case 'refused': {
        const text = capText(language, `act.${event.fault}`, { why: why(event.faults).join('; ') });
        problems.add(makeProblem(`cap/${event.fault}`, text, capText(language, 'act.hint'), event.raw));
        return;
      }
      case 'draft': {
        send([null, draftMessage(event)]);
        if (event.faults.length === 0) return;
        const text = capText(language, 'draftInvalid', { why: why(event.faults).join('; ') });
        problems.add(makeProblem('cap/draft', text, capText(language, 'draftInvalidHint'), event.draft.draftId));
        return;
      }
      default:
        send([null, { topic: `cap/${event.is}`, payload: decided(event) }]);
    }
  };

  const note = (event: CapEvent): void => {
    if (event.is === 'refused' || journal === undefined) return;
    if (event.is !== 'message' && event.draft.mode === 'replay') return;
    const statusId = event.is === 'message' ? event.message.statusId : event.draft.status.statusId;
    const body = event.is === 'message' ? { cap: 'message', ...event.message } : { cap: event.is, ...decided(event) };
    journal.note({ kind: 'notice', node: settings.id, alarm: journal.alarmOfStatus(statusId), statusId, body });
  };

  /** What was decided is on the disk before it goes out: a crash between sends it again as it was, never another one. */
  const carryOut = async (events: readonly CapEvent[], send: Send, seen: readonly Status[] = []): Promise<void> => {
    for (const event of events) note(event);
    if (events.length > 0 || seen.length > 0) await save(seen);
    for (const event of events) tell(event, send);
    if (events.some(({ is }) => is === 'message')) await save();
    for (const { statusId, revision } of seen) journal?.taken(statusId, revision, settings.id);
    show();
  };

  const statusesOf = (message: NodeMessage, mode: Mode): Status[] => {
    const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
    const known = isUnreal(mode) ? unreal : revisions;
    return items.flatMap((raw) => {
      const item = readItem(raw, language);
      if ('code' in item) problems.add(item);
      else if (item.kind !== 'status') {
        problems.add(makeProblem('item/none', say(language, 'item.none'), say(language, 'item.noneHint'), raw));
      } else if (known.isNew(item.status.statusId, item.status.revision)) return [item.status];
      return [];
    });
  };

  const take = async (message: NodeMessage, send: Send): Promise<void> => {
    const now = Date.now();
    if (message.topic === 'act' && isCapAct(message.payload)) {
      await carryOut(desk.act(message.payload, now), send);
    } else {
      const city = readCity(message.city);
      if (runs.startsOver(city)) {
        unreal = new Revisions();
        desk.forgetRun();
      }
      const statuses = statusesOf(message, city.mode);
      const wanted = statuses.filter((one) => isWanted(settings, one) || desk.knows(one.statusId));
      const events: CapEvent[] = [];
      for (const [i, one] of wanted.entries()) {
        // each is written as XML, with its outline: what comes by the hundred must not hold all other flows
        if (i % AT_ONCE === AT_ONCE - 1) await setImmediate();
        events.push(...desk.take(one, city.mode, now));
      }
      await carryOut(events, send, city.mode === 'replay' ? [] : statuses);
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

/** What became of a draft, for people and for the journal. */
function decided(event: Extract<CapEvent, { draft: unknown }>): Record<string, unknown> {
  const { draftId, msgType, status } = event.draft;
  const by = event.is === 'rejected' ? { who: event.who, why: event.why } : {};
  return { draftId, msgType, statusId: status.statusId, ...by };
}
