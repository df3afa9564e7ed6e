import { SEVERITIES, STATES } from '../ecdm/status';
import { isTimeZone } from '../ecdm/time';
import { durationField } from '../editor/duration-field';
import { statusChoices, stateBoxes, ticked } from '../editor/status-choices';
import { rehearsalTab } from '../editor/rehearsal-tab';
import { addStyle, ensureForm } from '../editor/style';
import { showTabs } from '../editor/tabs';
import { capForm } from './form/cap';
import { languageOf, translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { fillSelect } from '../editor/zones/dom';
import { mistakesIn, startTexts, textsField, type AllTexts } from '../editor/notice-texts';
import { migrate } from '../runtime/migrate';
import { CALM, LISTS, NEW_ON, VERSION } from './defaults';
import { CHANNELS, type Channel } from './desk/recipient';
import { categoryFault, familyFault, maintenanceFault, recipientFault, roleFault, type ListFault } from './list-faults';
import { listField, type Entry } from './form/list-field';
import { categoryList, familyList, maintenanceList, recipientList, roleList } from './form/lists';
import css from './form/style.css';
import { migrations } from './migrations';
import type { SavedRecipient, SavedRole } from './saved-lists';

const t = translator('action-notify');
const valid = validators(t);
const TABS = ['what', 'texts', 'people', 'calm', 'held'] as const;
/** These show how things are: nobody is told anything. */
const PICTURES: ReadonlySet<string> = new Set(['table', 'chart', 'worldmap']);

type ListName = keyof typeof LISTS;

interface NotifyForm extends Record<string, any> {
  name: string;
  action: string;
  form: string;
  on: string[];
  statuses: string[];
  minSeverity: string;
  texts: AllTexts;
  language: string;
}

const byId = (id: string): HTMLElement => document.getElementById(`action-notify-${id}`)!;
const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');
/** What is being edited; taken over when the form is saved. */
let texts: AllTexts = {};
let lists: Record<ListName, Entry[]> = { recipients: [], roles: [], maintenance: [], families: [], capCategories: [] };

RED.nodes.registerType('action-notify', {
  category: 'city-events',
  color: '#D29BC0',
  icon: 'action-notify.svg',
  defaults: {
    name: { value: '' },
    version: { value: VERSION },
    domain: { value: '', type: 'ecdm-domain', required: false, label: t('label.domain') },
    journal: { value: '', type: 'city-journal', required: false, label: t('label.journal') },
    action: { value: 'notify', label: t('label.action') },
    capSender: { value: '', label: t('cap.capSender'), validate: reasons(checkSender) },
    capSenderName: { value: '' },
    capKind: { value: 'Test' },
    capActual: { value: false },
    capScope: { value: 'Public' },
    capRestriction: { value: '' },
    capAddresses: { value: '' },
    capCategory: { value: '' },
    capCategories: { value: [], label: t('cap.capCategories'), validate: reasons(checkEach(categoryFault)) },
    capZones: { value: '', type: 'city-zones', required: false, label: t('cap.capZones') },
    capEvent: { value: '' },
    capExpires: { value: '12 h', label: t('cap.capExpires'), validate: valid.duration('cap.capExpires', true) },
    capRadius: { value: 1, label: t('cap.capRadius'), validate: valid.number('cap.capRadius', 0.01, 1000, true) },
    capContact: { value: '' },
    capWeb: { value: '' },
    form: { value: 'event', label: t('label.form') },
    chart: { value: 'step', label: t('label.chart') },
    rows: { value: 100, label: t('label.rows'), validate: valid.number('label.rows', 1, 500) },
    keepCleared: { value: '10 min', label: t('label.keepCleared'), validate: valid.duration('label.keepCleared') },
    view: { value: '', label: t('label.view') },
    highlight: { value: '', label: t('label.highlight') },
    to: { value: '', label: t('label.to'), validate: reasons(checkReceivers) },
    html: { value: true, label: t('label.html') },
    topic: { value: 'city/notices', label: t('label.topic'), validate: reasons(checkTopic) },
    channel: { value: '', label: t('label.channel') },
    statuses: { value: [], label: t('label.statuses') },
    minSeverity: { value: 'warning', label: t('label.minSeverity') },
    on: { value: [...NEW_ON], label: t('label.on'), validate: reasons(checkOn) },
    drill: { value: 'real', label: t('label.drill') },
    texts: { value: startTexts(), label: t('label.texts'), validate: reasons(checkTexts) },
    onlyNew: { value: CALM.onlyNew, label: t('label.onlyNew') },
    group: { value: CALM.group, label: t('label.group'), validate: valid.duration('label.group', true) },
    flood: { value: CALM.flood, label: t('label.flood'), validate: valid.number('label.flood', 0, 500, true) },
    perHour: { value: CALM.perHour, label: t('label.perHour'), validate: valid.number('label.perHour', 0, 1000, true) },
    remind: { value: CALM.remind, label: t('label.remind'), validate: valid.duration('label.remind', true) },
    recipients: { value: [], label: t('label.recipients'), validate: reasons(checkEach(recipientFault)) },
    roles: { value: [], label: t('label.roles'), validate: reasons(checkRoles) },
    maintenance: { value: [], label: t('label.maintenance'), validate: reasons(checkEach(maintenanceFault)) },
    families: { value: [], label: t('label.families'), validate: reasons(checkEach(familyFault)) },
    language: { value: '', label: t('label.language') },
    timeZone: { value: '', label: t('label.timeZone'), validate: reasons(checkZone) },
  },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: NotifyForm) {
    return this.name || t('title');
  },
  labelStyle(this: NotifyForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(output === 0 ? 'output.notices' : 'output.problems'),
  onadd(this: NotifyForm) {
    // a city that has one list of zones means these
    const zones: string[] = [];
    RED.nodes.eachConfig(
      (node: { id: string; type: string }) => void (node.type === 'city-zones' && zones.push(node.id)),
    );
    if (zones.length === 1) this['capZones'] = zones[0];
  },
  oneditprepare(this: NotifyForm) {
    ensureForm(t);
    addStyle('city-notify-style', css);
    const saved = upToDate(this);
    texts = structuredClone(this.texts ?? {});
    const severity = document.getElementById('node-input-minSeverity') as HTMLSelectElement;
    fillSelect(
      severity,
      SEVERITIES.map((one) => [one, t(`severity.${one}`)]),
      this.minSeverity || 'warning',
    );
    stateBoxes('action-notify-on', STATES, this.on, (state) => t(`state.${state}`));
    statusChoices('action-notify-statuses', this.statuses);
    for (const name of ['keepCleared', 'group', 'remind'])
      durationField($(`#node-input-${name}`), t, t(`label.${name}`));
    const field = textsField(texts, t, this.language || languageOf(t), {
      timeZone: () => valueOf('timeZone'),
      drill: () => valueOf('drill'),
      action: () => valueOf('action'),
      channel: chosenChannel,
    });
    showLists(saved);
    showTabs(byId('tabs'), t('label.tabs'), [
      ...TABS.map((id) => ({ id, label: t(`tab.${id}`), panel: byId(`panel-${id}`), enter: () => field.show() })),
      rehearsalTab(byId('panel-rehearse'), { node: this, t, structured }),
    ]);
    $('#node-input-timeZone, #node-input-drill').on('input change', () => field.show());
    const showCap = capForm(t, () => ({ texts, capCategories: lists.capCategories }));
    $('#node-input-action, #node-input-form').on('change', showRows);
    $('#node-input-action, #node-input-timeZone').on('change', showCap);
    showCap();
    showRows();
  },
  oneditsave(this: NotifyForm) {
    Object.assign(this, structured());
  },
});

/** What Node-RED cannot read from a field by itself; it keeps a list as it is only where it is set here. */
function structured(): Record<string, unknown> {
  return {
    on: ticked('action-notify-on'),
    statuses: ticked('action-notify-statuses'),
    texts,
    version: VERSION,
    ...Object.fromEntries((Object.keys(LISTS) as ListName[]).map((name) => [name, lists[name]])),
  };
}

/** What an older node is after its migration; the fields are filled from the node before this. */
function upToDate(node: NotifyForm): Record<string, unknown> {
  const { version, ...rest } = Object.fromEntries(
    Object.keys(node['_def'].defaults as object).map((name) => [name, node[name] as unknown]),
  );
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const saved = migrate({ version: version as number | undefined, ...known } as never, migrations as never[]) as Record<
    string,
    unknown
  >;
  for (const name of ['group', 'flood', 'perHour', 'remind', 'drill', 'topic', 'view'])
    if (node[name] === undefined) $(`#node-input-${name}`).val(saved[name] ?? '');
  for (const name of ['onlyNew', 'html'])
    if (node[name] === undefined) $(`#node-input-${name}`).prop('checked', saved[name] === true);
  return saved;
}

function showLists(saved: Record<string, unknown>): void {
  const copy = (name: ListName): Entry[] => (Array.isArray(saved[name]) ? structuredClone(saved[name] as Entry[]) : []);
  lists = {
    recipients: copy('recipients'),
    roles: copy('roles'),
    maintenance: copy('maintenance'),
    families: copy('families'),
    capCategories: copy('capCategories'),
  };
  listField(byId('recipients'), lists.recipients, recipientList(t), t);
  listField(byId('roles'), lists.roles, roleList(t, lists.recipients), t);
  listField(byId('maintenance'), lists.maintenance, maintenanceList(t), t);
  listField(byId('families'), lists.families, familyList(t, lists.families), t);
  listField(byId('capCategories'), lists.capCategories, categoryList(t), t);
}

/** The channel that the preview begins with. */
function chosenChannel(): Channel {
  if (valueOf('action') === 'createDashboard') return 'toast';
  return CHANNELS.find((channel) => channel === valueOf('form')) ?? 'event';
}

/** Shows what the chosen form of the output needs, and a sentence about it. */
function showRows(): void {
  const action = valueOf('action');
  const dashboard = action === 'createDashboard';
  const form = dashboard ? 'createDashboard' : action === 'cap' ? 'event' : valueOf('form');
  byId('form-row').hidden = dashboard || action === 'cap';
  byId('form-hint').textContent = action === 'cap' ? '' : t(`hint.${form}`);
  for (const row of document.querySelectorAll<HTMLElement>('.city-form [data-shown-for]')) {
    row.hidden = !row.dataset['shownFor']!.split(' ').includes(form);
  }
  const shows = PICTURES.has(form);
  byId('shows').hidden = !shows;
  for (const row of document.querySelectorAll<HTMLElement>('.action-notify [data-people]')) row.hidden = shows;
}

function checkSender(this: NotifyForm, sender: unknown): true | string {
  if (this.action !== 'cap') return true;
  return (typeof sender === 'string' && /^[^\s,<&]+$/.test(sender)) || t('invalid.capSender');
}

function checkOn(this: NotifyForm, on: unknown): true | string {
  return (Array.isArray(on) && on.length > 0) || t('invalid.on');
}

function checkTexts(value: unknown): true | string {
  return mistakesIn(value, t)[0] ?? true;
}

function checkZone(zone: unknown): true | string {
  return zone === '' || zone === undefined || isTimeZone(zone) || t('invalid.timeZone');
}

function checkTopic(this: NotifyForm, topic: unknown): true | string {
  return this.form !== 'mqtt' || typeof topic !== 'string' || !/[+#]/.test(topic) || t('fault.topic');
}

/** The first mistake in a list, with the name of the entry. */
function checkEach<E>(
  faultOf: (one: E, all: readonly E[]) => ListFault | undefined,
): (value: unknown) => true | string {
  return (value) => {
    if (!Array.isArray(value)) return true;
    for (const one of value as (E & { name?: string })[]) {
      const fault = faultOf(one, value as E[]);
      if (fault !== undefined) return `${one.name ? `${one.name}: ` : ''}${t(`fault.${fault}`)}`;
    }
    return true;
  };
}

function checkRoles(this: NotifyForm, value: unknown): true | string {
  const recipients = Array.isArray(this['recipients']) ? (this['recipients'] as SavedRecipient[]) : [];
  return checkEach((one: SavedRole) => roleFault(one, recipients))(value);
}

function checkReceivers(this: NotifyForm, to: unknown): true | string {
  if (this.form !== 'mail' || typeof to !== 'string' || to.trim() === '') return true;
  const all = to.split(',').map((one) => one.trim());
  return all.every((one) => /^[^\s@]+@[^\s@]+$/.test(one) || one.startsWith('${')) || t('invalid.to');
}
