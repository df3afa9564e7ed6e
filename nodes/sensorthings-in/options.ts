/** What the form saved, with every value within its bounds. */
import { parseTime } from '../ecdm/time';
import { readThreshold, type RuleZone, type Threshold } from '../sensorthings-server/client/rule';
import { type Choice, mostOf, readChoice } from './choice';
import { lengthOf } from './lengths';

export interface Options {
  choose: Choice;
  mode: 'hybrid' | 'live' | 'poll' | 'replay';
  /** Milliseconds between two polls. */
  interval: number;
  /** Milliseconds of history at the start. */
  history: number;
  emit: 'single' | 'batch';
  sentinels: ReadonlySet<number>;
  /** Only these readings are wanted; in the mode `poll` only, because MQTT brings all. */
  threshold: Threshold | undefined;
  /** Several properties of one result: one observation with all, or one of each. */
  records: 'record' | 'split';
  /** What is done with observations that were changed on the server after they were sent. */
  updates: 'emit' | 'drop';
  /** Milliseconds before a position from which readings are read again. */
  overlap: number;
  /** Milliseconds between two looks over HTTP while MQTT works. */
  recheck: number;
  replay: ReplayOptions;
  /** Datastreams of a rule or path that are read at most. */
  most: number;
  /** Names what is read: positions that were saved for something else are of no use. */
  reads: string;
}

export interface ReplayOptions {
  /** Epoch milliseconds; from the oldest, up to the newest reading where left out. */
  from: number | undefined;
  to: number | undefined;
  /** Times faster than the readings were made; 0 = as fast as the flow takes them. */
  speed: number;
}

const INTERVAL = 60_000;
const OVERLAP = 300_000;
const RECHECK = 600_000;
const FASTEST = 1_000_000;

/**
 * @param zone IANA zone of the times that the form holds; UTC when left out
 * @param within the zone of the city that the rule names
 */
export function readOptions(config: Readonly<Record<string, unknown>>, zone?: string, within?: RuleZone): Options {
  const options = readAll(config, zone, within);
  const { mode, choose, replay } = options;
  // following goes on in every mode; a replay is of one choice and range
  const reads = mode === 'replay' ? JSON.stringify({ choose, from: replay.from, to: replay.to }) : 'follow';
  return { ...options, reads };
}

function readAll(
  config: Readonly<Record<string, unknown>>,
  zone: string | undefined,
  within: RuleZone | undefined,
): Omit<Options, 'reads'> {
  const { mode, emit } = config;
  return {
    choose: readChoice(config, within),
    mode: mode === 'live' || mode === 'poll' || mode === 'replay' ? mode : 'hybrid',
    interval: lengthOf('interval', config['interval'], INTERVAL),
    history: lengthOf('history', config['history'], 0),
    emit: emit === 'single' ? 'single' : 'batch',
    sentinels: new Set(listOf(config['sentinels']).map(Number).filter(Number.isFinite)),
    threshold: mode === 'poll' ? readThreshold(config['threshold']) : undefined,
    records: config['records'] === 'split' ? 'split' : 'record',
    updates: config['updates'] === 'drop' ? 'drop' : 'emit',
    overlap: lengthOf('overlap', config['overlap'], OVERLAP),
    most: mostOf(config['most']),
    recheck: lengthOf('recheck', config['recheck'], RECHECK),
    replay: readReplay(config, zone),
  };
}

function readReplay({ from, to, speed }: Readonly<Record<string, unknown>>, zone?: string): ReplayOptions {
  const times = typeof speed === 'string' && speed.trim() === '' ? 0 : Number(speed ?? 0);
  return {
    from: parseTime(from, zone),
    to: parseTime(to, zone),
    speed: Number.isFinite(times) && times > 0 ? Math.min(times, FASTEST) : 0,
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
