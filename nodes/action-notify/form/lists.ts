/** The three lists of the form: who is told, when work is done, and what follows from what. */
import { SEVERITIES } from '../../ecdm/status';
import type { Translate } from '../../editor/texts';
import { CATEGORIES } from '../cap/alert';
import { CHANNELS } from '../desk/recipient';
import {
  categoryFault,
  familyFault,
  maintenanceFault,
  recipientFault,
  roleFault,
  type ListFault,
} from '../list-faults';
import {
  MOST_ENTRIES,
  type SavedCategory,
  type SavedFamily,
  type SavedMaintenance,
  type SavedRecipient,
  type SavedRole,
} from '../saved-lists';
import type { Entry, ListSpec } from './list-field';

type Choices = (readonly [string, string])[];

const text = (entry: Entry, name: string): string => String(entry[name] ?? '').trim();
const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

/** Names of the statuses that the flow makes, for what is chosen by name. */
function statusNames(): Choices {
  const names = new Set<string>();
  RED.nodes.eachNode((node: { type: string; name?: string }) => {
    if (node.type === 'pattern-status' && node.name) names.add(node.name);
  });
  return [...names].map((name) => [name, name] as const);
}

/** Names of the zones of the flow; at most so many as a list can show. */
function zoneNames(): Choices {
  const names = new Set<string>();
  RED.nodes.eachConfig((node: { type: string; zones?: unknown }) => {
    if (node.type !== 'city-zones' || !Array.isArray(node.zones)) return;
    for (const zone of node.zones as { name?: unknown }[])
      if (typeof zone?.name === 'string' && names.size < 300) names.add(zone.name);
  });
  return [...names].map((name) => [name, name] as const);
}

/** Domains of the flow: statuses carry their ids. */
function domains(): Choices {
  const found: [string, string][] = [];
  RED.nodes.eachConfig((node: { id: string; type: string; name?: string }) => {
    if (node.type === 'ecdm-domain') found.push([node.id, node.name || node.id]);
  });
  return found;
}

export function recipientList(t: Translate): ListSpec {
  const say = (fault: ListFault | undefined): string | undefined =>
    fault === undefined ? undefined : t(`fault.${fault}`);
  const severities = (): Choices => SEVERITIES.map((one) => [one, t(`severity.${one}`)] as const);
  return {
    id: 'recipients',
    most: MOST_ENTRIES,
    fresh: () => ({ id: RED.nodes.id() as string, name: '', channel: '', address: '', minSeverity: 'warning', after: '', wakes: true }),
    title: (entry) => {
      const quiet = text(entry, 'quietFrom') === '' ? '' : t('list.recipients.quietIs', { from: text(entry, 'quietFrom'), to: text(entry, 'quietTo') });
      const after = text(entry, 'after') === '' ? '' : t('list.recipients.afterIs', { after: text(entry, 'after') });
      return joined([text(entry, 'name'), text(entry, 'role'), text(entry, 'channel') && t(`channel.${text(entry, 'channel')}`), after, quiet]);
    },
    fault: (entry) => say(recipientFault(entry as unknown as SavedRecipient)),
    fields: [
      { name: 'name', kind: 'text' },
      { name: 'role', kind: 'text', placeholder: t('list.recipients.roleExample') },
      { name: 'channel', kind: 'select', choices: () => [['', t('channel.node')], ...CHANNELS.map((one) => [one, t(`channel.${one}`)] as const)] },
      { name: 'address', kind: 'text', placeholder: t('list.recipients.addressExample'), hint: t('list.recipients.addressHint') },
      { name: 'language', kind: 'select', choices: () => [['', t('option.ofNode')], ['en-US', 'English'], ['th', t('option.thai')]] },
      { name: 'after', kind: 'duration', hint: t('list.recipients.afterHint') },
      { name: 'minSeverity', kind: 'select', choices: severities },
      { name: 'statuses', kind: 'names', choices: statusNames, placeholder: t('list.all') },
      { name: 'zones', kind: 'names', choices: zoneNames, placeholder: t('list.everywhere') },
      { name: 'domains', kind: 'names', choices: domains, placeholder: t('list.all') },
      { name: 'quietFrom', kind: 'time' },
      { name: 'quietTo', kind: 'time', hint: t('list.recipients.quietHint') },
      { name: 'wakes', kind: 'check', when: (entry) => text(entry, 'quietFrom') !== '' },
      { name: 'timeZone', kind: 'text', placeholder: t('list.recipients.timeZoneExample') },
    ],
  }; // prettier-ignore
}

