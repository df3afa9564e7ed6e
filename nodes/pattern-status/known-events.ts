import { asDomain } from '../ecdm-domain/domain-source';
import { objectOf, textOf } from '../ecdm/saved-config';
import { definitions } from '../ecdm/schemas';
import type { NodeConfig, RuntimeApi } from '../runtime/node-red';
import { moveEventsOf } from '../spatial-filter/move-kinds';
import type { Observing } from './cep';
import { deployedGraph } from './deployed-graph';
import { addDefinition, nearness, NearestDefinitions, type Definition } from './wires/nearest';
import type { Graph } from './wires/upstream';

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
  return { events, graph: deployedGraph(configs) };
}

function definedBy(config: NodeConfig, RED: Runtime): DeployedEvent[] {
  if (config.type === 'ecdm-event' && Array.isArray(config['events'])) {
    return (config['events'] as unknown[]).flatMap((event) => eventOf(event, config));
  }
  if (config.type === 'pattern-status') {
    const id = textOf(config['statusId']) ?? config.id;
    return [{ id, name: config.name || id, emit: 'state', by: config }];
  }
  if (config.type !== 'spatial-filter') return [];
  const filter = config.name || RED._(`${MOVE_TEXTS}title`);
  return [...moveEventsOf(config)].map(([id, kind]) => ({
    id,
    name: RED._(`${MOVE_TEXTS}event.${kind}`, { filter }),
    emit: 'point',
    by: config,
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
      ...(read.success ? { observing: read.data } : {}),
    },
  ];
}

/** Names and kinds of the events (and statuses) that a rule can name, as the deployed flows define them. */
export class KnownEvents {
  private readonly found: NearestDefinitions<DeployedEvent>;

  /**
   * @param rule id of the rule's node as it was saved: in a copy of a subflow it has another one
   * @param domain id of its domain, empty where it has none
   */
  constructor(
    private readonly RED: Runtime,
    rule: string,
    domain: string,
  ) {
    const { events, graph } = deployedOf(RED);
    this.found = new NearestDefinitions(events, nearness(rule, domain, graph));
  }

  name(id: string): string | undefined {
    return this.found.get(id)?.name;
  }

  emit(id: string): 'state' | 'point' | undefined {
    return this.found.get(id)?.emit;
  }

  observing(id: string): Observing | undefined {
    const { observing, by } = this.found.get(id) ?? {};
    if (observing === undefined || by?.type !== 'ecdm-event') return undefined;
    const domain = typeof by['domain'] === 'string' ? asDomain(this.RED.nodes.getNode(by['domain'])) : undefined;
    return domain?.zones === undefined ? observing : { ...observing, zones: domain.zones };
  }

  /** Whether nodes that are as near as each other say different things of it. */
  isDoubtful(id: string): boolean {
    return this.found.get(id)?.differs === true;
  }
}
