import type { CommandState } from '../ecdm/action';
import { isUnreal, readCity } from '../ecdm/city';
import { makeProblem } from '../ecdm/problem';
import { Revisions } from '../ecdm/revisions';
import { RunWatch } from '../ecdm/run-watch';
import { text } from '../ecdm/text';
import { formatTime } from '../ecdm/time';
import { BrokerError, openBroker } from '../runtime/broker-port';
import { guard, onClose, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { Remembered } from '../runtime/remembered';
import { StatusLine } from '../runtime/status-line';
import { answerFilter } from './address';
import { readAnswer } from './answers';
import { HttpTransport } from './http';
import { migrations } from './migrations';
import { MqttTransport } from './mqtt';
import type { Order } from './order';
import { makeOrder } from './orders';
import { Outbox, SendError, type Clock, type Outcome, type Transport } from './outbox';
import { readSettings, type ActuatorSettings } from './settings';

interface Link {
  transport: Transport;
  close(): Promise<void> | void;
}

interface Heard {
  changed(): void;
  answer(fits: ReturnType<typeof readAnswer>): void;
}

export = function (RED: RuntimeApi): void {
  function ActuatorOut(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const settings = readSettings(migrate(saved, migrations), RED.settings.lang);
    const line = new StatusLine(this, RED);
    const problems = new Problems(this, RED.settings.lang);
    const revisions = new Revisions();
    /** A replay and a simulation may be run again, and never count as what is real. */
    let unreal = new Revisions();
    const runs = new RunWatch();
    const remembered = new Remembered(this, RED.settings.userDir, revisions);
    const count = { done: 0, failed: 0 };

    /** Tells what became of a command; what went wrong is a problem too. */
    const tell = (send: Send, order: Order, state: CommandState['state'], reason?: SendError, dryRun = false): void => {
      const why = reason === undefined ? undefined : explain(settings, order, reason);
      const payload: CommandState = {
        commandId: order.commandId,
        actuator: settings.name,
        state,
        time: formatTime(Date.now()),
      };
      if (why !== undefined) payload.reason = why;
      if (order.statusId !== undefined) payload.statusId = order.statusId;
      if (order.simulated) payload.simulated = true;
      send([{ topic: settings.name, payload }, null]);
      if (state === 'failed' || state === 'expired') {
        count.failed++;
        const hint = reason?.key === 'full' ? 'order.fullHint' : 'order.failedHint';
        problems.add(
          makeProblem(`order/${reason?.key ?? state}`, why ?? state, text(settings.language, hint), payload),
        );
        problems.flush(send);
      } else if (state === order.level && !dryRun) count.done++;
    };
    const sendLater: Send = (message) => this.send(message);
    const outcome: Outcome = (order, state, reason) => {
      tell(sendLater, order, state, reason);
      show();
    };

    const link = connect(this, settings, {
      changed: () => {
        outbox.wake();
        show();
      },
      answer: (fits) => outbox.answer(fits),
    });
    if (link === undefined) {
      refuse(this, line);
      return;
    }
    const outbox = new Outbox(link.transport, wallClock(this), settings.within, outcome);

    const show = (): void => {
      const waiting = outbox.waiting + outbox.unconfirmed;
      if (!link.transport.ready()) {
        line.waiting(waiting > 0 ? 'status.offlineWaiting' : 'status.offline', { count: waiting });
      } else if (waiting > 0) line.working('status.waiting', { count: waiting });
      else if (count.done + count.failed > 0) line.working('status.counts', count);
      else line.idle('status.idle');
    };
    show();

    const take = (message: NodeMessage, send: Send): void => {
      const items = Array.isArray(message.payload) ? (message.payload as unknown[]) : [message.payload];
      const city = readCity(message.city);
      const { mode } = city;
      if (runs.startsOver(city)) unreal = new Revisions();
      const known = isUnreal(mode) ? unreal : revisions;
      for (const item of items) {
        const order = makeOrder(item, settings, mode, Date.now(), (id, revision) => known.isNew(id, revision));
        if (order === undefined) continue;
        if ('code' in order) problems.add(order);
        else if (order.simulated && !settings.alsoSimulated) {
          tell(send, order, 'sent', new SendError('dryRun'), true);
          line.waiting('status.dryRun');
        } else outbox.add(order);
      }
      problems.flush(send, message);
      remembered.changed();
    };

    onInput(this, (message, send) => {
      if (remembered.loaded) return take(message, send);
      return remembered.ready.then(() => take(message, send));
    });
    onClose(this, async (removed) => {
      outbox.close();
      line.close();
      await Promise.all([link.close(), remembered.close(removed)]);
    });
  }

  /** Without a broker the node says so, in its status line and to every message. */
  function refuse(node: RuntimeNode, line: StatusLine): void {
    line.error('status.noBroker');
    onInput(node, () => {
      throw Object.assign(new Error(RED._('error.noBroker')), { code: 'noBroker' });
    });
    onClose(node, () => line.close());
  }

  /** @returns undefined where there is no broker; nothing of `heard` is called before this has returned */
  function connect(node: RuntimeNode, settings: ActuatorSettings, heard: Heard): Link | undefined {
    if (settings.via === 'http') {
      const transport = new HttpTransport(settings, node.credentials ?? {});
      return { transport, close: () => transport.close() };
    }
    try {
      const port = openBroker(RED, settings.broker, node);
      port.onState(() => heard.changed());
      // one subscription for all answers, with a wildcard where the topic has a place holder
      const filter = answerFilter(settings.answerTopic);
      if (filter !== '') port.subscribe(filter, 1, (topic, payload) => heard.answer(readAnswer(topic, payload)));
      return { transport: new MqttTransport(port, settings), close: () => port.close() };
    } catch (thrown) {
      if (thrown instanceof BrokerError && thrown.code === 'no-broker') return undefined;
      throw thrown;
    }
  }

  RED.nodes.registerType('actuator-out', ActuatorOut, {
    credentials: { user: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  });
};

function explain(settings: ActuatorSettings, order: Order, reason: SendError): string {
  const parameters = reason.key === 'expired' ? { time: formatTime(order.validUntil) } : reason.parameters;
  return text(settings.language, `order.${reason.key}`, parameters);
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
