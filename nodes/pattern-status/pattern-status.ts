import { asJournal } from '../city-journal/journal-source';
import { asDomain } from '../ecdm-domain/domain-source';
import type { StatusDefinition } from '../ecdm/definition';
import { withInputs } from '../ecdm/pattern-walk';
import { Realms, type Realm } from '../ecdm/realms';
import { textOf } from '../ecdm/saved-config';
import { rehearsalRoutes } from '../rehearsal/serve/routes';
import { adminGet, AdminError } from '../runtime/admin';
import { onFlowsStarted } from '../runtime/flows-started';
import { HandedOver } from '../runtime/handed-over';
import { asError, onClose, onInput } from '../runtime/input';
import { migrate } from '../runtime/migrate';
import type { NodeConfig, RuntimeApi, RuntimeNode } from '../runtime/node-red';
import { StatusLine } from '../runtime/status-line';
import { compileStatus, DefinitionError, describeRule, type PatternEngine } from './cep';
import { EventKinds } from './event-kinds';
import { KnownEvents } from './known-events';
import { migrations } from './migrations';
import { MissingEvents, type MissingEvent } from './missing-events';
import { keysText, RestedOn } from './rested-on';
import { isRealm, type RuleState } from './rule-state';
import { RunningRule } from './running-rule';
import { definitionOf, whyNot } from './settings';
import { World, type HandedWorld } from './world';

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
    const rule = new RunningRule(RED, this, {
      worlds,
      language,
      line,
      missing,
      otherKind: () => kinds.list.map(names),
      names,
      journal: journal && { journal, id: journalId },
      isRunning: (id) => running.has(id),
      handOver: (unreal) => handedOver.put(this.id, unreal),
    });
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
      rule.show();
    };
    onClose(this, onFlowsStarted(RED, look));
    if (severalCopies.length > 0)
      this.warn(
        RED._('error.severalCopies', { rule: definition.name, names: severalCopies.map(names).map(quoted).join(', ') }),
      );
    onClose(this, () => void running.delete(this.id));
    running.set(this.id, (keys, realm, wanted = language) => ({
      ...rule.inspect(keys, realm),
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
