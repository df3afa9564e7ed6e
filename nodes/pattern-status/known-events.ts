import { asDomain } from '../ecdm-domain/domain-source';
import { definitions } from '../ecdm/schemas';
import type { NodeConfig, RuntimeApi } from '../runtime/node-red';
import { moveEventsOf } from '../spatial-filter/move-kinds';
import type { Observing } from './cep';

export interface KnownEvent {
  name: string;
  emit: 'state' | 'point';
  /** Which readings it is made of; nothing is known of that for a status. */
  observing?: Observing;
}

/** What tells of which sensors an event is made, as a saved form holds it. */
const makeObserving = () => definitions().eventSchema.pick({ observe: true, aggregate: true });
let observing: ReturnType<typeof makeObserving> | undefined;

/** What people call the moves that a filter tells is written where the filter is. */
const MOVE_TEXTS = '@ecdm/node-red-city-events/spatial-filter:';

/** Names and kinds of all events (and statuses) that the deployed flows define, by id. */
export function knownEvents(RED: Pick<RuntimeApi, 'nodes' | '_'>): Map<string, KnownEvent> {
  const known = new Map<string, KnownEvent>();
  RED.nodes.eachNode((config: NodeConfig) => {
    if (config.type === 'ecdm-event' && Array.isArray(config['events'])) {
      const domain = typeof config['domain'] === 'string' ? asDomain(RED.nodes.getNode(config['domain'])) : undefined;
      for (const event of config['events'] as unknown[]) addEvent(event, domain?.zones, known);
    } else if (config.type === 'pattern-status') {
      const id = typeof config['statusId'] === 'string' && config['statusId'] !== '' ? config['statusId'] : config.id;
      known.set(id, { name: config.name || id, emit: 'state' });
    } else if (config.type === 'spatial-filter') {
      const filter = config.name || RED._(`${MOVE_TEXTS}title`);
      for (const [id, kind] of moveEventsOf(config)) {
        known.set(id, { name: RED._(`${MOVE_TEXTS}event.${kind}`, { filter }), emit: 'point' });
      }
    }
  });
  return known;
}

function addEvent(event: unknown, zones: readonly string[] | undefined, known: Map<string, KnownEvent>): void {
  if (typeof event !== 'object' || event === null) return;
  const { id, name, emit, observe, aggregate } = event as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return;
  const read = (observing ??= makeObserving()).safeParse({ observe, aggregate });
  known.set(id, {
    name: typeof name === 'string' && name !== '' ? name : id,
    emit: emit === 'point' ? 'point' : 'state',
    ...(read.success ? { observing: { ...read.data, ...(zones === undefined ? {} : { zones }) } } : {}),
  });
}