/** @param recipients whose roles they are */
export function roleList(t: Translate, recipients: readonly Entry[]): ListSpec {
  return {
    id: 'roles',
    most: MOST_ENTRIES,
    fresh: () => ({
      role: recipients.map((one) => text(one, 'role')).find((role) => role !== '') ?? '',
      minSeverity: 'warning', statuses: '', zones: '', domains: '',
    }),
    title: (entry) => text(entry, 'role') && joined([text(entry, 'role'), t(`severity.${text(entry, 'minSeverity') || 'warning'}`), text(entry, 'statuses'), text(entry, 'zones')]),
    fault: (entry) => {
      const fault = roleFault(entry as unknown as SavedRole, recipients as unknown as SavedRecipient[]);
      return fault === undefined ? undefined : t(`fault.${fault}`);
    },
    fields: [
      { name: 'role', kind: 'text', placeholder: t('list.recipients.roleExample') },
      { name: 'minSeverity', kind: 'select', choices: () => SEVERITIES.map((one) => [one, t(`severity.${one}`)] as const) },
      { name: 'statuses', kind: 'names', choices: statusNames, placeholder: t('list.all') },
      { name: 'zones', kind: 'names', choices: zoneNames, placeholder: t('list.everywhere') },
      { name: 'domains', kind: 'names', choices: domains, placeholder: t('list.all') },
    ],
  }; // prettier-ignore
}

export function maintenanceList(t: Translate): ListSpec {
  const once = (entry: Entry): boolean => entry['kind'] === 'once';
  return {
    id: 'maintenance',
    most: MOST_ENTRIES,
    fresh: () => ({ name: '', kind: 'once', from: '', to: '', days: '', zones: '', statuses: '' }),
    title: (entry) => joined([text(entry, 'name'), `${text(entry, 'from').replace('T', ' ')} – ${text(entry, 'to').replace('T', ' ')}`, text(entry, 'zones')]),
    fault: (entry) => {
      const fault = maintenanceFault(entry as unknown as SavedMaintenance);
      return fault === undefined ? undefined : t(`fault.${fault}`);
    },
    fields: [
      { name: 'name', kind: 'text', placeholder: t('list.maintenance.nameExample') },
      { name: 'kind', kind: 'select', choices: () => [['once', t('list.maintenance.once')], ['weekly', t('list.maintenance.weekly')]] },
      { name: 'from', kind: 'moment', when: once },
      { name: 'to', kind: 'moment', when: once },
      { name: 'from', kind: 'time', when: (entry) => !once(entry) },
      { name: 'to', kind: 'time', when: (entry) => !once(entry) },
      { name: 'days', kind: 'days', when: (entry) => !once(entry) },
      { name: 'zones', kind: 'names', choices: zoneNames, placeholder: t('list.everywhere'), hint: t('list.maintenance.zonesHint') },
      { name: 'statuses', kind: 'names', choices: statusNames, placeholder: t('list.all') },
    ],
  }; // prettier-ignore
}

/** @param all the list itself: whether two hold back each other is a matter of both */
export function familyList(t: Translate, all: readonly Entry[]): ListSpec {
  return {
    id: 'families',
    most: MOST_ENTRIES,
    fresh: () => ({ parents: '', children: '', scope: 'key' }),
    title: (entry) =>
      text(entry, 'parents') === ''
        ? ''
        : t('list.families.is', { parents: text(entry, 'parents'), children: text(entry, 'children') || t('list.families.others'), scope: t(`list.families.${text(entry, 'scope') || 'key'}`) }),
    fault: (entry) => {
      const fault = familyFault(entry as unknown as SavedFamily, all as unknown as SavedFamily[]);
      return fault === undefined ? undefined : t(`fault.${fault}`);
    },
    fields: [
      { name: 'parents', kind: 'names', choices: statusNames, placeholder: t('list.families.parentsExample') },
      { name: 'children', kind: 'names', choices: statusNames, placeholder: t('list.families.others') },
      { name: 'scope', kind: 'select', choices: () => (['key', 'zone', 'everywhere'] as const).map((one) => [one, t(`list.families.${one}`)] as const) },
    ],
  }; // prettier-ignore
}

/** Of CAP: which category warnings about which statuses have. */
export function categoryList(t: Translate): ListSpec {
  const category = (name: string): string => t(`cap.category.${name}`);
  return {
    id: 'capCategories',
    most: MOST_ENTRIES,
    fresh: () => ({ statuses: '', domains: '', category: 'Met' }),
    title: (entry) => {
      const names = new Map(domains());
      const chosen = text(entry, 'domains').split(',').map((id) => names.get(id.trim()) ?? id.trim());
      const of = joined([text(entry, 'statuses'), ...chosen]);
      return of === '' ? '' : `${of}: ${category(text(entry, 'category'))}`;
    },
    fault: (entry) => {
      const fault = categoryFault(entry as unknown as SavedCategory);
      return fault === undefined ? undefined : t(`fault.${fault}`);
    },
    fields: [
      { name: 'statuses', kind: 'names', choices: statusNames, placeholder: t('list.all') },
      { name: 'domains', kind: 'names', choices: domains, placeholder: t('list.all') },
      { name: 'category', kind: 'select', choices: () => CATEGORIES.map((one) => [one, category(one)] as const) },
    ],
  }; // prettier-ignore
}
