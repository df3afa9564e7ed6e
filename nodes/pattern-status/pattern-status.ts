import { asJournal, type AlarmView, type Journal } from '../city-journal/journal-source';
import { asDomain } from '../ecdm-domain/domain-source';
import type { StatusDefinition } from '../ecdm/definition';
import type { OperatorAct } from '../ecdm/operator';
import { realmOf, Realms, type Realm } from '../ecdm/realms';
import type { Status } from '../ecdm/status';
import { withInputs } from '../ecdm/pattern-walk';
import { textOf } from '../ecdm/saved-config';
import { rehearsalRoutes } from '../rehearsal/serve/routes';
import { onFlowsStarted } from '../runtime/flows-started';
import { asError, guard, onClose, onInput } from '../runtime/input';
import { adminGet, AdminError } from '../runtime/admin';
import { HandedOver } from '../runtime/handed-over';
import { LineStore } from '../runtime/line-store';
import { migrate } from '../runtime/migrate';
import { askOpen, onOpenAsked } from '../runtime/open-asked';
import type { NodeConfig, NodeMessage, RuntimeApi, RuntimeNode, Send } from '../runtime/node-red';
import { Problems } from '../runtime/problems';
import { Receivers } from '../runtime/receivers';
import { onCloseOrRemoval } from '../runtime/removal';
import { SleepWatch } from '../runtime/sleep-watch';
import { StatusLine, type Line } from '../runtime/status-line';
import { compileStatus, DefinitionError, describeRule, type PatternEngine } from './cep';
import type { Restored } from './cep/restoring';
import { clearedByHand, endOfSimulation, flowsStarted, sendAgain } from './journalled';
import { EventKinds } from './event-kinds';
import { Keeper } from './keeper';
import { KnownEvents } from './known-events';
import { migrations } from './migrations';
import { MissingEvents, type MissingEvent } from './missing-events';
import { Outlet } from './outlet';
import { ruleLine } from './rule-line';
import { isRealm, type RealmState, type RuleState } from './rule-state';
import { SaveSoon } from './save-soon';
import { definitionOf, whyNot } from './settings';
import { answerOf } from './raised-asked';
import { keysText, RestedOn } from './rested-on';
import { isClear, WayIn } from './way-in';
import { WayOut } from './way-out';
import { World, type HandedWorld } from './world';

/** How often the wall clock is looked at, and what changed is written down. */
const TICK = 1000;
const SAVE = 10_000;

const quoted = (name: string): string => `“${name}”`;
/** Two that are gone may have had one name. */
const nameAndId = ({ name, id }: MissingEvent): string => (name === id ? quoted(id) : `${quoted(name)} (${id})`);

/** What the admin route tells of a node. */
type Inspect = (keys: number, realm: Realm | undefined, language: string | undefined) => RuleState;
/** Keys that it names where the request does not say how many. */
const KEYS = 20;

interface InCopy {
  definition: StatusDefinition;
  /** The id that the rule was saved with, of what it names by the id of a copy. */
  savedIdOf: (id: string) => string;
  /** Statuses that several copies of a subflow make, each under an id of its own. */
  severalCopies: readonly string[];
}

