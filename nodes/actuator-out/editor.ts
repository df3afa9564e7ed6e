import { machineFields, sampleStatus } from '../ecdm/status-fields';
import { checkTemplate } from '../ecdm/template';
import { durationField } from '../editor/duration-field';
import { statusChoices, ticked } from '../editor/status-choices';
import { askServer, describeServer } from '../editor/server-request';
import { ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { fromEnvironment, reasons, validators } from '../editor/validators';
import { fillSelect } from '../editor/zones/dom';
import { isBrokenJson, isTopic, isUrlTemplate, parseJson } from './address';
import { isAllowEntry, readAllowed } from './allow';
import { interlockList } from './form/interlocks';
import { taskFields } from './form/task-fields';
import type { Interlock } from './interlock';
import { orderOfState } from './order';
import { MOST_RETRIES, ORDER_STATES, readSettings } from './settings';
import { checkTask, readTaskFields } from './tasking/fields';

const t = translator('actuator-out');
const valid = validators(t);

type Payloads = Partial<Record<(typeof ORDER_STATES)[number], string>>;

interface ActuatorForm {
  id: string;
  name: string;
  via: string;
  confirm: string;
  confirmBy: string;
  statuses: string[];
  payloads: Payloads;
  interlocks: Interlock[];
  capability: string;
  capabilityName: string;
  taskParameters: unknown;
}

/** What the server says that it takes, while the form is open. */
let taskParameters: unknown;
let interlocks: () => Interlock[] = () => [];

const valueOf = (id: string): string => String($(`#node-input-${id}`).val() ?? '');
const payloadField = (state: string): HTMLTextAreaElement =>
  document.getElementById(`actuator-out-${state}`) as HTMLTextAreaElement;

RED.nodes.registerType('actuator-out', {
  category: 'city-events',
  color: '#B5A3D6',
  icon: 'actuator-out.svg',
  align: 'right',
  defaults: {
    name: { value: '', label: t('label.name') },
    version: { value: 2 },
    via: { value: 'mqtt', label: t('label.via') },
    broker: { value: '', type: 'mqtt-broker', label: t('label.broker'), validate: reasons(checkBroker) },
    topic: { value: '', label: t('label.topic'), validate: reasons(checkTopic) },
    qos: { value: '1', label: t('label.qos') },
    retain: { value: false, label: t('label.retain') },
    method: { value: 'POST', label: t('label.method') },
    url: { value: '', label: t('label.url'), validate: reasons(checkUrl) },
    auth: { value: 'none', label: t('label.auth') },
    statuses: { value: [], label: t('label.statuses') },
    payloads: { value: { raised: 'ON', cleared: 'OFF' }, label: t('label.payloads'), validate: reasons(checkPayloads) },
    confirm: { value: 'accepted', label: t('label.confirm') },
    within: { value: '10 s', label: t('label.within'), validate: valid.duration('label.within') },
    answerTopic: { value: '', label: t('label.answerTopic'), validate: reasons(checkAnswerTopic) },
    expect: { value: '', label: t('label.expect'), validate: reasons(checkText) },
    validFor: { value: '5 min', label: t('label.validFor'), validate: valid.duration('label.validFor', true) },
    alsoSimulated: { value: false, label: t('label.alsoSimulated') },
    server: {
      value: '',
      type: 'sensorthings-server',
      required: false,
      label: t('label.server'),
      validate: reasons(checkServer),
    },
    capability: { value: '', label: t('label.capability'), validate: reasons(checkCapability) },
    capabilityName: { value: '' },
    taskParameters: { value: null },
    confirmBy: { value: 'answer', label: t('label.confirmBy') },
    callbackBase: { value: '', label: t('label.callbackBase'), validate: reasons(checkCallback) },
    readingServer: { value: '', type: 'sensorthings-server', required: false, label: t('label.readingServer') },
    readingDatastream: { value: '', label: t('label.readingDatastream'), validate: reasons(checkReading) },
    readingCompare: { value: '=', label: t('label.readingCompare') },
    readingValue: { value: '', label: t('label.readingValue'), validate: reasons(checkReading) },
    journal: { value: '', type: 'city-journal', required: false, label: t('label.journal') },
    // nodes that were saved before there were retries have none
    retries: { value: 3, label: t('label.retries'), validate: valid.number('label.retries', 0, MOST_RETRIES, true) },
    again: { value: true, label: t('label.again') },
    askAt: { value: '', label: t('label.askAt'), validate: reasons(checkText) },
    pause: { value: '', label: t('label.pause'), validate: valid.duration('label.pause', true) },
    interlocks: { value: [], label: t('label.interlocks') },
    allowed: { value: '', label: t('label.allowed'), validate: reasons(checkAllowed) },
    dryRun: { value: false, label: t('label.dryRun') },
    acts: { value: false, label: t('label.acts') },
  },
  credentials: { user: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  inputs: 1,
  outputs: 2,
  paletteLabel: t('title'),
  label(this: ActuatorForm) {
    return this.name || t('title');
  },
  labelStyle(this: ActuatorForm) {
    return this.name ? 'node_label_italic' : '';
  },
  outputLabels: (output: number) => t(output === 0 ? 'output.states' : 'output.problems'),
  oneditprepare(this: ActuatorForm) {
    ensureForm(t);
    for (const state of ORDER_STATES) payloadField(state).value = this.payloads?.[state] ?? '';
    if (valueOf('method') === '') $('#node-input-method').val('POST');
    statusChoices('actuator-out-statuses', this.statuses);
    durationField($('#node-input-within'), t, t('label.within'));
    durationField($('#node-input-validFor'), t, t('label.validFor'));
    durationField($('#node-input-pause'), t, t('label.pause'));
    if (valueOf('confirmBy') === '') $('#node-input-confirmBy').val('answer');
    if (valueOf('readingCompare') === '') $('#node-input-readingCompare').val('=');
    if (valueOf('retries') === '') $('#node-input-retries').val('0');
    const box = document.getElementById('actuator-out-interlocks')!;
    interlocks = interlockList(box, t, this.interlocks ?? [], statusesOfFlow());
    taskParameters = this.taskParameters;
    const sample = document.getElementById('actuator-out-sample') as HTMLSelectElement;
    fillSelect(
      sample,
      ORDER_STATES.map((state) => [state, t(`label.${state}`)]),
      'raised',
    );
    const show = (): void => {
      showRows();
      showPreview(this, sample.value as (typeof ORDER_STATES)[number]);
    };
    $('.city-form').on('input change', 'input, select, textarea', show);
    capabilities(this, show);
    showTask(show);
    $('#node-input-via').on('change', () => showTask(show));
    show();
  },
  oneditsave(this: ActuatorForm) {
    this.statuses = ticked('actuator-out-statuses');
    this.payloads = payloadsInForm();
    this.interlocks = interlocks();
    this.taskParameters = valueOf('via') === 'tasking' ? (taskParameters ?? null) : null;
  },
});

function payloadsInForm(): Payloads {
  const payloads: Payloads = {};
  for (const state of ORDER_STATES) if (payloadField(state).value !== '') payloads[state] = payloadField(state).value;
  return payloads;
}

function showRows(): void {
  const chosen: Record<string, string> = {
    shownFor: valueOf('via'),
    auth: valueOf('auth'),
    confirm: valueOf('confirm'),
    confirmBy: valueOf('confirmBy'),
  };
  for (const [name, value] of Object.entries(chosen)) {
    hiddenUnless(name, value);
  }
}

/** Rows of several conditions are shown where all of them hold. */
function hiddenUnless(name: string, value: string): void {
  const attribute = `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  for (const row of document.querySelectorAll<HTMLElement>(`.city-form [${attribute}]`)) {
    const fits = row.dataset[name]!.split(' ').includes(value);
    const failing = (row.dataset['failing'] ?? '').split(' ').filter((one) => one !== name && one !== '');
    row.dataset['failing'] = [...failing, ...(fits ? [] : [name])].join(' ');
    row.hidden = row.dataset['failing'] !== '';
  }
}

/** What would be sent for a sample status, made by the code that sends it. */
function showPreview(form: ActuatorForm, state: (typeof ORDER_STATES)[number]): void {
  const settings = readSettings({
    id: form.id,
    name: valueOf('name'),
    via: valueOf('via'),
    topic: valueOf('topic'),
    url: valueOf('url'),
    capability: valueOf('capability'),
    payloads: payloadsInForm(),
  });
  const status = sampleStatus(state);
  const of = { ...status, time: status.updated };
  const order = orderOfState(of, state, machineFields(status), settings, 'live', Date.now());
  const [address, body] = document.getElementById('actuator-out-preview')!.children;
  const sent = typeof order === 'object';
  address!.textContent = sent ? order.address : t(`hint.${order}`);
  body!.textContent = sent ? order.body : '';
}

function checkBroker(this: ActuatorForm, broker: unknown): true | string {
  if (this.via !== 'mqtt') return true;
  return (typeof broker === 'string' && broker !== '' && broker !== '_ADD_') || t('invalid.broker');
}

function mistakeIn(text: string): string | undefined {
  const [mistake] = checkTemplate(text);
  if (mistake === undefined) return undefined;
  const meant = mistake.meant === undefined ? '' : ` ${t('invalid.meant', { meant: mistake.meant })}`;
  return `${t(`invalid.${mistake.code}`, { found: mistake.found })}${meant}`;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function checkText(value: unknown): true | string {
  return typeof value === 'string' ? (mistakeIn(value) ?? true) : true;
}

function checkTopic(this: ActuatorForm, topic: unknown): true | string {
  if (this.via !== 'mqtt' || fromEnvironment(topic)) return true;
  const text = asText(topic);
  return mistakeIn(text) ?? (isTopic(text.replace(/\{\{[^}]*\}\}/g, 'x')) || t('invalid.topic'));
}

function checkAnswerTopic(this: ActuatorForm, topic: unknown): true | string {
  const wanted = this.via === 'mqtt' && this.confirm === 'done' && (this.confirmBy ?? 'answer') === 'answer';
  if (!wanted || fromEnvironment(topic)) return true;
  const text = asText(topic);
  if (text === '') return t('invalid.answerTopic');
  return mistakeIn(text) ?? true;
}

function checkUrl(this: ActuatorForm, url: unknown): true | string {
  if (this.via !== 'http' || fromEnvironment(url)) return true;
  const text = asText(url);
  return mistakeIn(text) ?? (isUrlTemplate(text) || t('invalid.url'));
}

function checkPayloads(value: unknown): true | string {
  const payloads = Object.values((value ?? {}) as Payloads);
  if (payloads.length === 0) return t('invalid.payloads');
  for (const payload of payloads) {
    const mistake = mistakeIn(payload);
    if (mistake !== undefined) return mistake;
    if (isBrokenJson(payload)) return t('invalid.json');
  }
  return true;
}

function statusesOfFlow(): [string, string][] {
  const found: [string, string][] = [];
  RED.nodes.eachNode((node: { id: string; type: string; name?: string; statusId?: string }) => {
    if (node.type === 'pattern-status') found.push([node.statusId || node.id, node.name || node.id]);
  });
  return found;
}

interface Listed {
  key: string;
  name: string;
  thing: string;
  taskingParameters: unknown;
}

/** The list of what can be ordered: the saved one, and after the button all of the server. */
function capabilities(form: ActuatorForm, show: () => void): void {
  const select = document.getElementById('actuator-out-capability') as HTMLSelectElement;
  const told = document.getElementById('actuator-out-told')!;
  const button = document.getElementById('actuator-out-read') as HTMLButtonElement;
  let items: Listed[] = [];
  const none: readonly [string, string] = ['', t('task.choose')];
  const { capability = '', capabilityName = '' } = form;
  fillSelect(select, capability === '' ? [none] : [none, [capability, capabilityName || capability]], capability);
  select.addEventListener('change', () => {
    const chosen = items.find(({ key }) => key === select.value);
    $('#node-input-capability').val(select.value);
    $('#node-input-capabilityName').val(select.selectedOptions[0]?.textContent ?? '');
    if (chosen !== undefined) taskParameters = chosen.taskingParameters;
    showTask(show);
    show();
  });
  button.addEventListener('click', () => {
    const server = describeServer(valueOf('server'));
    if (server === undefined) {
      told.textContent = t('invalid.server');
      return;
    }
    told.textContent = t('task.asking');
    void askServer('capabilities', server).then((answer) => {
      items = answer.ok ? (answer['items'] as Listed[]) : [];
      told.textContent = answer.ok
        ? t('task.found', { count: items.length })
        : t('task.failed', { message: answer.message ?? '' });
      if (!answer.ok) return;
      const choices = items.map(({ key, name, thing }) => [key, thing === '' ? name : `${name} – ${thing}`] as const);
      fillSelect(select, [none, ...choices], valueOf('capability'));
      // what it takes may have changed since it was saved
      if (items.some(({ key }) => key === select.value)) select.dispatchEvent(new Event('change'));
    });
  });
}

/** Rows for the parameters in place of the JSON, where the server says what it takes. */
function showTask(show: () => void): void {
  const task = valueOf('via') === 'tasking' ? readTaskFields(taskParameters) : undefined;
  for (const box of document.querySelectorAll<HTMLElement>('.city-form [data-task]')) {
    const text = payloadField(box.dataset['task']!);
    const built = task !== undefined && !task.free && taskFields(box, t, task.fields, text, show);
    box.hidden = !built;
    text.hidden = built;
  }
}

function checkServer(this: ActuatorForm, server: unknown): true | string {
  if (this.via !== 'tasking') return true;
  return (typeof server === 'string' && server !== '' && server !== '_ADD_') || t('invalid.server');
}

/** What is chosen, and whether the orders without place holders are what it takes. */
function checkCapability(this: ActuatorForm, capability: unknown): true | string {
  if (this.via !== 'tasking') return true;
  if (asText(capability) === '') return t('invalid.capability');
  const task = readTaskFields(this.taskParameters);
  for (const payload of Object.values(this.payloads ?? {})) {
    if (payload.includes('{{')) continue;
    const [fault] = checkTask(task, parseJson(payload));
    if (fault !== undefined) return t('invalid.parameters', { field: fault.field });
  }
  return true;
}

function checkCallback(this: ActuatorForm, base: unknown): true | string {
  if (this.confirm !== 'done' || this.confirmBy !== 'callback' || fromEnvironment(base)) return true;
  return /^https?:\/\/[^/?#]+/i.test(asText(base)) || t('invalid.callback');
}

function checkReading(this: ActuatorForm, value: unknown): true | string {
  if (this.confirm !== 'done' || this.confirmBy !== 'observation') return true;
  return mistakeIn(asText(value)) ?? (asText(value).trim() !== '' || t('invalid.reading'));
}

function checkAllowed(this: ActuatorForm, value: unknown): true | string {
  if (this.via === 'tasking') return true;
  const via = this.via === 'http' ? 'http' : 'mqtt';
  const wrong = readAllowed(value).find((entry) => !isAllowEntry(entry, via));
  return wrong === undefined || t('invalid.allowed', { entry: wrong.slice(0, 100) });
}
