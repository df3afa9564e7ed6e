/** What the form saved, with every value within its bounds. */
import { parseDuration } from '../ecdm/duration';
import { savedKey } from '../sensorthings-server/client/datastream';

export interface Options {
  choose: { by: 'list'; keys: string[] } | { by: 'property'; names: string[] } | { by: 'all' };
  mode: 'auto' | 'live' | 'poll';
  /** Milliseconds between two polls. */
  interval: number;
  /** Milliseconds of history at the start. */
  history: number;
  emit: 'single' | 'batch';
  sentinels: ReadonlySet<number>;
}

/** Datastreams that one node follows at most. */
export const MOST_STREAMS = 2000;
const SHORTEST_INTERVAL = 1000;
const LONGEST_INTERVAL = 7 * 86_400_000;
const LONGEST_HISTORY = 7 * 86_400_000;

export function readOptions(config: Readonly<Record<string, unknown>>): Options {
  const interval = parseDuration(config['interval']) ?? 60_000;
  const history = parseDuration(config['history']) ?? 0;
  const { mode, emit } = config;
  return {
    choose: readChoice(config),
    mode: mode === 'live' || mode === 'poll' ? mode : 'auto',
    interval: Math.min(Math.max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL),
    history: Math.min(history, LONGEST_HISTORY),
    emit: emit === 'single' ? 'single' : 'batch',
    sentinels: new Set(listOf(config['sentinels']).map(Number).filter(Number.isFinite)),
  };
}

function readChoice(config: Readonly<Record<string, unknown>>): Options['choose'] {
  if (config['choose'] === 'all') return { by: 'all' };
  if (config['choose'] === 'property') return { by: 'property', names: listOf(config['properties']).slice(0, 50) };
  const streams = Array.isArray(config['streams']) ? (config['streams'] as unknown[]) : [];
  const keys = streams.map((item) => savedKey((item as { key?: unknown } | null)?.key));
  return { by: 'list', keys: [...new Set(keys.filter((key) => key !== undefined))].slice(0, MOST_STREAMS) };
}

/** A list that people write with commas. */
function listOf(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(/[,;\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
