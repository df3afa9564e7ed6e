/** Somebody who is told, and what of. The address is data for the node that sends: nothing here looks at it. */
import { SEVERITIES, type Severity, type Status } from '../../ecdm/status';
import type { DaySpan } from './day-span';

/** How a notice is shaped for somebody. */
export const CHANNELS = ['event', 'toast', 'mail', 'telegram', 'sms', 'http', 'mqtt'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What somebody wants to know of. */
export interface Subscription {
  minSeverity: Severity;
  /** Ids or names; all where empty. */
  domains: ReadonlySet<string>;
  statuses: ReadonlySet<string>;
  zones: ReadonlySet<string>;
}

export interface Recipient extends Subscription {
  /** Stays when the name changes; empty for "whoever is behind the wire", where nobody was entered. */
  id: string;
  name: string;
  /** Such as "duty officer"; goes with each notice. */
  role: string;
  /** What his role is told; anything where empty. */
  ofRole: readonly Subscription[];
  /** As the node has it where it is left out. */
  channel: Channel | undefined;
  address: string;
  /** Of the texts. */
  language: string;
  /** Of quiet hours and of times in texts. */
  timeZone: string | undefined;
  /** Told only when nobody has acknowledged for so long, in milliseconds; 0: at once. */
  after: number;
  quiet: DaySpan | undefined;
  /** Critical ones are told in quiet hours, too. */
  wakes: boolean;
}

const level = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** True where one of the names is the id or the name of a zone of the status, or its key (rules that run for zones). */
export function isIn(zones: ReadonlySet<string>, status: Pick<Status, 'zones' | 'key' | 'keyName'>): boolean {
  if (zones.has(status.key) || (status.keyName !== undefined && zones.has(status.keyName))) return true;
  return (status.zones ?? []).some(({ id, name }) => zones.has(id) || zones.has(name));
}

/** Does somebody want to know of this, and is it a matter of his role? */
export function subscribes(recipient: Recipient, status: Status): boolean {
  const { ofRole } = recipient;
  return covers(recipient, status) && (ofRole.length === 0 || ofRole.some((one) => covers(one, status)));
}

/** Somebody wants to know of this, but for nobody of them it is a matter of his role: a slip in the rows of the form. */
export function isNobodysRole(recipients: readonly Recipient[], status: Status): boolean {
  return recipients.some((one) => covers(one, status)) && !recipients.some((one) => subscribes(one, status));
}

function covers({ minSeverity, domains, statuses, zones }: Subscription, status: Status): boolean {
  if (level(status.severity) < level(minSeverity)) return false;
  if (domains.size > 0 && (status.domain === undefined || !domains.has(status.domain))) return false;
  if (statuses.size > 0 && !statuses.has(status.status) && !statuses.has(status.name)) return false;
  return zones.size === 0 || isIn(zones, status);
}
