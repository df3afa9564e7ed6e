/** Reads the lists of the form: recipients, maintenance, and which statuses hold back which others. */
import { parseDuration } from '../ecdm/duration';
import { objectOf, textOf, type SavedConfig } from '../ecdm/saved-config';
import { SEVERITIES } from '../ecdm/status';
import { isTimeZone, parseTime } from '../ecdm/time';
import { parseClock, type DaySpan } from './desk/day-span';
import type { Family } from './desk/family';
import type { MaintenanceWindow } from './desk/maintenance';
import { CHANNELS, type Recipient, type Subscription } from './desk/recipient';

/** Most entries of each list. */
export const MOST_ENTRIES = 50;

/** Somebody as the form saves them: everything is text, lists of names are parted by commas. */
export interface SavedRecipient {
  id: string;
  name: string;
  role?: string;
  channel?: string;
  address?: string;
  language?: string;
  timeZone?: string;
  minSeverity?: string;
  domains?: string;
  statuses?: string;
  zones?: string;
  /** Told when nobody has acknowledged for so long. */
  after?: string;
  quietFrom?: string;
  quietTo?: string;
  wakes?: boolean;
}

/** What a role is told, beside what each recipient wants; of several rows for a role one is enough. */
export interface SavedRole {
  role: string;
  minSeverity?: string;
  domains?: string;
  statuses?: string;
  zones?: string;
}

export interface SavedMaintenance {
  name: string;
  kind: 'once' | 'weekly';
  /** `once`: local date and time such as 2026-12-01T08:00; `weekly`: 08:00. */
  from: string;
  to: string;
  /** 0 (Sunday) to 6, parted by commas; every day where empty. */
  days?: string;
  statuses?: string;
  zones?: string;
}

export interface SavedFamily {
  parents: string;
  children?: string;
  scope: 'key' | 'zone' | 'everywhere';
}

/** What warnings about these are, for CAP. */
export interface SavedCategory {
  statuses?: string;
  domains?: string;
  category: string;
}

/** Names or ids parted by commas. */
export function namesOf(raw: unknown): Set<string> {
  const parts = typeof raw === 'string' ? raw.split(',') : [];
  return new Set(
    parts
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .slice(0, 200),
  );
}

/** The entries of a saved list, as far as it may be long. */
export function entriesOf(raw: unknown): SavedConfig[] {
  const list: unknown[] = Array.isArray(raw) ? raw.slice(0, MOST_ENTRIES) : [];
  return list.map(objectOf).filter((one) => one !== undefined);
}

/** Where nobody is entered, there is one: whoever is behind the wire. */
export function readRecipients(
  raw: unknown,
  roles: unknown,
  node: { language: string; timeZone: string | undefined },
): Recipient[] {
  const duties = entriesOf(roles);
  const ofRole = (role: string): Subscription[] =>
    duties.filter((one) => sameRole(textOf(one['role']), role)).map(readSubscription);
  const found = entriesOf(raw)
    .map((one, i) => readRecipient(one, i, node))
    .map((one) => ({ ...one, ofRole: ofRole(one.role) }));
  const ids = new Set<string>();
  const each = found.filter(({ id }) => !ids.has(id) && ids.add(id));
  return each.length > 0 ? each : [readRecipient({}, -1, node)];
}

function readRecipient(
  one: SavedConfig,
  i: number,
  node: { language: string; timeZone: string | undefined },
): Recipient {
  const timeZone = textOf(one['timeZone']);
  return {
    id: i < 0 ? '' : (textOf(one['id']) ?? textOf(one['name']) ?? String(i + 1)),
    name: textOf(one['name'])?.trim() ?? '',
    role: textOf(one['role'])?.trim() ?? '',
    channel: CHANNELS.find((channel) => channel === one['channel']),
    address: textOf(one['address'])?.trim() ?? '',
    language: textOf(one['language']) ?? node.language,
    timeZone: isTimeZone(timeZone) ? timeZone : node.timeZone,
    ofRole: [],
    ...readSubscription(one),
    after: parseDuration(one['after']) ?? 0,
    quiet: quietOf(one),
    wakes: one['wakes'] !== false,
  };
}

function readSubscription(one: SavedConfig): Subscription {
  return {
    minSeverity: SEVERITIES.find((severity) => severity === one['minSeverity']) ?? 'warning',
    domains: namesOf(one['domains']),
    statuses: namesOf(one['statuses']),
    zones: namesOf(one['zones']),
  };
}

/** As people write it; nobody has the role without a name. */
export function sameRole(a: string | undefined, b: string | undefined): boolean {
  const plain = (role = ''): string => role.trim().toLowerCase();
  return plain(a) !== '' && plain(a) === plain(b);
}

function quietOf(one: SavedConfig): DaySpan | undefined {
  const from = parseClock(one['quietFrom']);
  const to = parseClock(one['quietTo']);
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}

/** Windows that cannot be read are left out; the form shows what is wrong with them. */
export function readMaintenance(raw: unknown, timeZone: string | undefined): MaintenanceWindow[] {
  return entriesOf(raw).flatMap((one) => {
    const when = whenOf(one, timeZone);
    if (when === undefined) return [];
    return { name: textOf(one['name']) ?? '', when, statuses: namesOf(one['statuses']), zones: namesOf(one['zones']) };
  });
}

function whenOf(one: SavedConfig, timeZone: string | undefined): MaintenanceWindow['when'] | undefined {
  if (one['kind'] === 'once') {
    const begin = parseTime(one['from'], timeZone);
    const end = parseTime(one['to'], timeZone);
    return begin === undefined || end === undefined || end <= begin ? undefined : { begin, end };
  }
  const from = parseClock(one['from']);
  const to = parseClock(one['to']);
  if (from === undefined || to === undefined) return undefined;
  const days = [...namesOf(one['days'])].map(Number).filter((day) => day >= 0 && day <= 6);
  return days.length > 0 ? { from, to, days: new Set(days) } : { from, to };
}

export function readFamilies(raw: unknown): Family[] {
  return entriesOf(raw).flatMap((one) => {
    const parents = namesOf(one['parents']);
    if (parents.size === 0) return [];
    const scope = (['key', 'zone', 'everywhere'] as const).find((name) => name === one['scope']) ?? 'key';
    return { parents, children: namesOf(one['children']), scope };
  });
}
