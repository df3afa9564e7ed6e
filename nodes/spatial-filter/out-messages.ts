import { readCity } from '../ecdm/city';
import type { ZoneRef } from '../ecdm/zone';
import type { NodeMessage } from '../runtime/node-red';

/**
 * The messages that carry what was found, as the settings want them: one with all, one per item, one per zone. The
 * clock and the roster lie in the last one: it would make those after it late.
 * @param groups per zone, or `undefined` where there is one group
 * @param single the message that came held one item and no array
 */
export function outMessages(
  message: NodeMessage,
  found: unknown[],
  groups: ReadonlyMap<ZoneRef, unknown[]> | undefined,
  single: boolean,
  split: boolean,
): NodeMessage[] {
  const parts: [payload: unknown, more: object][] = [];
  if (groups) {
    for (const [zone, items] of groups) {
      const more = { topic: zone.name, zone };
      if (split || single) for (const item of items) parts.push([item, more]);
      else parts.push([items, more]);
    }
  } else if (split) {
    const parted = { id: message['_msgid'], count: found.length, type: 'array', len: 1 };
    found.forEach((item, index) => parts.push([item, single ? {} : { parts: { ...parted, index } }]));
  } else parts.push([single && found.length === 1 ? found[0] : found, {}]);
  if (parts.length === 0) parts.push([[], {}]);
  const last = parts.pop()!;
  const before =
    parts.length === 0 ? [] : parts.map(([payload, more]) => ({ ...withoutClock(message), ...more, payload }));
  return [...before, Object.assign(message, last[1], { payload: last[0] })];
}

function withoutClock(message: NodeMessage): NodeMessage {
  if (message.city === undefined) return message;
  const { mode, ticket } = readCity(message.city);
  return { ...message, city: { mode, ...(ticket === undefined ? {} : { ticket }) } };
}
