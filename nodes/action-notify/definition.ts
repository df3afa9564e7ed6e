import type { ActionDefinition, RecipientDefinition, SubscriptionDefinition } from '../ecdm/definition-answers';
import { compact, objectOf, textOf, textsOf, type SavedConfig } from '../ecdm/saved-config';
import { SEVERITIES } from '../ecdm/status';
import { CALM, VERSION } from './defaults';
import { capFromDefinition, capToDefinition } from './definition-cap';
import { joined, listOf, namesToDefinition } from './definition-lists';
import { parseClock } from './desk/day-span';
import { CHANNELS } from './desk/recipient';
import { namesOf } from './saved-lists';
import { readSettings } from './settings';

type Maintenance = NonNullable<ActionDefinition['maintenance']>[number];
type Role = NonNullable<ActionDefinition['roles']>[number];
type Family = NonNullable<ActionDefinition['families']>[number];

/** The action that a saved node describes. Forms of output and dashboards are matters of the flow, not of the rule. */
export function toDefinition(config: SavedConfig, id: string): ActionDefinition {
  const { action, drill, onlyNew, flood, perHour } = readSettings(config);
  return compact({
    id,
    name: textOf(config['name']) ?? id,
    action,
    statuses: textsOf(config['statuses']),
    on: (textsOf(config['on']) ?? ['raised', 'cleared']) as ActionDefinition['on'],
    minSeverity: textOf(config['minSeverity']) as ActionDefinition['minSeverity'],
    texts: textsToDefinition(config['texts']),
    channel: textOf(config['channel']),
    drill: drill === 'real' ? undefined : drill,
    language: textOf(config['language']),
    timeZone: textOf(config['timeZone']),
    // what is as in a new node need not be said
    onlyNew: onlyNew ? undefined : false,
    group: lengthOf(config['group'], CALM.group),
    flood: flood === CALM.flood ? undefined : flood,
    perHour: perHour === CALM.perHour ? undefined : perHour,
    remind: lengthOf(config['remind'], CALM.remind),
    recipients: listOf(config['recipients'], recipientToDefinition),
    roles: listOf(config['roles'], roleToDefinition),
    maintenance: listOf(config['maintenance'], maintenanceToDefinition),
    families: listOf(config['families'], familyToDefinition),
    cap: action === 'cap' ? capToDefinition(config) : undefined,
  });
}

/** What the node saves for an action; everything else is as in a new node. */
export function fromDefinition(action: ActionDefinition): SavedConfig {
  const { name, action: kind, statuses = [], on, minSeverity = '', texts, channel = '', cap } = action;
  const { group = CALM.group, remind = CALM.remind, flood = CALM.flood, perHour = CALM.perHour } = action;
  return {
    name,
    version: VERSION,
    domain: '',
    journal: '',
    action: kind,
    form: 'event',
    chart: 'step',
    rows: 100,
    keepCleared: '10 min',
    highlight: '',
    to: '',
    html: true,
    topic: 'city/notices',
    view: '',
    channel,
    statuses: [...statuses],
    minSeverity,
    on: [...on],
    drill: action.drill ?? 'real',
    texts: structuredClone(texts),
    onlyNew: action.onlyNew ?? CALM.onlyNew,
    group: group === false ? '' : group,
    flood,
    perHour,
    remind: remind === false ? '' : remind,
    recipients: (action.recipients ?? []).map(recipientFromDefinition),
    roles: (action.roles ?? []).map((one) => ({ role: one.role, ...subscriptionFromDefinition(one) })),
    maintenance: (action.maintenance ?? []).map(maintenanceFromDefinition),
    families: (action.families ?? []).map(({ parents, children, scope }) => ({
      parents: joined(parents), children: joined(children), scope,
    })),
    language: action.language ?? '',
    timeZone: action.timeZone ?? '',
    ...(kind === 'cap' ? capFromDefinition(cap ?? {}) : {}),
  }; // prettier-ignore
}

