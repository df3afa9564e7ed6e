import type { RosterEntry } from '../ecdm/city';
import { ClockTracker } from '../ecdm/clock-tracker';
import type { Problem } from '../ecdm/problem';
import { guard, onClose } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { StatusLine } from '../runtime/status-line';
import { TicketDesk } from '../runtime/tickets';
import { asServer } from '../sensorthings-server/server';
import { migrations } from './migrations';
import { readOptions } from './options';
import { Outbox } from './outbox';
import { RosterWatch } from './roster-watch';
import type { Health, Source } from './source';
import { DemoSource } from './source-demo';
import { ServerSource } from './source-server';

/** Milliseconds between two looks at clock and rate. */
const TICK = 1000;
/** Seconds over which the rate is taken. */
const RATE_SECONDS = 5;
/** Milliseconds that the status line says that the flow is slow. */
const SLOW_SHOWN = 10_000;
/** Reasons that have words of their own; others are "network". */
const REASONS = new Set([
  'bad-url', 'login-in-url', 'unauthorized', 'forbidden', 'not-found', 'not-json', 'not-sta', 'redirect', 'certificate',
  'unknown-host', 'no-server', 'timeout', 'throttled', 'server', 'refused', 'no-mqtt', 'nothing-chosen', 'too-large',
]); // prettier-ignore

export = function (RED: RuntimeApi): void {
  function SensorThingsIn(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const options = readOptions(config);
    const line = new StatusLine(this, RED);
    const server = asServer(RED.nodes.getNode(config['server'] as string));
    if (!server) {
      line.error('status.noServer');
      onClose(this, () => line.close());
      return;
    }

    const problems = new Problems(this, RED.settings.lang);
    let slowUntil = -Infinity;
    const tracker = new ClockTracker(this.id);
    const desk = new TicketDesk(RED, this.id, () => (slowUntil = performance.now() + SLOW_SHOWN));
    let health: Health = { state: 'connecting' };
    const now = (): number | undefined => {
      if (server.kind === 'demo') return server.now();
      // a server that is simulated has a clock of its own, which only its readings tell
      return source.mode() === 'simulated' ? undefined : Date.now();
    };
    const failed = (thrown: unknown): void => this.error(thrown);
    const outbox = new Outbox({
      emit: options.emit,
      tracker,
      desk,
      now,
      failed,
      send: (message) => this.send([message, null]),
    });
    const rosters = new RosterWatch(tracker);
    const host = {
      outbox,
      failed,
      roster: (roster: RosterEntry[]) => outbox.setRoster(rosters.fill(roster)),
      problem: (problem: Problem) => problems.add(inWords(problem)),
      health: (next: Health) => {
        if (next.state === 'working' && health.state === 'down') this.log(RED._('log.back'));
        if (next.state === 'down' && health.state !== 'down')
          this.log(RED._('log.down', { reason: reasonOf(next.code) }));
        health = next;
        showHealth();
      },
    };
    const source: Source =
      server.kind === 'demo' ? new DemoSource(server, options, host) : new ServerSource(server, options, host);

    const counts: number[] = [];
    const showHealth = (): void => {
      const first = counts[0] ?? 0;
      const seconds = Math.max(1, counts.length - 1);
      const rate = ((counts[counts.length - 1] ?? 0) - first) / seconds;
      const shown = { rate: rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10 };
      switch (health.state) {
        case 'connecting':
          return line.waiting('status.connecting');
        case 'down':
          return line.error(`status.reason.${known(health.code)}`);
        case 'degraded':
          return line.waiting(`status.degraded.${known(health.code) === 'refused' ? 'refused' : 'poll'}`, shown);
        case 'working':
          return performance.now() < slowUntil
            ? line.waiting('status.slow', shown)
            : line.working(`status.${health.mode}`, shown);
      }
    };
    const tick = guard(this, () => {
      const learned = rosters.learned(() => source.roster());
      if (learned) outbox.setRoster(learned);
      outbox.tick(source.mode());
      counts.push(outbox.sent);
      if (counts.length > RATE_SECONDS + 1) counts.shift();
      problems.flush(this.send.bind(this));
      showHealth();
    });

    let timer: NodeJS.Timeout | undefined;
    const start = guard(this, () => {
      if (timer !== undefined) return;
      timer = setInterval(tick, TICK);
      source.start();
    });
    showHealth();
    // every node of the flow must be there before the first message
    RED.events.on('flows:started', start);
    onClose(this, () => {
      RED.events.removeListener('flows:started', start);
      clearInterval(timer);
      source.close();
      outbox.close();
      desk.close();
      line.close();
    });
  }

  function known(code: string): string {
    const plain = code.replace(/^mqtt-/, '');
    return REASONS.has(plain) ? plain : 'network';
  }

  function reasonOf(code: string): string {
    return RED._(`reason.${known(code)}.message`);
  }

  /** Codes that the form and the help know get their words; the raw message stays with them. */
  function inWords(problem: Problem): Problem {
    if (!REASONS.has(problem.code)) {
      const hint = problem.hint === '' ? RED._('reason.item.hint') : problem.hint;
      return { ...problem, hint };
    }
    const { code, message } = problem;
    return { ...problem, message: `${reasonOf(code)} (${message})`, hint: RED._(`reason.${code}.hint`) };
  }

  RED.nodes.registerType('sensorthings-in', SensorThingsIn);
};
