import { asZoneSource } from '../city-zones/zones/zone-source';
import { isUnreal, type RosterEntry } from '../ecdm/city';
import { ClockTracker } from '../ecdm/clock-tracker';
import type { Problem } from '../ecdm/problem';
import type { HistorySource } from '../rehearsal/history/source';
import { onFlowsStarted } from '../runtime/flows-started';
import { guard, onClose } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { ringFor } from '../runtime/reading-ring';
import { Receivers } from '../runtime/receivers';
import { onCloseOrRemoval } from '../runtime/removal';
import { StatusLine } from '../runtime/status-line';
import { TicketDesk } from '../runtime/tickets';
import type { Connection } from '../sensorthings-server/client/connection';
import type { DecodeOptions } from '../sensorthings-server/client/decode';
import { passes, zoneNamed } from '../sensorthings-server/client/rule';
import { ruleZone } from '../sensorthings-server/client/rule-zone';
import { asServer, type StaServer } from '../sensorthings-server/server';
import { demoHistory, serverHistory } from './history';
import { MOST_BUFFERED } from './live-feed';
import { migrations } from './migrations';
import { type Options, readOptions } from './options';
import { Outbox } from './outbox';
import { PositionLog } from './position-log';
import { Positions } from './positions';
import { RosterWatch } from './roster-watch';
import type { Health, Keeping, Source, SourceHost } from './source';
import { DemoSource } from './source-demo';
import { ReplaySource } from './source-replay';
import { ServerSource } from './source-server';

/** Milliseconds between two looks at clock and rate. */
const TICK = 1000;
/** Seconds over which the rate is taken. */
const RATE_SECONDS = 5;
/** Milliseconds that the status line says that the flow is slow. */
const SLOW_SHOWN = 10_000;
/** Waiting observations from which on the status line tells them. */
const SLICE_SHOWN = 1000;
/** Milliseconds for which a node that closes waits for the flow to take what is on its way. */
const LAST_NEWS = 500;
/** Nodes that remember, and may have lost what they took shortly before a crash; also what cannot be looked behind. */
const STATEFUL = ['ecdm-event', 'pattern-status', 'link out'];
/** Milliseconds before a crash of which everything is sent again to them: more than the time between their snapshots. */
const AGAIN = 60_000;
/** Health codes with words of their own while it goes on. */
const DEGRADED: ReadonlyMap<string, string> = new Map([
  ['refused', 'refused'],
  ['silent', 'silent'],
]);
/** Reasons that have words of their own; others are "network". */
const REASONS = new Set([
  'bad-url', 'login-in-url', 'unauthorized', 'forbidden', 'not-found', 'not-json', 'not-sta', 'redirect', 'certificate',
  'unknown-host', 'no-server', 'timeout', 'throttled', 'server', 'refused', 'no-mqtt', 'nothing-chosen', 'too-large',
  'silent', 'paging-repeated', 'paging-gave-up', 'paging-endless', 'paging-unordered', 'token', 'bad-path',
]); // prettier-ignore

