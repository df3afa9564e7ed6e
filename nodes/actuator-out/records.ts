/** What the journal is told of orders and holds. */
import { formatTime } from '../ecdm/time';
import type { Journal, Note } from '../city-journal/journal-source';
import type { Hold } from './hold';
import type { Order } from './order';

/**
 * An order as it is kept: what is sent and where, without the secrets that an address may carry. Whoever reads the journal
 * while an answer is awaited must not be able to give it.
 */
export function orderNote(node: string, actuator: string, order: Order, journal: Journal): Note {
  const { commandId, address, body, validUntil, level, statusId, revision, who, why, simulated, token } = order;
  const masked = (text: string): string => (token === undefined ? text : text.replaceAll(token, '…'));
  return {
    kind: 'command',
    node,
    alarm: statusId === undefined ? undefined : journal.alarmOfStatus(statusId),
    statusId,
    body: {
      commandId, actuator, address: masked(withoutQuery(address)), sent: masked(body), revision, validUntil: formatTime(validUntil),
      confirm: level, who, why, simulated: simulated ? true : undefined,
    }, // prettier-ignore
  };
}

export function holdNote(node: string, actuator: string, act: 'hold' | 'release' | 'ended', hold: Partial<Hold>): Note {
  return { kind: 'command', node, body: { actuator, act, ...hold } };
}

/** A query may hold a key of the far side. */
function withoutQuery(address: string): string {
  const at = address.indexOf('?');
  return at < 0 ? address : `${address.slice(0, at)}?…`;
}
