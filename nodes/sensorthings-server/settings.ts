/** From what a form or a saved flow holds to the settings of a connection. */
import { isTimeZone } from '../ecdm/time';
import type { Auth } from './client/auth';
import type { ServerSettings } from './client/connection';

export type Credentials = Readonly<Record<string, string | undefined>>;

type Saved = Readonly<Record<string, unknown>>;

const str = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Who we are for HTTP. */
function readAuth(saved: Saved, credentials: Credentials): Auth {
  const secret = (name: string): string => credentials[name] ?? '';
  switch (saved['auth']) {
    case 'basic':
      return { type: 'basic', user: secret('user'), password: secret('password') };
    case 'bearer':
      return { type: 'bearer', token: secret('token') };
    case 'apikey': {
      const keyIn = saved['apiKeyIn'] === 'query' ? 'query' : 'header';
      return { type: 'apikey', token: secret('token'), header: str(saved['header']), keyIn };
    }
    case 'oauth2': {
      const [tokenUrl, clientId] = [str(saved['tokenUrl']), str(saved['clientId'])];
      const [scope, audience] = [str(saved['scope']), str(saved['audience'])];
      return { type: 'oauth2', tokenUrl, clientId, clientSecret: secret('clientSecret'), scope, audience };
    }
    default:
      return { type: 'none' };
  }
}

/** Who we are for MQTT; `undefined` for the same as for HTTP. */
function readMqttAuth(saved: Saved, credentials: Credentials): Auth | undefined {
  const user = credentials['mqttUser'] ?? '';
  switch (saved['mqttLogin']) {
    case 'own':
      return { type: 'basic', user, password: credentials['mqttPassword'] ?? '' };
    case 'bearer':
      return { type: 'bearer', user, token: credentials['mqttToken'] ?? '' };
    case 'none':
      return { type: 'none' };
    default:
      return undefined;
  }
}

/**
 * @param tls options of the connection over HTTPS, as Node-RED's tls-config gives them
 * @param mqttTls those of MQTT; the same as for HTTPS when left out
 */
export function readSettings(saved: Saved, credentials: Credentials, tls?: object, mqttTls?: object): ServerSettings {
  const zone = str(saved['zone']);
  const protocol = str(saved['protocol']);
  return {
    url: str(saved['url']),
    protocol: /^[12]\.[01]$/.test(protocol) ? `v${protocol}` : undefined,
    mqttUrl: saved['mqttFrom'] === 'own' ? str(saved['mqttUrl']) : '',
    auth: readAuth(saved, credentials),
    mqttAuth: readMqttAuth(saved, credentials),
    tls,
    mqttTls: mqttTls ?? tls,
    zone: isTimeZone(zone) ? zone : undefined,
    nameFrom: str(saved['nameFrom']).slice(0, 200) || undefined,
  };
}

/** Speed and seed of the demo city, each within what makes sense. */
export function readDemo(saved: Saved): { speed: number; seed: number } {
  const number = (value: unknown, low: number, high: number, otherwise: number): number => {
    const n = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
    return Number.isFinite(n) ? Math.min(high, Math.max(low, n)) : otherwise;
  };
  return { speed: number(saved['demoSpeed'], 0.1, 3600, 60), seed: Math.floor(number(saved['demoSeed'], 0, 4e9, 1)) };
}
