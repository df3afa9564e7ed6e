import { asDomain } from '../ecdm-domain/domain-source';
import { readCity, rosterBehind, type City } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import type { CityEvent } from '../ecdm/event';
import { readObservations } from '../ecdm/observation-reader';
import { realmOf, Realms, type Realm } from '../ecdm/realms';
import { rehearsalRoutes } from '../rehearsal/serve/routes';
import { onFlowsStarted } from '../runtime/flows-started';
import { guard, onInput } from '../runtime/input';
import { HandedOver } from '../runtime/handed-over';
import { migrate } from '../runtime/migrate';
import { onOpenAsked, type Asked } from '../runtime/open-asked';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { leadsStraightTo } from '../runtime/receivers';
import { onCloseOrRemoval } from '../runtime/removal';
import { SleepWatch } from '../runtime/sleep-watch';
import { SnapshotStore } from '../runtime/snapshots';
import { StatusLine, type Line } from '../runtime/status-line';
import { EventEngine, type EngineSnapshot, type EventCounters } from './engine/engine';
import { Keeper } from './keeper';
import { migrations } from './migrations';
import { Rate } from './rate';
import { readEvents } from './settings';

/** Longest sleep of the timer for silences (a longer one would overflow it). */
const LONGEST_SLEEP = 3_600_000;

