import { asDomain } from '../ecdm-domain/domain-source';
import type { StatusDefinition } from '../ecdm/definition';
import { lyingIn, type CanLieIn, type Named } from '../ecdm/key-kinds';
import { objectOf, textOf } from '../ecdm/saved-config';
import { definitions } from '../ecdm/schemas';
import { statusInputs, wayBack } from '../ecdm/status-loops';
import type { NodeConfig, RuntimeApi } from '../runtime/node-red';
import { moveEventsOf } from '../spatial-filter/move-kinds';
import type { Observing } from './cep';
import { deployedGraph } from './deployed-graph';
import { keysOfEvent, keysOfStatus, zonesOf } from './named-keys';
import { rawDefinition } from './saved-settings';
import { addDefinition, nearness, NearestDefinitions, type Defined, type Definition } from './wires/nearest';
import { copiesBefore, type Graph } from './wires/upstream';

type Runtime = Pick<RuntimeApi, 'nodes' | '_'>;

interface DeployedEvent extends Definition {
  by: NodeConfig;
  /** Which readings it is made of; nothing is known of that for a status. */
  observing?: Observing;
}

interface Deployed {
  /** By their id. */
  events: ReadonlyMap<string, readonly DeployedEvent[]>;
  graph: Graph;
  canLieIn: CanLieIn;
  /** What each status looks at. */
  inputs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tabs that are switched off. */
  off: ReadonlySet<unknown>;
}

/** What tells of which sensors an event is made, as a saved form holds it. */
const makeObserving = () => definitions().eventSchema.pick({ observe: true, aggregate: true });
let observing: ReturnType<typeof makeObserving> | undefined;

/** What people call the moves that a filter tells is written where the filter is. */
const MOVE_TEXTS = '@ecdm/node-red-city-events/spatial-filter:';

/** The rules of a flow start one after the other, and all ask for the same. */
const deployedNow = new WeakMap<object, Deployed>();

function deployedOf(RED: Runtime): Deployed {
  const now = deployedNow.get(RED) ?? read(RED);
  if (!deployedNow.has(RED)) {
    deployedNow.set(RED, now);
    setImmediate(() => deployedNow.delete(RED));
  }
  return now;
}

function read(RED: Runtime): Deployed {
  const configs: NodeConfig[] = [];
  RED.nodes.eachNode((config) => void configs.push(config));
  const events = new Map<string, DeployedEvent[]>();
  for (const config of configs) for (const event of definedBy(config, RED)) addDefinition(events, event);
  return {
    events,
    graph: deployedGraph(configs),
    canLieIn: lyingIn(configs.flatMap(zonesOf)),
    inputs: inputsOf(configs),
    off: new Set(configs.filter(({ type, disabled }) => type === 'tab' && disabled === true).map(({ id }) => id)),
  };
}

function inputsOf(configs: readonly NodeConfig[]): Map<string, Set<string>> {
  const inputs = new Map<string, Set<string>>();
  for (const config of configs) {
    if (config.type !== 'pattern-status') continue;
    const definition = rawDefinition(config) as unknown as StatusDefinition;
    try {
      inputs.set(definition.id, statusInputs(definition));
    } catch {
      // written by hand, in a form that is no rule: its own node says so
    }
  }
  return inputs;
}

function definedBy(config: NodeConfig, RED: Runtime): DeployedEvent[] {
  if (config.type === 'ecdm-event' && Array.isArray(config['events'])) {
    return (config['events'] as unknown[]).flatMap((event) => eventOf(event, config));
  }
  if (config.type === 'pattern-status') {
    const id = textOf(config['statusId']) ?? config.id;
    return [{ id, name: config.name || id, emit: 'state', by: config, keys: keysOfStatus(config) }];
  }
  if (config.type !== 'spatial-filter') return [];
  const filter = config.name || RED._(`${MOVE_TEXTS}title`);
  return [...moveEventsOf(config)].map(([id, kind]) => ({
    id,
    name: RED._(`${MOVE_TEXTS}event.${kind}`, { filter }),
    emit: 'point',
    by: config,
    keys: keysOfEvent(undefined),
  }));
}

