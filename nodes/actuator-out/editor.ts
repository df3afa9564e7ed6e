import { machineFields, sampleStatus } from '../ecdm/status-fields';
import { checkTemplate } from '../ecdm/template';
import { durationField } from '../editor/duration-field';
import { statusChoices, ticked } from '../editor/status-choices';
import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';
import { fillSelect } from '../editor/zones/dom';
import { isBrokenJson, isTopic, isUrlTemplate } from './address';
import { orderOfState } from './order';
import { ORDER_STATES, readSettings } from './settings';

const t = translator('actuator-out');
const valid = validators(t);

type Payloads = Partial<Record<(typeof ORDER_STATES)[number], string>>;

interface ActuatorForm {
  id: string;
  name: string;
  via: string;
  confirm: string;
  statuses: string[];
  payloads: Payloads;
}

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
    version: { value: 1 },
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
    ensureStyle();
    for (const state of ORDER_STATES) payloadField(state).value = this.payloads?.[state] ?? '';
    if (valueOf('method') === '') $('#node-input-method').val('POST');
    statusChoices('actuator-out-statuses', this.statuses);
    durationField($('#node-input-within'), t, t('label.within'));
    durationField($('#node-input-validFor'), t, t('label.validFor'));
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
    show();
  },
  oneditsave(this: ActuatorForm) {
    this.statuses = ticked('actuator-out-statuses');
    this.payloads = payloadsInForm();
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
  };
  for (const [name, value] of Object.entries(chosen)) {
    const attribute = name === 'shownFor' ? 'data-shown-for' : `data-${name}`;
    for (const row of document.querySelectorAll<HTMLElement>(`.city-form [${attribute}]`)) {
      row.hidden = row.dataset[name] !== value;
    }
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
const isEnvironment = (value: unknown): boolean => typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);

function checkText(value: unknown): true | string {
  return typeof value === 'string' ? (mistakeIn(value) ?? true) : true;
}

function checkTopic(this: ActuatorForm, topic: unknown): true | string {
  if (this.via !== 'mqtt' || isEnvironment(topic)) return true;
  const text = asText(topic);
  return mistakeIn(text) ?? (isTopic(text.replace(/\{\{[^}]*\}\}/g, 'x')) || t('invalid.topic'));
}

function checkAnswerTopic(this: ActuatorForm, topic: unknown): true | string {
  if (this.via !== 'mqtt' || this.confirm !== 'done' || isEnvironment(topic)) return true;
  const text = asText(topic);
  if (text === '') return t('invalid.answerTopic');
  return mistakeIn(text) ?? true;
}

function checkUrl(this: ActuatorForm, url: unknown): true | string {
  if (this.via !== 'http' || isEnvironment(url)) return true;
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