export = function (RED: RuntimeApi): void {
  const handedOver = new HandedOver<ReadonlyMap<Realm, EngineSnapshot>>(RED);

  function EcdmEvent(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const line = new StatusLine(this, RED);
    const domainId = typeof config['domain'] === 'string' ? config['domain'] : '';
    const domain = asDomain(RED.nodes.getNode(domainId));
    if (domainId !== '' && domain === undefined) this.warn(RED._('error.noDomain'));
    const { events: definitions, bad } = readEvents(config['events'], RED.settings.lang);
    for (const one of bad) this.warn(RED._('error.badEvent', { ...one }));
    const language = domain?.language ?? RED.settings.lang;
    const realms = new Realms((_realm, before?: EngineSnapshot) => {
      const engine = new EventEngine(definitions, { domain, language, node: this.id });
      if (before !== undefined) engine.restore(before);
      return { engine, gate: new ClockGate() };
    });
    realms.takeOver(handedOver.take(this.id));
    const real = realms.real.engine;
    for (const problem of real.definitionProblems) this.warn(problem.message);

    const problems = new Problems(this, RED.settings.lang);
    const rate = new Rate();
    const watch = new SleepWatch(this, RED, ({ to }) => {
      if (!real.awake(to)) return false;
      schedule(to);
      return true;
    });
    watch.lookOften();
    let timer: NodeJS.Timeout | undefined;
    let wakesAt = Infinity;
    const notKept = guard(this, (error: unknown) => {
      this.warn(RED._('error.snapshot', { reason: error instanceof Error ? error.message : String(error) }));
    });
    const keptAgain = guard(this, () => this.warn(RED._('error.snapshotAgain')));
    const keeper = new Keeper(real, new SnapshotStore(RED.settings.userDir, this.id), notKept, keptAgain);
    const isEmpty = real.ids.length === 0;
    if (isEmpty) line.waiting('status.noEvents');
    else line.idle('status.idle', { count: real.ids.length });

    /** The readings that came last are of it. */
    let last: Realm = 'real';
    /** What is open in the city goes before what is simulated or was. */
    const state = (): Line => {
      if (isEmpty) return ['waiting', 'status.noEvents'];
      const counters = real.counters();
      if (counters.streams > 0 || last === 'real') return lineOf(counters);
      const [look, key, parameters] = lineOf(realms.of(last).engine.counters());
      return [look, `status.in.${last}`, { line: RED._(key, parameters) }];
    };
    const lineOf = ({ open, incomparable }: EventCounters): Line => {
      const { per, count } = rate.shown;
      const said = { rate: RED._(`status.per.${per}`, { count }) };
      if (open > 0) return ['raised', 'status.open', { open, ...said }];
      // green would say that all is well, while nothing can ever come of these
      if (incomparable > 0) return ['waiting', 'status.unit', { count: incomparable, ...said }];
      return ['working', 'status.working', said];
    };

    const handle = (message: NodeMessage, send: Send): void => {
      watch.look();
      const city = readCity(message.city);
      const single = !Array.isArray(message.payload);
      const events: CityEvent[] = [];
      const { clock, mode } = city;
      last = realmOf(mode);
      const { engine, gate } = realms.of(last);
      // what was open when the last event was taken out still ends
      if (isEmpty && !engine.hasLeft) throw Object.assign(new Error(RED._('error.noEvents')), { code: 'noEvents' });
      // a message that carries nothing but the clock has an empty array
      const readings = readObservations(message.payload, problems.list, language);
      const wall = Date.now();
      if (clock !== undefined) engine.startsOver(clock, mode, readings);
      if (city.roster !== undefined) engine.roster(city.roster);
      engine.push(readings, mode, wall, events, problems.list);
      if (clock !== undefined) city.clock = engine.advance(clock, mode, wall, events, problems.list);
      if (city.roster !== undefined) {
        city.roster = city.roster.filter((entry) => watches(engine, entry));
        Object.assign(city, rosterBehind(city, this.id));
      }
      deliver(send, message, events, city, single, gate);
      problems.flush(send, message);
      if (last === 'real') keeper.changed(events.some(isOfState));
      rate.add(readings.length, performance.now());
      line.later(state);
      schedule(wall);
    };

    /** Silences and `for` of the city are told by the wall clock, too, when live sources say nothing at all. */
    const schedule = (wall: number): void => {
      const due = real.nextDeadline() ?? Infinity;
      // waking too early does no harm, and setting a timer at every message costs more than judging it
      if (due >= wakesAt) return;
      clearTimeout(timer);
      wakesAt = due;
      timer = setTimeout(wake, Math.min(Math.max(due - wall, 0) + 1, LONGEST_SLEEP));
      timer.unref();
    };
    const wake = guard(this, () => {
      watch.look();
      const wall = Date.now();
      const events: CityEvent[] = [];
      wakesAt = Infinity;
      real.tick(wall, events, problems.list);
      if (events.length > 0) this.send([{ payload: events, topic: 'event', city: { mode: real.currentMode } }, null]);
      problems.flush(this.send.bind(this));
      keeper.changed(events.some(isOfState));
      line.later(state);
      schedule(wall);
    });

    onInput(this, (message, send) => {
      if (keeper.ready) handle(message, send);
      else return keeper.restored.then(() => handle(message, send));
    });
    let isClosing = false;
    // what was open in an event that is judged no longer ends without a reading, too, once there is somebody to hear of it
    const stopWaiting = onFlowsStarted(RED, () => {
      void keeper.restored.then(() => {
        if (real.hasLeft && !isClosing) wake();
      });
    });
    const sayAgain = (ids: ReadonlySet<string>, to: (message: NodeMessage) => void): void => {
      if (isClosing) return;
      for (const [, { engine }] of realms) {
        const open = engine.open(ids);
        if (open.length > 0) to({ payload: open, topic: 'event', city: { mode: engine.currentMode } });
      }
    };
    /** What is asked for by rules that it reaches only through other nodes: one answer for all that ask at once. */
    let asked = new Set<string>();
    const sayToAll = guard(this, async () => {
      await keeper.restored;
      const ids = asked;
      asked = new Set();
      sayAgain(ids, (message) => this.send([message, null]));
    });
    const answer = guard(this, ({ events, by }: Asked): Promise<void> | undefined => {
      const own = real.ids.filter((id) => events.has(id));
      if (own.length === 0) return undefined;
      if (leadsStraightTo(RED, this, by))
        return keeper.restored.then(() => sayAgain(events, (message) => RED.nodes.getNode(by)?.receive?.(message)));
      if (asked.size === 0) setImmediate(sayToAll);
      for (const id of own) asked.add(id);
      return undefined;
    });
    const stopHearing = onOpenAsked(RED, answer);
    onCloseOrRemoval(RED, this, async (removed) => {
      isClosing = true;
      stopWaiting();
      stopHearing();
      line.close();
      watch.close();
      try {
        await keeper.close(removed);
      } finally {
        // what waited for the state has been judged meanwhile, and a full disk is no reason to go on
        clearTimeout(timer);
        // a simulation and a replay are not written down: they go on after a deploy, and not when the process has ended
        if (!removed) handedOver.put(this.id, realms.mapUnreal(({ engine }) => engine.snapshot()));
      }
    });
    keeper.restore(() => schedule(Date.now()));
  }

  RED.nodes.registerType('ecdm-event', EcdmEvent);
  rehearsalRoutes(RED);
};

/** It begins, ends, or is not known any more: whoever hears of it remembers it. */
const isOfState = ({ kind }: CityEvent): boolean => kind !== 'point';

function watches(engine: EventEngine, entry: NonNullable<City['roster']>[number]): boolean {
  try {
    return typeof entry.datastream === 'string' && typeof entry.property === 'string' && engine.watches(entry);
  } catch {
    return false;
  }
}

/** An array is answered by an array, one reading by one message per event; the last one carries the clock. */
function deliver(send: Send, message: NodeMessage, events: CityEvent[], city: City, single: boolean, gate: ClockGate): void {
  if (single && events.length === 0 && !gate.passes(city, performance.now())) return;
  if (single) {
    const { clock: _, roster: __, rosterSource: ___, ...early } = city;
    for (const event of events.slice(0, -1)) send([{ ...message, payload: event, city: early }, null]);
  }
  message.payload = single && events.length > 0 ? events.at(-1) : events;
  message.city = city;
  send([message, null]);
}