function eventOf(event: unknown, by: NodeConfig): DeployedEvent[] {
  const { id, name, emit, observe, aggregate } = objectOf(event) ?? {};
  if (typeof id !== 'string' || id === '') return [];
  const read = (observing ??= makeObserving()).safeParse({ observe, aggregate });
  return [
    {
      id,
      name: typeof name === 'string' && name !== '' ? name : id,
      emit: emit === 'point' ? 'point' : 'state',
      by,
      keys: keysOfEvent(aggregate),
      ...(read.success ? { observing: read.data } : {}),
    },
  ];
}

/** Names and kinds of the events (and statuses) that a rule can name, as the deployed flows define them. */
export class KnownEvents {
  private readonly deployed: Deployed;
  private readonly found: NearestDefinitions<DeployedEvent>;

  /**
   * @param rule id of the rule's node as it was saved: in a copy of a subflow it has another one
   * @param domain id of its domain, empty where it has none
   * @param savedId the id that something was saved with which a copy of a subflow calls by another one
   */
  constructor(
    private readonly RED: Runtime,
    private readonly rule: string,
    domain: string,
    private readonly savedId: (id: string) => string = (id) => id,
  ) {
    this.deployed = deployedOf(RED);
    const { events, graph } = this.deployed;
    this.found = new NearestDefinitions(events, nearness(rule, domain, graph));
  }

  private get(id: string): (DeployedEvent & Defined) | undefined {
    return this.found.get(this.savedId(id));
  }

  name(id: string): string | undefined {
    return this.get(id)?.name;
  }

  emit(id: string): 'state' | 'point' | undefined {
    return this.get(id)?.emit;
  }

  /** What the keys of an event, or of a status, are. */
  keys(id: string): Named | undefined {
    return this.get(id)?.keys;
  }

  get canLieIn(): CanLieIn {
    return this.deployed.canLieIn;
  }

  /** Whether it is a status that no wire leads here from. */
  isUnwired(id: string): boolean {
    return this.get(id)?.group === 'statuses';
  }

  /** The rules that make a status, where these are several: names and ids of their nodes. */
  makersOf(id: string): { id: string; name: string }[] {
    const { events, off } = this.deployed;
    const makers = (events.get(this.savedId(id)) ?? []).filter(
      ({ by }) => by.type === 'pattern-status' && by['d'] !== true && !off.has(by['z']),
    );
    return makers.length > 1 ? makers.map(({ by, name }) => ({ id: by.id, name })) : [];
  }

  /** Names of the statuses over which this one rests on itself. */
  loopOf(id: string): string[] {
    const way = wayBack(this.savedId(id), this.deployed.inputs) ?? [];
    return way.map((one) => this.deployed.events.get(one)?.[0]?.name ?? one);
  }

  /**
   * The id under which what was saved as one comes: a subflow runs in copies, and what has no id of its own there has
   * that of the copy.
   * @param copy id of the copy of a subflow that the rule is part of; `undefined` where it is part of none
   * @returns `undefined` where it may come from several copies
   */
  idFor(id: string, copy: string | undefined): string | undefined {
    const by = this.found.get(id)?.by;
    const subflow = typeof by?.['z'] === 'string' ? by['z'] : '';
    const { graph } = this.deployed;
    // events, and statuses with an id of their own, are called the same in each copy
    if (by === undefined || (id !== by.id && !id.startsWith(`${by.id}/`))) return id;
    if (graph.nodes.get(subflow)?.type !== 'subflow') return id;
    const own = graph.nodes.get(this.rule)?.z;
    if (copy !== undefined && subflow === own) return `${copy}-${id}`;
    const copies = copiesBefore(this.rule, subflow, graph).map(({ id: made, z }) => {
      if (copy !== undefined && z === own) return `${copy}-${made}`;
      return z === undefined || graph.nodes.get(z)?.type !== 'subflow' ? made : undefined;
    });
    if (copies.length === 0) return id;
    return copies.length > 1 || copies[0] === undefined ? undefined : `${copies[0]}-${id}`;
  }

  observing(id: string): Observing | undefined {
    const { observing, by } = this.get(id) ?? {};
    if (observing === undefined || by?.type !== 'ecdm-event') return undefined;
    const domain = typeof by['domain'] === 'string' ? asDomain(this.RED.nodes.getNode(by['domain'])) : undefined;
    return domain?.zones === undefined ? observing : { ...observing, zones: domain.zones };
  }

  /** Whether nodes that are as near as each other say different things of it. */
  isDoubtful(id: string): boolean {
    return this.get(id)?.differs === true;
  }
}
