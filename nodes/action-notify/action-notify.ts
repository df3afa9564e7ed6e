import { asDomain } from '../ecdm-domain/domain-source';
import { readCity } from '../ecdm/city';
import { RunWatch } from '../ecdm/run-watch';
import { guard, onClose, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { Remembered } from '../runtime/remembered';
import { StatusLine } from '../runtime/status-line';
import type { OutMessage } from './forms/form';
import { migrations } from './migrations';
import { Notifier, type Answer } from './notifier';
import { readSettings } from './settings';

export = function (RED: RuntimeApi): void {
  function ActionNotify(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const domain = typeof config['domain'] === 'string' ? config['domain'] : '';
    const settings = readSettings(config, asDomain(RED.nodes.getNode(domain)));
    const line = new StatusLine(this, RED);
    const problems = new Problems(this, RED.settings.lang);
    const notifier = new Notifier(settings, (problem) => problems.add(problem));
    const remembered = new Remembered(this, RED.settings.userDir, notifier.revisions);
    const runs = new RunWatch();
    let told = 0;
    let timer: NodeJS.Timeout | undefined;
    line.idle('status.idle');

    const say = (answer: Answer): void => {
      const number = notifier.form === undefined ? answer.notices.length : answer.messages.length;
      told += number;
      if (number > 0) line.working('status.told', { count: told });
    };

    /** A table that changes by time alone is drawn anew. */
    const plan = (): void => {
      const due = notifier.form?.due?.();
      clearTimeout(timer);
      if (due === undefined) return;
      timer = setTimeout(guard(this, redraw), Math.min(2_000_000_000, Math.max(1, due - Date.now())));
      timer.unref();
    };
    const redraw = (): void => {
      const messages = notifier.form?.tick?.(Date.now()) ?? [];
      sendEach((message) => this.send(message), messages);
      plan();
    };

    const take = (message: NodeMessage, send: Send): void => {
      const single = !Array.isArray(message.payload);
      const items = single ? [message.payload] : (message.payload as unknown[]);
      const city = readCity(message.city);
      if (runs.startsOver(city)) notifier.forgetRun();
      const answer = notifier.take(items, city.mode, Date.now());
      if (city.mode === 'replay' && city.clock?.end === true) notifier.forgetRun();
      if (notifier.form === undefined) {
        // nobody behind this node needs the clock: where there is nothing to tell, nothing is sent
        if (answer.notices.length > 0) {
          message.payload = single && answer.notices.length === 1 ? answer.notices[0] : answer.notices;
          send([message, null]);
        }
      } else {
        sendEach(send, answer.messages, message);
        plan();
      }
      problems.flush(send, message);
      remembered.changed();
      say(answer);
    };

    onInput(this, (message, send) => {
      if (remembered.loaded) return take(message, send);
      return remembered.ready.then(() => take(message, send));
    });
    onClose(this, (removed) => {
      clearTimeout(timer);
      line.close();
      return remembered.close(removed);
    });
  }

  RED.nodes.registerType('action-notify', ActionNotify);
};

/**
 * Sends the messages of a form one by one (of several in one call Node-RED clones all but the first). They are new
 * messages: a dashboard's widget obeys `template`, `enabled` or `ui_control` of a message, and nothing of that may come
 * through from a device.
 */
function sendEach(send: Send, messages: readonly OutMessage[], origin?: NodeMessage): void {
  for (const message of messages) {
    const out: NodeMessage = { ...message };
    if (origin?.city !== undefined) out.city = origin.city;
    send([out, null]);
  }
}