export = function (RED: RuntimeApi): void {
  function SensorThingsIn(this: RuntimeNode & { historySource?: HistorySource }, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const line = new StatusLine(this, RED);
    const server = asServer(RED.nodes.getNode(config['server'] as string));
    if (!server) {
      line.error('status.noServer');
      onClose(this, () => line.close());
      return;
    }

    const named = config['choose'] === 'rule' ? zoneNamed(config['rule']) : undefined;
    const zones = asZoneSource(RED.nodes.getNode(String(config['zones'])))?.zones ?? [];
    const within = named === undefined ? undefined : ruleZone(zones, named);
    if (named !== undefined && !within) {
      // without its zone the rule would mean the whole world
      line.error('status.zoneGone');
      this.error(RED._('error.zoneGone', { id: named }));
      onClose(this, () => line.close());
      return;
    }
    const options = readOptions(config, server.kind === 'server' ? server.zone : undefined, within);
    const problems = new Problems(this, RED.settings.lang);
    let slowUntil = -Infinity;
    const tracker = new ClockTracker(this.id);
    const desk = new TicketDesk(RED, this.id, () => (slowUntil = performance.now() + SLOW_SHOWN), {
      onTaken: (ticket) => outbox.ticketTaken(ticket),
    });
    let health: Health = { state: 'connecting' };
    const now = (): number | undefined => {
      if (server.kind === 'demo') return server.now();
      // a server that is simulated, and a replay, have a clock of their own, which only their readings tell
      return isUnreal(source.mode()) ? undefined : Date.now();
    };
    const failed = (thrown: unknown): void => this.error(thrown);
    const positions = new Positions();
    const log = new PositionLog(RED.settings.userDir, this.id, options.reads, positions, failed);
    const receivers = new Receivers(RED, this);
    const ring = ringFor(RED, this, config['remember']);
    const outbox = new Outbox({
      emit: options.emit,
      tracker,
      desk,
      now,
      failed,
      sends: (observations, mode) => ring?.remember(observations, mode),
      // the demo city makes its readings anew
      taken: server.kind === 'demo' ? undefined : (observations) => log.taken(observations),
      send: (message) => this.send([message, null]),
    });
    const rosters = new RosterWatch(tracker);
    const host: SourceHost = {
      outbox,
      failed,
      usualInterval: () => rosters.usualInterval(),
      wanted: ({ value }) => options.threshold === undefined || passes(options.threshold, value),
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
    const source = makeSource(server, options, host, {
      positions,
      log,
      load: () => log.load(STATEFUL.some((type) => receivers.has(type)) ? AGAIN : 0),
    });

    this.historySource = {
      remembered: ring,
      server:
        server.kind === 'demo'
          ? demoHistory(server, options.choose)
          : serverHistory(server, options, decodeOptions(server, options, () => undefined)),
    };

    const counts: number[] = [];
    /** What is held back, where it is something; and where a bound is reached. */
    const bounds = (): string => {
      const { buffered, crowded, cut } = source.bounds();
      const parts: string[] = [];
      if (outbox.full) parts.push(RED._('status.part.full', { count: outbox.waitingCount }));
      else if (outbox.waitingCount > SLICE_SHOWN)
        parts.push(RED._('status.part.queue', { count: outbox.waitingCount }));
      if (buffered >= MOST_BUFFERED) parts.push(RED._('status.part.buffer'));
      if (crowded) parts.push(RED._('status.part.ids'));
      if (cut !== undefined) parts.push(RED._('status.part.cut', { count: cut }));
      return parts.join('');
    };
    const showHealth = (): void => {
      const first = counts[0] ?? 0;
      const seconds = Math.max(1, counts.length - 1);
      const rate = ((counts[counts.length - 1] ?? 0) - first) / seconds;
      const shown = { rate: rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10, more: bounds() };
      switch (health.state) {
        case 'connecting':
          return line.waiting('status.connecting');
        case 'ended':
          return line.idle('status.ended');
        case 'down':
          return line.error(`status.reason.${known(health.code)}`);
        case 'degraded':
          return line.waiting(`status.degraded.${DEGRADED.get(known(health.code)) ?? 'poll'}`, shown);
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
    const startNoMore = onFlowsStarted(RED, start);
    onCloseOrRemoval(RED, this, async (removed) => {
      startNoMore();
      clearInterval(timer);
      source.close();
      outbox.stop();
      // what the flow has just taken is known a moment later; without it the next start would send it again
      await desk.drained(LAST_NEWS);
      outbox.close();
      desk.close();
      receivers.close();
      line.close();
      await ring?.close(removed);
      if (removed || server.kind !== 'demo') await log.close(removed);
    });
  }

  function makeSource(server: StaServer, options: Options, host: SourceHost, keeping: Keeping): Source {
    if (server.kind === 'demo') return new DemoSource(server, options, host);
    const decode = decodeOptions(server, options, (problem) => host.problem(problem));
    return options.mode === 'replay'
      ? new ReplaySource(server, options, host, keeping, decode)
      : new ServerSource(server, options, host, keeping, decode);
  }

  function decodeOptions(server: Connection, options: Options, onProblem: (problem: Problem) => void): DecodeOptions {
    const { sentinels, records } = options;
    return { zone: server.zone, sentinels, records, language: RED.settings.lang, told: new Set(), onProblem };
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
