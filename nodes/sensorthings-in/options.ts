/** What the form saved, with every value within its bounds. */
import { parseDuration } from '../ecdm/duration';
import { readThreshold, type Threshold } from '../sensorthings-server/client/rule';
import { type Choice, readChoice } from './choice';

export interface Options {
  choose: Choice;
  mode: 'hybrid' | 'live' | 'poll';
  /** Milliseconds between two polls. */
  interval: number;
  /** Milliseconds of history at the start. */
  history: number;
  emit: 'single' | 'batch';
  sentinels: ReadonlySet<number>;
  /** Only these readings are wanted; asked of the server in the mode `poll`. */
  threshold: Threshold | undefined;
}

const SHORTEST_INTERVAL = 1000;
const LONGEST_INTERVAL = 7 * 86_400_000;
const LONGEST_HISTORY = 7 * 86_400_000;

export function readOptions(config: Readonly<Record<string, unknown>>): Options {
  const interval = parseDuration(config['interval']) ?? 60_000;
  const history = parseDuration(config['history']) ?? 0;
  const { mode, emit } = config;
  return {
    choose: readChoice(config),
    mode: mode === 'live' || mode === 'poll' ? mode : 'hybrid',
    interval: Math.min(Math.max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL),
    history: Math.min(history, LONGEST_HISTORY),
    emit: emit === 'single' ? 'single' : 'batch',
    sentinels: new Set(listOf(config['sentinels']).map(Number).filter(Number.isFinite)),
    threshold: readThreshold(config['threshold']),
  };
}

/** A list that people write with commas. */
function listOf(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(/[,;\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