function textsToDefinition(saved: unknown): ActionDefinition['texts'] {
  const texts: ActionDefinition['texts'] = {};
  for (const [language, raw] of Object.entries(objectOf(saved) ?? {})) {
    const said = objectOf(raw);
    const headline = textOf(said?.['headline']);
    if (headline === undefined && textOf(said?.['text']) === undefined) continue;
    const { text, instruction, short } = said!;
    texts[language] = {
      headline: headline ?? '',
      ...compact({ text: textOf(text), instruction: textOf(instruction), short: textOf(short) }),
    };
  }
  return texts;
}

function recipientToDefinition(one: SavedConfig, i: number): RecipientDefinition {
  const [from, to] = [clockOf(one['quietFrom']), clockOf(one['quietTo'])];
  return compact({
    id: textOf(one['id']) ?? textOf(one['name']) ?? String(i + 1),
    name: textOf(one['name'])?.trim(),
    role: textOf(one['role'])?.trim(),
    channel: CHANNELS.find((channel) => channel === one['channel']),
    address: textOf(one['address'])?.trim(),
    language: textOf(one['language']),
    timeZone: textOf(one['timeZone']),
    ...subscriptionToDefinition(one),
    after: textOf(one['after']),
    quiet: from === undefined || to === undefined ? undefined : { from, to },
    wakes: one['wakes'] === false ? false : undefined,
  });
}

function recipientFromDefinition({ quiet, ...one }: RecipientDefinition): SavedConfig {
  const { id, name = '', role = '', channel = '', address = '', language = '', timeZone = '', after = '' } = one;
  return {
    id, name, role, channel, address, language, timeZone, after,
    ...subscriptionFromDefinition(one),
    quietFrom: quiet?.from ?? '', quietTo: quiet?.to ?? '',
    wakes: one.wakes ?? true,
  }; // prettier-ignore
}

/** What somebody, or a role, wants to know of. */
function subscriptionToDefinition(one: SavedConfig): SubscriptionDefinition {
  const minSeverity = SEVERITIES.find((severity) => severity === one['minSeverity']);
  return compact({
    minSeverity: minSeverity === 'warning' ? undefined : minSeverity,
    domains: namesToDefinition(one['domains']),
    statuses: namesToDefinition(one['statuses']),
    zones: namesToDefinition(one['zones']),
  });
}

function subscriptionFromDefinition({ minSeverity, domains, statuses, zones }: SubscriptionDefinition): SavedConfig {
  return {
    minSeverity: minSeverity ?? 'warning',
    domains: joined(domains), statuses: joined(statuses), zones: joined(zones),
  }; // prettier-ignore
}

/** A row that names no role is nobody's. */
function roleToDefinition(one: SavedConfig): Role | undefined {
  const role = textOf(one['role'])?.trim();
  return role === undefined ? undefined : { role, ...subscriptionToDefinition(one) };
}

function maintenanceToDefinition(one: SavedConfig): Maintenance {
  const days = [...namesOf(one['days'])].map(Number).filter((day) => Number.isInteger(day) && day >= 0 && day <= 6);
  return compact({
    name: textOf(one['name']) ?? '',
    kind: one['kind'] === 'once' ? 'once' : 'weekly',
    from: textOf(one['from']) ?? '',
    to: textOf(one['to']) ?? '',
    days: days.length > 0 ? days : undefined,
    statuses: namesToDefinition(one['statuses']),
    zones: namesToDefinition(one['zones']),
  } satisfies Maintenance);
}

function maintenanceFromDefinition({ days, statuses, zones, ...one }: Maintenance): SavedConfig {
  return { ...one, days: (days ?? []).join(','), statuses: joined(statuses), zones: joined(zones) };
}

function familyToDefinition({ parents, children, scope }: SavedConfig): Family | undefined {
  const names = namesToDefinition(parents);
  const where = (['key', 'zone', 'everywhere'] as const).find((one) => one === scope) ?? 'key';
  return names && compact({ parents: names, children: namesToDefinition(children), scope: where });
}

/** A length of time that the form may leave empty. */
function lengthOf(raw: unknown, usual: string): string | false | undefined {
  const length = textOf(raw);
  return length === usual ? undefined : (length ?? false);
}

/** "7.00" is as good as "07:00" in the form. */
function clockOf(raw: unknown): string | undefined {
  const minutes = (parseClock(raw) ?? NaN) / 60_000;
  if (Number.isNaN(minutes)) return undefined;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
