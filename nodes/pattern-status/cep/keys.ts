import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';

export interface Key {
  key: string;
  name: string | undefined;
}

/** Key of a rule that runs once for the whole city. */
export const CITY = 'city';

/**
 * The keys that an event counts for: one, or one per zone that it lies in.
 * @param into is emptied and filled
 */
export function keysOf(event: CityEvent, per: StatusDefinition['per'], into: Key[]): void {
  into.length = 0;
  switch (per.by) {
    case 'station':
      into.push({ key: event.key, name: event.keyName });
      break;
    case 'datastream': {
      // an event's stream is its definition and its Datastream; the rule is about the Datastream
      const prefix = `${event.event}|`;
      const key = event.stream.startsWith(prefix) ? event.stream.slice(prefix.length) : event.stream;
      into.push({ key, name: event.keyName });
      break;
    }
    case 'property':
      if (event.property !== undefined) into.push({ key: event.property, name: event.property });
      break;
    case 'zone':
      for (const zone of event.zones ?? []) {
        if (!per.level || zone.level === per.level) into.push({ key: zone.id, name: zone.name });
      }
      break;
    case 'city':
      into.push({ key: CITY, name: undefined });
  }
}
