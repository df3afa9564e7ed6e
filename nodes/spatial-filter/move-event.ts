import type { CityEvent } from '../ecdm/event';
import type { ZoneRef } from '../ecdm/zone';
import { moveEventId, type MoveKind } from './move-kinds';
import type { ToldMove } from './spatial-run';

/**
 * A move as an event that rules, boards and notices take; its key is the Thing.
 * @param names what people read for each kind
 * @param zones the zone and those around it, the outermost first
 */
export function moveEvent(
  move: ToldMove,
  filter: string,
  names: Readonly<Record<MoveKind, string>>,
  zones: readonly ZoneRef[],
): CityEvent {
  const { kind, thing, zone, time, since, lon, lat, source, stream } = move;
  const event = moveEventId(filter, kind);
  return {
    // one reading can be the end of several zones
    id: `${event}|${thing}|point|${time}|${zone.id}`,
    event,
    name: `${names[kind]}: ${zone.name}`,
    domain: undefined,
    key: thing,
    keyName: undefined,
    stream,
    property: kind,
    time,
    timeEnd: undefined,
    place: [lon, lat],
    zones,
    // how long it has been there
    value: kind === 'enter' ? undefined : (time - since) / 1000,
    unit: kind === 'enter' ? undefined : 's',
    limit: undefined,
    kind: 'point',
    source: source === undefined ? [] : [source],
  };
}
