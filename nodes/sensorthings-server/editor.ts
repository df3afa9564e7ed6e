import { askServer, SERVER_FIELDS, SERVER_SECRETS, type ServerAnswer } from '../editor/server-request';
import { ensureStyle } from '../editor/style';
import { translator } from '../editor/texts';
import { reasons, validators } from '../editor/validators';

const t = translator('sensorthings-server');
const check = validators(t);

interface ServerForm {
  id: string;
  name: string;
  url: string;
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
    demoSpeed: { value: '60', label: t('label.demoSpeed'), validate: check.number('label.demoSpeed', 0.1, 3600, true) },
    demoSeed: { value: '1', label: t('label.demoSeed'), validate: check.number('label.demoSeed', 0, 4e9, true) },
    mqttFrom: { value: 'auto' },
    mqttUrl: { value: '', label: t('label.mqttUrl'), validate: reasons(checkMqtt) },
    auth: { value: 'none', label: t('label.auth') },
    header: { value: '', label: t('label.header') },
    tls: { value: '', type: 'tls-config', required: false, label: t('label.tls') },
    mqttLogin: { value: 'same', label: t('label.mqttLogin') },
    zone: { value: '', label: t('label.zone'), validate: reasons(checkZone) },
    nameFrom: { value: '', label: t('label.nameFrom') },
  },
  credentials: {
    user: { type: 'text' },
    password: { type: 'password' },
    token: { type: 'password' },
    mqttUser: { type: 'text' },
    mqttPassword: { type: 'password' },
  },
  paletteLabel: t('title'),
  label(this: ServerForm) {
    return this.name || (isDemo(this.url) ? t('demo') : this.url) || t('title');
  },
  oneditprepare(this: ServerForm) {
    ensureStyle();
    const show = (): void => {
      const demo = isDemo(field('url').val());
      const auth = String(field('auth').val());
      byId('sta-server-demo').hidden = !demo;
      byId('sta-server-real').hidden = demo;
      byId('sta-server-mqtt-url').hidden = field('mqttFrom').val() !== 'own';
      byId('sta-server-basic').hidden = auth !== 'basic';
      byId('sta-server-token').hidden = auth !== 'bearer' && auth !== 'apikey';
      byId('sta-server-header').hidden = auth !== 'apikey';
      byId('sta-server-mqtt-login').hidden = field('mqttLogin').val() !== 'own';
    };
    for (const name of ['url', 'auth', 'mqttFrom', 'mqttLogin']) field(name).on('change input', show);
    byId('sta-server-test').addEventListener('click', () => void test(this.id));
    show();
  },
});

/** Asks the server and says in words what was found, or what to do. */
async function test(id: string): Promise<void> {
  const button = byId('sta-server-test') as HTMLButtonElement;
  const result = byId('sta-server-result');
  button.disabled = true;
  result.hidden = false;
  result.className = 'city-sentence';
  result.textContent = t('common.loading');
  const values = Object.fromEntries(SERVER_FIELDS.map((name) => [name, field(name).val()]));
  const credentials = Object.fromEntries(SERVER_SECRETS.map((name) => [name, field(name).val()]));
  // "_ADD_" is what the editor calls no TLS configuration
  if (values['tls'] === '_ADD_') values['tls'] = '';
  const answer = await askServer('probe', { id, ...values, credentials });
  button.disabled = false;
  result.className = answer.ok ? 'city-sentence' : 'city-sentence city-fault';
  result.textContent = inWords(answer);
  // the address that was found, with its version
  if (answer.ok && typeof answer['root'] === 'string') field('url').val(answer['root']);
}

function inWords(answer: ServerAnswer): string {
  if (!answer.ok) {
    const key = `probe.${answer.code ?? 'network'}`;
    const words = t(key);
    const known = words !== key && !words.endsWith(key);
    return `${known ? words : t('probe.network')} (${answer.message ?? ''})`;
  }
  if (answer['demo']) return t('probe.demo', { things: answer['things'] });
  const mqtt = answer['mqtt'] ? t('probe.mqtt', { url: answer['mqtt'] }) : t('probe.noMqtt');
  return `${t('probe.ok', { version: answer['version'] })} ${mqtt}${answer['simulated'] ? ` ${t('probe.simulated')}` : ''}`;
}

const fromEnvironment = (value: unknown): boolean =>
  typeof value === 'string' && /^\$\{[^}]+\}$|^\$\([^)]+\)$/.test(value);

function checkUrl(value: unknown): true | string {
  return isDemo(value) || check.url('label.url', ['http:', 'https:'])(value);
}

function checkMqtt(this: ServerForm, value: unknown): true | string {
  return this.mqttFrom !== 'own' || check.url('label.mqttUrl', ['mqtt:', 'mqtts:', 'ws:', 'wss:'])(value);
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
