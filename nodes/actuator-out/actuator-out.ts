import type { CommandState } from '../ecdm/action';
import { makeProblem } from '../ecdm/problem';
import { text } from '../ecdm/text';
import { formatTime } from '../ecdm/time';
import { asJournal } from '../city-journal/journal-source';
import { asError, guard, onClose, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { onCloseOrRemoval } from '../runtime/removal';
import { StatusLine } from '../runtime/status-line';
import { awaitCallback, openCallbacks } from './callback';
import { Desk } from './desk';
import type { Hold } from './hold';
import { Keeper } from './keeper';
import { openLink, type NoLink } from './link';
import { migrations } from './migrations';
import type { Order } from './order';
import { Outbox } from './outbox';
import type { Clock, Outcome } from './outbox-parts';
import { holdNote } from './records';
import type { SendError } from './send-error';
import { readSettings, type ActuatorSettings } from './settings';
import { Told } from './told';

/** Milliseconds that an orderly end waits for what is on its way, so that nothing of it is left in doubt. */
const DRAIN = 2000;

interface ActuatorNode extends RuntimeNode {
  /** Orders that wait or are to be seen to be done. */
  openOrders?: () => number;
}

export = function (RED: RuntimeApi): void {
  function ActuatorOut(this: ActuatorNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const settings = readSettings(migrate(saved, migrations), RED.settings.lang);
    const line = new StatusLine(this, RED);
    const problems = new Problems(this, RED.settings.lang);
    const link = openLink(RED, this, settings, {
      changed: () => {
        outbox.wake();
        show();
      },
      answer: (fits) => outbox.answer(fits),
    });
    if (typeof link === 'string') {
      refuse(this, line, link);
      return;
    }
    const count = { done: 0, failed: 0 };
    const journal = (): ReturnType<typeof asJournal> =>
      settings.journal === '' ? undefined : asJournal(RED.nodes.getNode(settings.journal));
    let diskFailed = false;
    const failed = (thrown: unknown): void => {
      diskFailed = true;
      this.error(RED._('error.notKept', { reason: asError(thrown).message }));
      show();
    };
    const mended = (): void => {
      diskFailed = false;
      show();
    };
    const keeper = new Keeper(this, RED.settings.userDir, failed, mended);
    const told = new Told({ journal, state: keeper.state, append: (line) => keeper.append(line) });
    const sendLater: Send = (message) => this.send(message);

    /** Tells what became of a command; what went wrong is a problem too. */
    const tell = (order: Order, state: CommandState['state'], reason?: SendError, dryRun = false): void => {
      const payload = stateOf(settings, order, state, reason, dryRun);
      sendLater([{ topic: settings.name, payload }, null]);
      const { statusId } = order;
      const book = journal();
      const alarm = statusId === undefined ? undefined : book?.alarmOfStatus(statusId);
      told.note({ kind: 'command', node: settings.id, alarm, statusId, body: payload });
      if (state === 'failed' || state === 'expired') {
        count.failed++;
        const hint = reason?.key === 'full' ? 'order.fullHint' : 'order.failedHint';
        problems.add(
          makeProblem(`order/${reason?.key ?? state}`, payload.reason ?? state, text(settings.language, hint), payload),
        );
        problems.flush(sendLater);
      } else if (state === order.level && !dryRun) count.done++;
    };
    const callbacks = new Map<string, () => void>();
    const outcome: Outcome = (order, state, reason) => {
      tell(order, state, reason);
      const { commandId, level } = order;
      if (state === level || state === 'failed' || state === 'expired') {
        callbacks.get(commandId)?.();
        callbacks.delete(commandId);
      }
      show();
    };
    const awaits = (order: Order): void => {
      // the same order may come again, such as with a replay that begins anew: what was sent has the first address
      if (order.token === undefined || order.level !== 'done' || callbacks.has(order.commandId)) return;
      const told = (verdict: 'done' | 'refused'): void =>
        outbox.answer(({ commandId }) => (commandId === order.commandId ? verdict : undefined));
      callbacks.set(order.commandId, awaitCallback(order.token, guard(this, told)));
    };

    const outbox: Outbox = new Outbox({
      transport: link.transport,
      clock: wallClock(this),
      ledger: keeper,
      state: keeper.state,
      rules: { ...settings, forbids: (order) => desk.forbids(order) },
      outcome: guard(this, outcome),
      random: Math.random,
      holdEnded: guard(this, (hold: Hold) => {
        told.note(holdNote(settings.id, settings.name, 'ended', hold));
        show();
      }),
    });
    const desk: Desk = new Desk({
      settings, keeper, outbox, journal, told, awaits,
      kept: (run) => void keeper.kept().then(guard(this, run)),
      problem: (problem) => problems.add(problem),
      dryRun: (order, why) => {
        tell(order, 'sent', why, true);
        line.waiting('status.dryRun');
      },
      now: () => Date.now(),
    }); // prettier-ignore

    const show = (): void => {
      const waiting = outbox.waiting + outbox.unconfirmed;
      const [hold] = keeper.state.holds.values();
      if (diskFailed) line.error('status.notKept');
      else if (hold !== undefined) line.waiting('status.held', { who: hold.who, until: hold.until });
      else if (!link.transport.ready()) {
        line.waiting(waiting > 0 ? 'status.offlineWaiting' : 'status.offline', { count: waiting });
      } else if (settings.dryRun) line.waiting('status.dryRunAll');
      else if (waiting > 0) line.working('status.waiting', { count: waiting });
      else if (count.done + count.failed > 0) line.working('status.counts', count);
      else line.idle('status.idle');
    };
    show();
    if (settings.confirmBy === 'callback') openCallbacks(RED);

    const started = keeper.ready.then(() => {
      for (const { order } of keeper.state.entries.values()) awaits(order);
      told.resume();
      outbox.resume();
      show();
    });
    started.catch((thrown: unknown) => this.error(asError(thrown)));
    this.openOrders = () => outbox.size;

    const take = (message: NodeMessage, send: Send): void => {
      desk.take(message);
      problems.flush(send, message);
      show();
    };
    onInput(this, (message, send) => (keeper.loaded ? take(message, send) : started.then(() => take(message, send))));
    onCloseOrRemoval(RED, this, async (removed) => {
      await started;
      await outbox.drain(DRAIN);
      outbox.close(!removed && RED.settings.userDir !== undefined);
      for (const off of callbacks.values()) off();
      line.close();
      await Promise.all([link.close(), told.close().then(() => keeper.close(removed))]);
    });
  }

  /** Without a way to the actuator the node says so, in its status line and to every message. */
  function refuse(node: RuntimeNode, line: StatusLine, why: NoLink): void {
    line.error(`status.${why}`);
    onInput(node, () => {
      throw Object.assign(new Error(RED._(`error.${why}`)), { code: why });
    });
    onClose(node, () => line.close());
  }

  RED.nodes.registerType('actuator-out', ActuatorOut, {
    credentials: { user: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  });
};

function stateOf(
  settings: ActuatorSettings,
  order: Order,
  state: CommandState['state'],
  reason: SendError | undefined,
  dryRun: boolean,
): CommandState {
  const { commandId, statusId, who } = order;
  const told: CommandState = { commandId, actuator: settings.name, state, time: formatTime(Date.now()) };
  if (reason !== undefined) {
    const parameters = reason.key === 'expired' ? { time: formatTime(order.validUntil) } : reason.parameters;
    told.reason = text(settings.language, `order.${reason.key}`, parameters);
  }
  if (statusId !== undefined) told.statusId = statusId;
  if (order.simulated) told.simulated = true;
  if (dryRun) told.dryRun = true;
  if (who !== undefined) told.who = who;
  return told;
}

function wallClock(node: RuntimeNode): Clock {
  return {
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(guard(node, run), ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
