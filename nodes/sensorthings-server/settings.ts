/** From what a form or a saved flow holds to the settings of a connection. */
import { isTimeZone } from '../ecdm/time';
import type { Auth } from './client/auth';
import type { ServerSettings } from './client/connection';

export type Credentials = Readonly<Record<string, string | undefined>>;

type Saved = Readonly<Record<string, unknown>>;

const str = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

export function readAuth(type: unknown, credentials: Credentials, header: unknown): Auth {
  switch (type) {
    case 'basic':
      return { type: 'basic', user: credentials['user'] ?? '', password: credentials['password'] ?? '' };
    case 'bearer':
      return { type: 'bearer', token: credentials['token'] ?? '' };
    case 'apikey':
      return { type: 'apikey', token: credentials['token'] ?? '', header: str(header) };
    default:
      return { type: 'none' };
  }
}

export function readSettings(saved: Saved, credentials: Credentials, tls?: object): ServerSettings {
  const zone = str(saved['zone']);
  const ownMqtt = saved['mqttLogin'] === 'own';
  return {
    url: str(saved['url']),
    mqttUrl: saved['mqttFrom'] === 'own' ? str(saved['mqttUrl']) : '',
    auth: readAuth(saved['auth'], credentials, saved['header']),
    mqttAuth: ownMqtt
      ? { type: 'basic', user: credentials['mqttUser'] ?? '', password: credentials['mqttPassword'] ?? '' }
      : undefined,
    tls,
    zone: isTimeZone(zone) ? zone : undefined,
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
