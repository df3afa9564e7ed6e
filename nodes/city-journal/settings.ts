/** What the node saves, as the journal needs it. */
import path from 'node:path';
import type { SavedConfig } from '../ecdm/saved-config';
import { DEFAULTS, isSchema, MOST_DAYS, MOST_MEGABYTES } from './limits';
import type { Retention } from './store/store';

export type Place =
  { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string; user: string; password: string; schema: string };

export interface JournalSettings {
  place: Place;
  retention: Retention;
}

/** @param userDir Node-RED's own folder; without one (tests) there is no file */
export function readSettings(
  config: { id: string } & SavedConfig,
  credentials: Record<string, string | undefined>,
  userDir: string | undefined,
): JournalSettings | { fault: 'url' | 'schema' | 'noFolder' } {
  const retention = {
    days: numberOf(config['days'], DEFAULTS.days, MOST_DAYS),
    megabytes: numberOf(config['megabytes'], DEFAULTS.megabytes, MOST_MEGABYTES),
  };
  if (config['store'] === 'postgres') {
    const url = textOf(config['url']);
    const schema = textOf(config['schema']) || 'city_journal';
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) return { fault: 'url' };
    if (!isSchema(schema)) return { fault: 'schema' };
    const { user = '', password = '' } = credentials;
    return { place: { kind: 'postgres', url, user, password, schema }, retention };
  }
  if (userDir === undefined) return { fault: 'noFolder' };
  return { place: { kind: 'sqlite', file: fileOf(userDir, config.id) }, retention };
}

function fileOf(userDir: string, id: string): string {
  // an id is hexadecimal, but a flow made by hand may hold anything
  const name = encodeURIComponent(id).replaceAll('.', '%2E').slice(0, 200);
  return path.join(userDir, 'city-events', `journal-${name}.sqlite`);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function numberOf(value: unknown, otherwise: number, most: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && number <= most ? number : otherwise;
}
