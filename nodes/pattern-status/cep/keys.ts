import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent } from '../../ecdm/event';

/** Key of a rule that runs once for the whole city. */
export const CITY = 'city';

type Per = Exclude<StatusDefinition['per']['by'], 'zone'>;

/** The one key that an event counts for; zones may be several and are not asked for here. */
export function keyOf(event: CityEvent, by: Per): string | undefined {
  switch (by) {
    case 'station':
    case 'near':
      return event.key;
    case 'datastream': {
      // an event's stream is its definition and its Datastream; the rule is about the Datastream
      const prefix = `${event.event}|`;
      return event.stream.startsWith(prefix) ? event.stream.slice(prefix.length) : event.stream;
    }
    case 'property':
      return event.property;
    case 'city':
      return CITY;
  }
}

/** What people call the key of {@link keyOf}. */
export function keyNameOf(event: CityEvent, by: Per): string | undefined {
  if (by === 'city') return undefined;
  return by === 'property' ? event.property : event.keyName;
}
