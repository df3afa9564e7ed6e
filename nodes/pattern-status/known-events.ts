import type { NodeConfig, RuntimeApi } from '../runtime/node-red';

export interface KnownEvent {
  name: string;
  emit: 'state' | 'point';
}

/** Names and kinds of all events (and statuses) that the deployed flows define, by id. */
export function knownEvents(RED: Pick<RuntimeApi, 'nodes'>): Map<string, KnownEvent> {
  const known = new Map<string, KnownEvent>();
  RED.nodes.eachNode((config: NodeConfig) => {
    if (config.type === 'ecdm-event' && Array.isArray(config['events'])) {
      for (const event of config['events'] as unknown[]) addEvent(event, known);
    } else if (config.type === 'pattern-status') {
      const id = typeof config['statusId'] === 'string' && config['statusId'] !== '' ? config['statusId'] : config.id;
      known.set(id, { name: config.name || id, emit: 'state' });
    }
  });
  return known;
}

function addEvent(event: unknown, known: Map<string, KnownEvent>): void {
  if (typeof event !== 'object' || event === null) return;
  const { id, name, emit } = event as Record<string, unknown>;
  if (typeof id !== 'string' || id === '') return;
  known.set(id, {
    name: typeof name === 'string' && name !== '' ? name : id,
    emit: emit === 'point' ? 'point' : 'state',
  });
}
