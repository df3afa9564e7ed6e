import type { Finding } from '../city-zones/zones/model';
import { toWorldmap } from '../city-zones/zones/worldmap';
import { asZoneSource } from '../city-zones/zones/zone-source';
import { isReplay, readCity, rosterBehind } from '../ecdm/city';
import { ClockGate } from '../ecdm/clock-gate';
import { makeProblem } from '../ecdm/problem';
import { realmOf, Realms, type Realm } from '../ecdm/realms';
import { RunWatch } from '../ecdm/run-watch';
import { rehearsalRoutes } from '../rehearsal/serve/routes';
import { guard, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { HandedOver } from '../runtime/handed-over';
import { Problems } from '../runtime/problems';
import { Remembered } from '../runtime/remembered';
import { onCloseOrRemoval } from '../runtime/removal';
import { SleepWatch } from '../runtime/sleep-watch';
import type { Away } from '../runtime/wall-watch';
import { StatusLine, type Line } from '../runtime/status-line';
import { Waker } from '../runtime/waker';
import { moveEvent } from './move-event';
import { migrations } from './migrations';
import { readOptions } from './options';
import { isDrawing, isMapEvent } from './run-time-zones';
import { outMessages } from './out-messages';
import { SpatialRun, type ToldMove } from './spatial-run';
import type { Fault } from './zone-filter';

/** After so many problems of one message the further ones are only counted. */
const MOST_PROBLEMS = 100;
const ONE_MORE = makeProblem('more', '', '', null);
/** The texts of what is wrong with zones are those of their configuration node. */
const ZONE_TEXTS = '@ecdm/node-red-city-events/city-zones:finding.';

/** What is handed over of a realm that is not real. */
interface HandedRealm {
  runs: RunWatch;
  tracks: unknown;
}

export = function (RED: RuntimeApi): void {
  const handedOver = new HandedOver<ReadonlyMap<Realm, HandedRealm>>(RED);

  function explain(fault: Fault, item: unknown): ReturnType<typeof makeProblem> {
    return makeProblem(fault, RED._(`problem.${fault}.message`), RED._(`problem.${fault}.hint`), item);
  }

  function zoneProblem({ code, zone, params }: Finding, payload: unknown): ReturnType<typeof makeProblem> {
    const reason = RED._(`${ZONE_TEXTS}${code}`, { ...params, zone: zone ?? '' });
    return makeProblem(`zones/${code}`, reason, RED._('problem.badZones.hint'), payload);
  }

  function SpatialFilter(this: RuntimeNode, saved: NodeConfig): void {
    RED.nodes.createNode(this, saved);
    const config = migrate(saved, migrations);
    const options = readOptions(config);
    const line = new StatusLine(this, RED);
    const source = asZoneSource(RED.nodes.getNode(String(config['zones'])));
    const outputs = options.rest ? 3 : 2;
    const gates = { kept: new ClockGate(), rest: new ClockGate() };
    const problems = new Problems(this, RED.settings.lang);
    const run = new SpatialRun(source?.zones ?? [], options);
    const remembered = new Remembered(this, RED.settings.userDir, run, options.keepZones || options.keep === 'moves');
    /** The mode of the last message, and the clocks of those that may be run again. */
    const heard = new Realms((realm, before?: HandedRealm) => {
      if (before !== undefined) run.takeOver(realm, before.tracks);
      return { mode: realm === 'real' ? 'live' : realm, runs: before?.runs ?? new RunWatch() };
    });
    const total = { kept: 0, all: 0, dropped: 0 };
    const state = (): Line => {
      const { forgotten } = run;
      if (forgotten > 0) return ['waiting', 'status.forgotten', { ...total, forgotten }];
      return ['working', total.dropped > 0 ? 'status.dropped' : 'status.kept', total];
    };
    const names = { enter: '', exit: '', dwell: '' };
    for (const kind of ['enter', 'exit', 'dwell'] as const) names[kind] = RED._(`move.${kind}`);
    const eventOf = (move: ToldMove): object => moveEvent(move, this.id, names, run.lineage(move.zone));
    const leaps = ({ from, to }: Away): boolean => {
      if (!run.leap(to - from)) return false;
      waker.plan(run.nextTick);
      return true;
    };
    const watch = new SleepWatch(this, RED, leaps, leaps);
    if (options.keep === 'moves') watch.lookOften();
    const waker = new Waker(this, () => {
      watch.look();
      for (const realm of run.realms) tellSilent(realm);
      waker.plan(run.nextTick);
    });
    const tellSilent = (realm: Realm): void => {
      const moves = run.tick(Date.now(), realm);
      if (moves.length === 0) return;
      const message: NodeMessage = { city: { mode: heard.of(realm).mode } };
      for (const one of outMessages(message, moves.map(eventOf), undefined, false, options.arrays === 'split')) {
        sendTo((out) => this.send(out), 0, outputs, one);
      }
      if (realm === 'real') remembered.changed();
      total.kept += moves.length;
      line.later(state);
    };
    onCloseOrRemoval(RED, this, async (removed) => {
      watch.close();
      waker.close();
      line.close();
      try {
        await remembered.close(removed);
      } finally {
        // only now: what came before the state was back has been judged meanwhile
        const tracks = heard.mapUnreal(({ runs }, realm) => ({ runs, tracks: run.tracksOf(realm) }));
        if (!removed) handedOver.put(this.id, tracks);
      }
    });
    if (source !== undefined && run.missing.length > 0) {
      this.warn(RED._('error.zonesGone', { ids: run.missing.slice(0, 10).join(', ') }));
    }
    const showZones = (): void => {
      if (!run.canJudge) line.error('status.noZones');
      else if (run.missing.length > 0) line.waiting('status.zonesGone');
      else line.idle('status.idle', { count: run.count });
    };
    showZones();
    let handed = handedOver.take(this.id);
    const begin = (): void => {
      // only now: zones that were drawn are there again, and somebody may be in one
      heard.takeOver(handed);
      handed = undefined;
      showZones();
      waker.plan(run.nextTick);
    };
    if (remembered.loaded) begin();
    else void remembered.ready.then(guard(this, begin));

    /** A message about the zones or the places, and not about readings. */
    const takeSettings = (message: NodeMessage, send: Send): boolean => {
      const { topic, payload } = message;
      const { action } = Object(payload) as Record<string, unknown>;
      if (action === 'connected' || (topic === 'zones' && payload === 'worldmap')) {
        message.payload = toWorldmap(run.all);
        message.topic = 'worldmap';
        sendTo(send, 0, outputs, message);
      } else if (topic === 'zones' || isDrawing(payload)) {
        const taken = run.takeZones(payload, message['action']);
        for (const finding of taken.problems) problems.add(zoneProblem(finding, payload));
        if (taken.changed) remembered.changed();
        showZones();
      } else if (topic === 'places') {
        const bad = run.takePlaces(payload);
        if (bad > 0) {
          const words = RED._('problem.badPlaces.message', { count: bad });
          problems.add(makeProblem('badPlaces', words, RED._('problem.badPlaces.hint'), payload));
        }
      } else return isMapEvent(payload);
      problems.flush(send, message, outputs);
      return true;
    };

    const take = (message: NodeMessage, send: Send): void => {
      watch.look();
      if (takeSettings(message, send)) return;
      if (!run.canJudge) throw Object.assign(new Error(RED._('error.noZones')), { code: 'noZones' });
      const single = !Array.isArray(message.payload);
      const items = single ? [message.payload] : (message.payload as unknown[]);
      const city = readCity(message.city);
      const { mode } = city;
      const realm = realmOf(mode);
      const from = heard.of(realm);
      from.mode = mode;
      run.enter(realm);
      if (from.runs.startsOver(city, timeOf(items[0]))) run.startOver();
      const sorted = run.sort(items, isReplay(mode) ? undefined : Date.now());
      for (const [fault, item] of sorted.faults) {
        problems.add(problems.count < MOST_PROBLEMS ? explain(fault, item) : ONE_MORE);
      }
      if (options.keep === 'moves') {
        const moves = city.clock ? [...sorted.moves, ...run.advance(city.clock.time)] : sorted.moves;
        sorted.kept = moves.map(eventOf);
        waker.plan(run.nextTick);
        if (realm === 'real') remembered.changed();
      }
      const roster = city.roster && run.splitRoster(city.roster);
      const deliver = (output: 'kept' | 'rest', out: NodeMessage): void => {
        const found = sorted[output];
        if (single && found.length === 0 && !gates[output].passes(city, performance.now())) return;
        if (roster) out.city = { ...city, roster: roster[output], ...rosterBehind(city, `${this.id}/${output}`) };
        const groups = output === 'kept' && options.keep === 'perZone' ? sorted.groups : undefined;
        for (const one of outMessages(out, found, groups, single, options.arrays === 'split')) {
          sendTo(send, output === 'kept' ? 0 : 2, outputs, one);
        }
      };
      // the copy is made first, because output 1 goes on with the message itself
      const copy = options.rest ? { ...message } : undefined;
      deliver('kept', message);
      if (copy) deliver('rest', copy);
      problems.flush(send, message, outputs);
      total.kept += sorted.kept.length;
      total.all += items.length;
      total.dropped += sorted.dropped;
      line.later(state);
    };
    onInput(this, (message, send) => {
      if (remembered.loaded) return take(message, send);
      return remembered.ready.then(() => take(message, send));
    });
  }

  RED.nodes.registerType('spatial-filter', SpatialFilter);
  rehearsalRoutes(RED);
};

function timeOf(item: unknown): number | undefined {
  try {
    const { time } = Object(item) as { time?: unknown };
    return typeof time === 'number' ? time : undefined;
  } catch {
    // a getter that throws: the item becomes a problem when it is judged
    return undefined;
  }
}

/** One call per output: of several messages in one call, Node-RED clones all but the first. */
function sendTo(send: Send, output: number, outputs: number, message: NodeMessage): void {
  const all = new Array<NodeMessage | null>(outputs).fill(null);
  all[output] = message;
  send(all);
}