export = function (RED: RuntimeApi): void {
  const running = new Map<string, Inspect>();
  const lastNames = new Map<string, string>();
  const lasted = new Set<string>();
  const handedOver = new HandedOver<ReadonlyMap<Realm, HandedWorld>>(RED);

  function PatternStatus(this: RuntimeNode, node: NodeConfig): void {
    RED.nodes.createNode(this, node);
    const config = migrate(node, migrations);
    const line = new StatusLine(this, RED);
    const domainId = typeof config['domain'] === 'string' ? config['domain'] : '';
    const domain = asDomain(RED.nodes.getNode(domainId));
    if (domainId !== '' && domain === undefined) this.warn(RED._('error.noDomain'));
    const language = domain?.language ?? (typeof RED.settings.lang === 'string' ? RED.settings.lang : undefined);
    const refuse = (message: string): void => {
      line.error('status.refused');
      this.error(message);
      onClose(this, () => line.close());
      onInput(this, () => {
        throw Object.assign(new Error(message), { code: 'rule' });
      });
    };

    const saved = definitionOf(config, domain?.id);
    if ('fault' in saved) {
      const { fault, field } = saved;
      refuse(RED._(`error.${fault}`, { field, reason: whyNot(config, domain?.id, language) }));
      return;
    }
    // in a copy of a subflow a node has another id than the one that its events are wired to
    const savedId = textOf(config['_alias']) ?? config.id;
    const { definition, savedIdOf, severalCopies } = inCopy(saved, config, savedId, domainId);
    const missing = new MissingEvents(definition, config['eventNames'], lastNames);
    let known = new KnownEvents(RED, savedId, domainId, savedIdOf);
    const names = (id: string): string => known.name(id) ?? missing.lastName(id);
    const emit = (id: string): 'state' | 'point' | undefined => known.emit(id);
    let kinds: EventKinds;
    const compile = (realm: Realm): PatternEngine =>
      compileStatus(definition, {
        names,
        emit: kinds.kindOf,
        observing: (id) => known.observing(id),
        language,
        timeZone: domain?.timeZone,
        now: Date.now,
        // also what rests on nothing (silence) while it goes by the time of the city
        simulated: realm === 'simulated',
      });
    let worlds: Realms<World, HandedWorld>;
    try {
      kinds = new EventKinds(definition, emit, lasted);
      worlds = new Realms((realm, before) => new World(realm, () => compile(realm), before));
      worlds.takeOver(handedOver.take(this.id));
    } catch (thrown) {
      if (thrown instanceof DefinitionError) {
        const { message, hint } = thrown.in(language);
        refuse(RED._('error.rule', { path: thrown.path, message, hint }));
      } else refuse(RED._('error.ruleFailed', { reason: asError(thrown).message }));
      return;
    }
    const journalId = typeof config['journal'] === 'string' ? config['journal'] : '';
    const journal = asJournal(RED.nodes.getNode(journalId));
    if (journalId !== '' && journal === undefined) this.warn(RED._('error.noJournal'));
    const { inspect, again } = run(
      this,
      worlds,
      definition,
      language,
      line,
      missing,
      () => kinds.list.map(names),
      names,
      journal && { journal, id: journalId },
    );
    const restedOn = new RestedOn(definition, (keys) => keysText(keys, (key) => RED._(key)));
    // another node may be deployed without this one
    const look = (): void => {
      known = new KnownEvents(RED, savedId, domainId, savedIdOf);
      const news = missing.look(known);
      const warn = (key: string, named: readonly string[]): void => {
        if (named.length > 0) this.warn(RED._(key, { rule: definition.name, names: named.join(', ') }));
      };
      warn('error.missing', news.missing.map(nameAndId));
      warn('error.missingNotWhile', news.missingNotWhile.map(nameAndId));
      warn('error.unwired', news.unwired.map(nameAndId));
      warn('error.unwiredNotWhile', news.unwiredNotWhile.map(nameAndId));
      for (const { key, parameters } of restedOn.look(known)) this.warn(RED._(`error.${key}`, parameters));
      warn('error.doubtful', news.doubtful.map(quoted));
      warn('error.otherKind', kinds.look(emit).map(names).map(quoted));
      again();
    };
    onClose(this, onFlowsStarted(RED, look));
    if (severalCopies.length > 0)
      this.warn(
        RED._('error.severalCopies', { rule: definition.name, names: severalCopies.map(names).map(quoted).join(', ') }),
      );
    running.set(this.id, (keys, realm, wanted = language) => ({
      ...inspect(keys, realm),
      reading: describeRule(definition, names, wanted, emit),
      missing: missing.list,
      unwired: missing.unwiredList,
      timeZone: domain?.timeZone ?? null,
    }));
  }

  /**
   * The rule as it names what comes to it: what is made in a copy of a subflow has the id of the copy.
   * @param savedId id of the node as it was saved
   */
  function inCopy(saved: StatusDefinition, config: NodeConfig, savedId: string, domain: string): InCopy {
    const known = new KnownEvents(RED, savedId, domain);
    const copy = typeof config['z'] === 'string' && config.id === `${config['z']}-${savedId}` ? config['z'] : undefined;
    const savedIds = new Map([[config.id, savedId]]);
    const severalCopies: string[] = [];
    const definition = withInputs(saved, (id) => {
      const made = known.idFor(id, copy);
      if (made === undefined) severalCopies.push(id);
      else if (made !== id) savedIds.set(made, id);
      return made ?? id;
    });
    return { definition, savedIdOf: (id) => savedIds.get(id) ?? id, severalCopies: [...new Set(severalCopies)] };
  }

  function run(
    node: RuntimeNode,
    worlds: Realms<World, HandedWorld>,
    definition: StatusDefinition,
    language: string | undefined,
    line: StatusLine,
    missing: MissingEvents,
    otherKind: () => readonly string[],
    names: (id: string) => string,
    kept: { journal: Journal; id: string } | undefined,
  ): { inspect: (keys: number, realm: Realm | undefined) => RealmState; again: () => void } {
    const { journal } = kept ?? {};
    const outlet = new Outlet(node.id, journal, (thrown) => node.error(asError(thrown)));
    const problems = new Problems(node, RED.settings.lang);
    const keeper = new Keeper(new LineStore(RED.settings.userDir, node.id), (trouble) => {
      if (trouble === undefined) node.warn(RED._('error.savedAgain'));
      else node.error(RED._('error.notSaved', { reason: trouble.message }));
    });
    const wall = new SleepWatch(
      node,
      RED,
      ({ from, to }) => matters((engine) => engine.awake(from, to)),
      ({ from, to }) => matters((engine) => engine.setBack(from, to)),
    );
    const matters = (tell: (engine: PatternEngine) => boolean): boolean => {
      // one that waits for nothing has looked at the clock, too
      const waited = [...worlds].filter(([, world]) => tell(world.engine) && world.isAtWork);
      if (waited.some(([realm]) => realm === 'real')) keeper.changed = true;
      return waited.length > 0;
    };
    const receivers = new Receivers(RED, node);
    const wayOut = new WayOut(node, definition, outlet, receivers, (statuses, world) => {
      world.tell(statuses);
      if (world === worlds.real) soon.told(statuses);
    });
    const wayIn = new WayIn(worlds, missing, problems, language, (statuses, world) => wayOut.later(statuses, world));
    /** What came last came from it. */
    let last = [...worlds].at(-1)![1];
    let closed = false;

    /** What happens in the city goes before what is simulated or was. */
    const shown = (): World => (worlds.real.isAtWork ? worlds.real : last);
    const state = (): Line => {
      const { engine, realm, awaited } = shown();
      const history = journal?.health().history ?? 'kept';
      const look = {
        realm,
        counters: engine.counters(),
        missing,
        otherKind: otherKind(),
        awaited: awaited.map(names),
        history,
      };
      return ruleLine(look, (key, parameters) => RED._(key, parameters));
    };

    const handle = (message: NodeMessage, send: Send): void | Promise<void> => {
      wall.look();
      const single = !Array.isArray(message.payload);
      const items = single ? [message.payload] : (message.payload as unknown[]);
      const city = wayIn.cityOf(message);
      const world = worlds.of(realmOf(city.mode));
      const statuses: Status[] = [];
      let sent: Promise<void> | undefined;
      if (!isClear(message)) last = world;
      if (world === worlds.real) keeper.changed = true;
      try {
        wayIn.judge(message, items, city, world, statuses);
        if (world === worlds.real && !isClear(message)) outlet.take(items);
      } finally {
        // what the rule has told it does not tell again: it goes out, whatever was thrown meanwhile
        try {
          sent = wayOut.answer({ send, message, city, world, single }, statuses);
        } finally {
          problems.flush(send, message);
          line.later(state);
        }
      }
      return sent;
    };

    const tick = guard(node, () => {
      wall.look();
      for (const [, world] of worlds) fire(world);
    });
    const fire = (world: World): void => {
      const due = world.engine.nextDeadline();
      if (due === undefined || due > Date.now()) return;
      const statuses: Status[] = [];
      if (world === worlds.real) keeper.changed = true;
      try {
        world.engine.tick(Date.now(), statuses, problems.list);
      } finally {
        wayOut.later(statuses, world);
        problems.flush((messages) => node.send(messages));
        line.later(state);
      }
    };

    const clear = guard(node, (view: AlarmView, act: OperatorAct) => {
      const realm = view.status.simulated === true ? 'simulated' : 'real';
      const world = worlds.at(realm);
      if (realm === 'real') keeper.changed = true;
      const statuses = clearedByHand(world?.engine, view, act, language);
      if (world === undefined) wayOut.pass(statuses, 'simulated');
      else wayOut.later(statuses, world);
      line.later(state);
    });
    const answer = answerOf(RED, node, worlds);
    const flows = flowsStarted(RED);
    const offs = [
      flows.off,
      journal?.onClear(node.id, (view, act) => void started.then(() => clear(view, act))),
      journal?.onHealth(() => line.later(state)),
      onOpenAsked(RED, (asked) => void started.then(() => closed || answer(asked))),
    ];

    /** What a restart took over, where that is not everything. */
    const tell = (restored: Restored): void => {
      if (restored.kept === 'nothing') node.warn(RED._(`restore.${restored.because}`));
      if (restored.kept !== 'open') return;
      const { because, open } = restored;
      if (because === 'program') node.warn(RED._('restore.program', { open }));
      else
        node.warn(
          RED._(because === 'per' ? 'restore.elsewhere' : 'restore.rule', {
            what: RED._(`restore.part.${because}`),
            open,
          }),
        );
    };

    /** It has heard nothing before, or means something else now. */
    let isNew = false;
    const restore = async (): Promise<void> => {
      const { real } = worlds;
      const restored = await keeper.restore(real.engine, Date.now(), (line) => real.recall(line, definition.id));
      const areNew = [...worlds].every(([realm, world]) => realm === 'real' || world.isNew);
      // one of which a simulation or a replay goes on has heard of what is open, too
      isNew = restored === undefined ? areNew : restored.kept !== 'all';
      if (restored === undefined) return;
      if (restored.kept === 'nothing') real.startOver();
      tell(restored);
      if (!closed) line.later(state);
    };
    // a state that cannot be taken over must not stop the flow
    const restored = restore().catch((thrown: unknown) => {
      worlds.real.startOver();
      node.error(asError(thrown));
    });
    const endSimulated = (from: Journal): void => {
      const isOthers = (id: string): boolean => id !== node.id && running.has(id);
      const isKnown = (key: string): boolean => worlds.at('simulated')?.engine.isOpen(key) === true;
      const ended = endOfSimulation(from, definition.id, isOthers, isKnown, language);
      if (ended.length > 0) wayOut.pass(ended, 'simulated');
    };
    const again = (): Promise<void> | undefined =>
      kept &&
      sendAgain(
        kept.journal,
        node.id,
        () => receivers.lastWith('journal', kept.id),
        (status) => closed || wayOut.one(status, 'live'),
        () => closed || endSimulated(kept.journal),
        flows.started,
      ).catch((thrown: unknown) => node.error(asError(thrown)));
    const save = async (): Promise<void> => {
      if (keeper.isWriting) return;
      const saved = outlet.saving();
      if (await keeper.save(worlds.real.engine)) saved();
    };
    const learnOpen = async (): Promise<void> => {
      await Promise.all([started, flows.started]);
      if (isNew && !closed) askOpen(RED, { events: worlds.real.engine.events, by: node.id });
    };
    const soon = new SaveSoon(() => save().catch((thrown: unknown) => node.error(asError(thrown))), SAVE);
    let ready = false;
    const timers: NodeJS.Timeout[] = [];
    // what comes before the state is back waits for it, in its order
    const started = restored.then(again).then(() => {
      ready = true;
      if (!closed) timers.push(setInterval(tick, TICK), setInterval(guard(node, save), SAVE));
    });
    learnOpen().catch((thrown: unknown) => node.error(asError(thrown)));
    line.idle('status.idle');
    onInput(node, (message, send) => (ready ? handle(message, send) : started.then(() => handle(message, send))));
    onCloseOrRemoval(RED, node, async (removed) => {
      closed = true;
      running.delete(node.id);
      soon.close();
      timers.forEach(clearInterval);
      line.close();
      receivers.close();
      await started;
      timers.forEach(clearInterval);
      await outlet.drained();
      const saved = outlet.saving();
      try {
        if (await keeper.close(worlds.real.engine, removed)) saved();
      } finally {
        // the journal waits for this before it ends; a full disk is no reason to listen for ever
        for (const off of offs) off?.();
        // what is not real is not written down: it goes on after a deploy, and not when the process has ended
        const unreal = worlds.mapUnreal((world) => world.handOver());
        if (!removed) handedOver.put(node.id, unreal);
      }
    });
    return {
      inspect: (keys, wanted) => {
        const { engine, realm, refused, awaited } = (wanted && worlds.at(wanted)) ?? shown();
        const realms = [...worlds].map(([known]) => known);
        return { ...engine.inspect(keys), refused, awaited: awaited.map(names), realm, realms };
      },
      again: () => line.later(state),
    };
  }

  RED.nodes.registerType('pattern-status', PatternStatus);
  rehearsalRoutes(RED);
  adminGet(RED, 'pattern-status/:id/state', 'flows.read', ({ params, query }) => {
    const inspect = running.get(String(params['id']));
    if (inspect === undefined) throw new AdminError(404, RED._('error.notRunning'));
    const keys = Number(query['keys'] ?? KEYS);
    const { realm } = query;
    if (realm !== undefined && !isRealm(realm)) throw new AdminError(400, RED._('error.badRealm'));
    return inspect(Number.isFinite(keys) ? keys : KEYS, realm, textOf(query['language']));
  });
};
