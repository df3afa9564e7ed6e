import { onPress, pause } from '../editor/paused';
import { askServer, type ServerAnswer } from '../editor/server-request';
import { faultWords } from '../editor/streams/asking';
import streams from '../editor/streams/style.css';
import { addStyle, ensureForm } from '../editor/style';
import { translator } from '../editor/texts';
import { fromEnvironment, reasons, validators } from '../editor/validators';
import { isInClear, isSameHost } from './client/in-clear';
import { CREDENTIALS, SERVER_FIELDS, SERVER_SECRETS } from './description';
import { type Look, lookInto } from './form/look';

const t = translator('sensorthings-server');
const check = validators(t);

interface ServerForm {
  id: string;
  name: string;
  url: string;
  auth: string;
  mqttFrom: string;
}

const field = (name: string): any => $(`#node-config-input-${name}`);
const byId = (id: string): HTMLElement => document.getElementById(id)!;
const isDemo = (url: unknown): boolean => typeof url === 'string' && /^\s*demo:/i.test(url);

RED.nodes.registerType('sensorthings-server', {
  category: 'config',
  color: '#9FC6E0',
  icon: 'sensorthings-server.svg',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    url: { value: 'demo:', required: true, label: t('label.url'), validate: reasons(checkUrl) },
    protocol: { value: '', label: t('label.protocol') },
    demoSpeed: { value: '60', label: t('label.demoSpeed'), validate: check.number('label.demoSpeed', 0.1, 3600, true) },
    demoSeed: { value: '1', label: t('label.demoSeed'), validate: check.number('label.demoSeed', 0, 4e9, true) },
    mqttFrom: { value: 'auto' },
    mqttUrl: { value: '', label: t('label.mqttUrl'), validate: reasons(checkMqtt) },
    auth: { value: 'none', label: t('label.auth') },
    apiKeyIn: { value: 'header', label: t('label.apiKeyIn') },
    header: { value: '', label: t('label.header'), validate: reasons(checkHeader) },
    tokenUrl: { value: '', label: t('label.tokenUrl'), validate: reasons(checkTokenUrl) },
    clientId: { value: '', label: t('label.clientId'), validate: reasons(checkClient) },
    scope: { value: '', label: t('label.scope') },
    audience: { value: '', label: t('label.audience') },
    tls: { value: '', type: 'tls-config', required: false, label: t('label.tls') },
    mqttLogin: { value: 'same', label: t('label.mqttLogin') },
    mqttTls: { value: '', type: 'tls-config', required: false, label: t('label.mqttTls') },
    zone: { value: '', label: t('label.zone'), validate: reasons(checkZone) },
    nameFrom: { value: '', label: t('label.nameFrom') },
  },
  credentials: CREDENTIALS,
  paletteLabel: t('title'),
  label(this: ServerForm) {
    return this.name || (isDemo(this.url) ? t('demo') : this.url) || t('title');
  },
  oneditprepare(this: ServerForm) {
    ensureForm(t);
    addStyle('city-streams-style', streams);
    // settings that came later are not in older flows
    for (const [name, value] of [
      ['apiKeyIn', 'header'],
      ['protocol', ''],
      ['mqttLogin', 'same'],
    ] as const) {
      if (field(name).val() === null) field(name).val(value);
    }
    const look = lookInto(byId('sta-server-look'), t, () => described(this.id));
    offered = undefined;
    for (const name of ['url', 'auth', 'mqttFrom', 'mqttUrl', 'mqttLogin'])
      field(name).on('change input', showWhatMatters);
    onPress(byId('sta-server-test') as HTMLButtonElement, () => void test(this.id, look));
    byId('sta-server-use').addEventListener('click', () => {
      field('url').val(byId('sta-server-use').dataset['url']).trigger('change');
      field('url').trigger('focus');
      void test(this.id, look);
    });
    showWhatMatters();
  },
});

/** Only the fields that matter for what is chosen. */
function showWhatMatters(): void {
  const demo = isDemo(field('url').val());
  byId('sta-server-demo').hidden = !demo;
  byId('sta-server-real').hidden = demo;
  byId('sta-server-mqtt-url').hidden = field('mqttFrom').val() !== 'own';
  const kinds = { auth: String(field('auth').val()), mqtt: String(field('mqttLogin').val()) };
  for (const [name, kind] of Object.entries(kinds)) {
    for (const part of document.querySelectorAll<HTMLElement>(`#sta-server-real [data-${name}]`)) {
      part.hidden = !part.dataset[name]!.split(' ').includes(kind);
    }
  }
  showInClear();
}

/** What a server named at the last test. */
let offered: { server: string; broker: string } | undefined;

/** Says where the login for MQTT could be read on its way. */
function showInClear(): void {
  const server = String(field('url').val()).trim();
  const own = field('mqttFrom').val() === 'own';
  const named = offered?.server === server ? offered.broker : '';
  const broker = own ? String(field('mqttUrl').val()).trim() : named;
  const told = loginGoesTo(broker, server, own) && isInClear(broker, server);
  const place = byId('sta-server-in-clear');
  place.textContent = told ? t('hint.inClear', { url: broker }) : '';
  place.hidden = !told;
}

