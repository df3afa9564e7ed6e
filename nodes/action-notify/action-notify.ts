import { asJournal, type AlarmView, type Journal } from '../city-journal/journal-source';
import { asZoneSource } from '../city-zones/zones/zone-source';
import { asDomain } from '../ecdm-domain/domain-source';
import { readCity, type City } from '../ecdm/city';
import { realmOf } from '../ecdm/realms';
import type { Work } from '../ecdm/work';
import { rehearsalRoutes } from '../rehearsal/serve/routes';
import { asError, guard, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { onCloseOrRemoval } from '../runtime/removal';
import { StatusLine, type Line } from '../runtime/status-line';
import { Slices } from '../runtime/slices';
import { Waker } from '../runtime/waker';
import { startCap } from './cap-node';
import { readCapSettings } from './cap/settings';
import { isAct, readAct, refusedAct } from './acts';
import { deskText } from './desk/texts';
import type { OutMessage } from './forms/form';
import { noteHeld, noteTold } from './journalling';
import { Memory } from './memory';
import { migrations } from './migrations';
import { newAnswer, Notifier, type Answer, type Seen } from './notifier';
import { readSettings } from './settings';

/** Notices of an array that the journal is told of in one step. */
const AT_ONCE = 50;

export = function (RED: RuntimeApi): void {
  function ActionNotify(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const refersTo = (field: string): unknown =>
      RED.nodes.getNode(typeof config[field] === 'string' ? config[field] : '');
    const settings = readSettings(config, asDomain(refersTo('domain')));
    const journal = asJournal(refersTo('journal'));
    if (settings.action === 'cap') {
      const zones = asZoneSource(refersTo('capZones'))?.zones ?? [];
      startCap(RED, this, settings, readCapSettings(config, settings), journal, zones);
      return;
    }
    const line = new StatusLine(this, RED);
    const problems = new Problems(this, RED.settings.lang);
    const notifier = new Notifier(
      settings,
      (problem) => problems.add(problem),
      (alarm) => journal?.view(alarm)?.operator,
    );
    const slices = new Slices();
    const notKept = (thrown: unknown): void =>
      this.warn(deskText(settings.language, 'notKept', { reason: asError(thrown).message }));
    // what it decides counts as told when it is sent, not before
    const memory = new Memory(RED.settings.userDir, this.id, notifier, notKept, () => slices.settled());
    const sendLater: Send = (message) => this.send(message);
    let told = 0;
    line.idle('status.idle');

    const state = (): Line => {
      const { waiting, held } = notifier.counters;
      if (waiting + held > 0) return ['waiting', 'status.waiting', { count: told, waiting, held }];
      return told > 0 ? ['working', 'status.told', { count: told }] : ['idle', 'status.idle'];
    };

    /** What was found out so far is sent and then told to the journal; what must stay one array waits for its end. */
    const pass = (answer: Answer, send: Send, origin?: NodeMessage): void => {
      told += answer.messages.length;
      sendEach(send, answer.messages.splice(0), origin);
      note(answer.held.splice(0), noteHeld);
      if (answer.notices.length === 0) note(answer.told.splice(0), noteTold);
    };

    const note = <T>(all: readonly T[], how: (journal: Journal, node: string, one: T) => void): void => {
      if (journal !== undefined) for (const one of all) how(journal, this.id, one);
    };

    const reportTaken = (seen: readonly Seen[]): void => {
      if (journal === undefined || seen.length === 0) return;
      const taken = (): void => seen.forEach(({ statusId, revision }) => journal.taken(statusId, revision, this.id));
      // what is told later must not be lost meanwhile
      void memory.written().then(guard(this, taken));
    };

    /** @param origin what it answers; without, the time has come */
    function* emitting(decide: (answer: Answer) => Work, send: Send, origin?: NodeMessage): Work {
      const answer = newAnswer();
      for (const _ of decide(answer)) {
        pass(answer, send, origin);
        yield;
      }
      pass(answer, send, origin);
      const { notices, seen } = answer;
      if (notices.length > 0) sendNotices(answer, send, origin);
      told += notices.length;
      problems.flush(send, origin);
      while (answer.told.length > 0) {
        note(answer.told.splice(0, AT_ONCE), noteTold);
        yield;
      }
      yield* memory.changing(seen);
      reportTaken(seen);
      waker.plan(notifier.due());
      line.later(state);
    }
    const waker = new Waker(this, () =>
      slices.run(emitting((answer) => notifier.ticking(Date.now(), answer), sendLater)),
    );

    function* taking(message: NodeMessage, send: Send): Work {
      const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
      const city = readCity(message.city);
      const forget = (answer: Answer): Work => notifier.forgettingRun(realmOf(city.mode), Date.now(), answer);
      if (notifier.startsOver(city)) yield* emitting(forget, send);
      yield* emitting((answer) => notifier.taking(items, city.mode, Date.now(), answer), send, message);
      if (city.mode === 'replay' && city.clock?.end === true) yield* emitting(forget, send);
    }

    const act = async (raw: Record<string, unknown>, send: Send, origin: NodeMessage): Promise<void> => {
      const refuse = (why: Parameters<typeof refusedAct>[0]): void => {
        problems.add(refusedAct(why, raw, settings.language));
        problems.flush(send, origin);
      };
      if (journal === undefined) return refuse('none');
      const read = readAct(raw, (statusId) => journal.alarmOfStatus(statusId), Date.now());
      if ('field' in read) return refuse(read);
      const done = 'fault' in read ? read : await journal.act(read);
      if ('fault' in done) refuse(done.fault);
    };

    const operated = (alarms: Iterable<Pick<AlarmView, 'alarm' | 'operator'>>): void | Promise<void> =>
      slices.run(
        emitting(function* (answer) {
          for (const { alarm, operator } of alarms) yield* notifier.operating(alarm, operator, Date.now(), answer);
        }, sendLater),
      );
    /** What people did while this node, or the journal, was not there. */
    const catchUp = (): void | Promise<void> => operated(journal?.views() ?? []);
    const listening = [
      journal?.onChange(
        guard(this, (view, because) => {
          // a transition comes as a message, too
          if (because.status === undefined && memory.loaded) return operated([view]);
        }),
      ),
      journal?.onHealth(guard(this, () => (memory.loaded ? catchUp() : undefined))),
    ];

    void memory.ready.then(guard(this, catchUp));
    onInput(this, (message, send) => {
      if (isAct(message.topic, message.payload))
        return memory.ready.then(() => act(message.payload as Record<string, unknown>, send, message));
      if (memory.loaded) return slices.run(taking(message, send));
      return memory.ready.then(() => slices.run(taking(message, send)));
    });
    onCloseOrRemoval(RED, this, async (removed) => {
      for (const off of listening) off?.();
      // what came while it was read is only taken now
      await memory.ready;
      slices.finish();
      waker.close();
      line.close();
      await memory.close(removed);
    });
  }

  RED.nodes.registerType('action-notify', ActionNotify);
  rehearsalRoutes(RED);
};

/** An array stays an array, one stays one; what is told later begins a message of its own. */
function sendNotices({ notices }: Answer, send: Send, origin: NodeMessage | undefined): void {
  const message: NodeMessage = origin ?? { topic: notices[0]!.headline };
  const single = !Array.isArray(message.payload) && notices.length === 1;
  message.payload = single ? notices[0] : notices;
  send([message, null]);
}

/**
 * Sends the messages of a form one by one (of several in one call Node-RED clones all but the first). They are new
 * messages: a dashboard's widget obeys `template`, `enabled` or `ui_control` of a message, and nothing of that may come
 * through from a device.
 */
function sendEach(send: Send, messages: readonly OutMessage[], origin?: NodeMessage): void {
  const city: City | undefined = origin?.city as City | undefined;
  for (const message of messages) send([city === undefined ? { ...message } : { ...message, city }, null]);
}