/** As the connection gives it away. @param own the address of MQTT was set by hand */
function loginGoesTo(broker: string, server: string, own: boolean): boolean {
  const login = String(field('mqttLogin').val());
  if (login === 'same')
    return isSameHost(broker, server) && /^(?:basic|bearer|oauth2)$/.test(String(field('auth').val()));
  return login !== 'none' && (own || isSameHost(broker, server));
}

/** The server as the form describes it now. */
function described(id: string): Record<string, unknown> {
  const values = Object.fromEntries(SERVER_FIELDS.map((name) => [name, field(name).val()]));
  const credentials = Object.fromEntries(SERVER_SECRETS.map((name) => [name, field(name).val()]));
  // "_ADD_" is what the editor calls no TLS configuration
  for (const name of ['tls', 'mqttTls']) if (values[name] === '_ADD_') values[name] = '';
  return { id, ...values, credentials };
}

/** Asks the server, says in words what was found or what to do, and shows what is there. */
async function test(id: string, look: Look): Promise<void> {
  const button = byId('sta-server-test') as HTMLButtonElement;
  const result = byId('sta-server-result');
  pause(button, true);
  byId('sta-server-answer').hidden = false;
  byId('sta-server-better').hidden = true;
  result.className = 'city-sentence';
  result.textContent = t('common.loading');
  const answer = await askServer('probe', described(id));
  pause(button, false);
  result.className = answer.ok ? 'city-sentence' : 'city-sentence city-fault';
  result.textContent = inWords(answer);
  offer(answer['suggestion']);
  if (!answer.ok) return look.hide();
  // the address that was found, with its version
  if (typeof answer['root'] === 'string') field('url').val(answer['root']).trigger('change');
  const { mqtt } = answer;
  if (typeof mqtt === 'string') offered = { server: String(field('url').val()).trim(), broker: mqtt };
  showInClear();
  await Promise.all([look.show(), answer['mqtt'] ? testMqtt(id, result) : undefined]);
}

/** Tries the MQTT connection too: a login may be good for HTTP alone. */
async function testMqtt(id: string, result: HTMLElement): Promise<void> {
  const found = result.textContent;
  const answer = await askServer('mqtt', described(id));
  // another test may have begun meanwhile
  if (result.textContent !== found) return;
  if (answer.ok && answer['connected']) {
    result.textContent = `${found} ${t('mqtt.ok')}`;
    return;
  }
  const key = `mqtt.${answer.code ?? 'network'}`;
  const words = t(key);
  const known = words !== key && !words.endsWith(key);
  result.textContent = `${found} ${known ? words : t('mqtt.network')}${answer.message ? ` (${answer.message})` : ''}`;
  result.className = 'city-sentence city-fault';
}

/** A better address is offered, never taken without being asked. */
function offer(suggestion: unknown): void {
  const use = byId('sta-server-use');
  const has = typeof suggestion === 'string';
  byId('sta-server-better').hidden = !has;
  if (!has) return;
  use.dataset['url'] = suggestion;
  use.textContent = t('button.use', { url: suggestion });
}

function inWords(answer: ServerAnswer): string {
  if (!answer.ok) return faultWords(answer, t);
  if (answer['demo']) return t('probe.demo', { things: answer['things'] });
  const mqtt = answer['mqtt'] ? t('probe.mqtt', { url: answer['mqtt'] }) : t('probe.noMqtt');
  return `${t('probe.ok', { version: answer['version'] })} ${mqtt}${answer['simulated'] ? ` ${t('probe.simulated')}` : ''}`;
}

function checkUrl(value: unknown): true | string {
  return isDemo(value) || check.url('label.url', ['http:', 'https:'])(value);
}

function checkMqtt(this: ServerForm, value: unknown): true | string {
  return this.mqttFrom !== 'own' || check.url('label.mqttUrl', ['mqtt:', 'mqtts:', 'ws:', 'wss:'])(value);
}

/** Settings of a login that is not chosen do not matter. */
const matters = (form: ServerForm, auth: string): boolean => form.auth === auth && !isDemo(form.url);

function checkHeader(this: ServerForm, value: unknown): true | string {
  if (!matters(this, 'apikey')) return true;
  return (typeof value === 'string' && /^\s*[A-Za-z0-9_.-]{1,80}\s*$/.test(value)) || t('invalid.header');
}

function checkTokenUrl(this: ServerForm, value: unknown): true | string {
  return !matters(this, 'oauth2') || check.url('label.tokenUrl', ['http:', 'https:'])(value);
}

function checkClient(this: ServerForm, value: unknown): true | string {
  return !matters(this, 'oauth2') || check.required('label.clientId')(value);
}

function checkZone(value: unknown): true | string {
  if (value === '' || value === undefined || fromEnvironment(value)) return true;
  if (typeof value !== 'string') return t('invalid.zone');
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return t('invalid.zone');
  }
}
