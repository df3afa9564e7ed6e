/** SensorThings part 2 (17-079r1): what can be ordered of a server, and what became of it. */
import { isDeepStrictEqual } from 'node:util';
import { parseTime } from '../../ecdm/time';
import { StaError } from './errors';
import type { Made } from './http';
import { address, keyFrom } from './links';
import { idOf, isRecord, pick, type Raw, selfLinkOf, text } from './tolerant';

/** What it needs of a connection. */
export interface TaskServer {
  get: (url: string, signal?: AbortSignal) => Promise<unknown>;
  post: (url: string, content: unknown, signal?: AbortSignal) => Promise<Made>;
  facts(): Promise<{ root: string; version: string }>;
}

/** A capability as the form lists it. */
export interface Capability {
  /** As in addresses: `7` or `'text'`. */
  key: string;
  name: string;
  description: string;
  thing: string;
  actuator: string;
  taskingParameters: unknown;
}

/** Rows of the list in the form. */
const MOST_LISTED = 500;
/** Tasks that are looked through for the one that may have been made. */
const MOST_TASKS = 100;
/** Clocks of two machines may differ so much, in milliseconds. */
const CLOCK_SLACK = 60_000;

/** @throws StaError `not-found` where the server has no Tasking */
export async function listCapabilities(server: TaskServer): Promise<Capability[]> {
  const { root } = await server.facts();
  const $expand = 'Thing($select=name),Actuator($select=name)';
  const body = await server.get(address(root, 'TaskingCapabilities', { $expand, $top: String(MOST_LISTED) }));
  const rows = isRecord(body) && Array.isArray(body['value']) ? (body['value'] as unknown[]) : undefined;
  if (rows === undefined) throw new StaError('config', 'not-sta', 'this is no list of TaskingCapabilities');
  return rows.filter(isRecord).flatMap((row) => capabilityOf(row) ?? []);
}

function capabilityOf(row: Raw): Capability | undefined {
  const key = keyFrom(idOf(row), selfLinkOf(row));
  if (key === undefined) return undefined;
  const nameOf = (part: unknown): string => (isRecord(part) ? (text(part['name']) ?? '') : '');
  return {
    key,
    name: text(row['name']) ?? key,
    description: text(row['description']) ?? '',
    thing: nameOf(pick(row, 'Thing')),
    actuator: nameOf(pick(row, 'Actuator')),
    taskingParameters: row['taskingParameters'],
  };
}

/**
 * Makes a Task.
 * @returns its key, where the server tells it
 */
export async function createTask(
  server: TaskServer,
  capability: string,
  taskingParameters: unknown,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { root } = await server.facts();
  const { body, location } = await server.post(address(root, `${capability}/Tasks`), { taskingParameters }, signal);
  if (isRecord(body)) return keyFrom(idOf(body), selfLinkOf(body));
  return keyFrom(undefined, location);
}

/**
 * What a Task says of itself. The standard has no state; the draft of its next version (24-046, clause 10) and some servers
 * have one.
 */
export async function taskState(
  server: TaskServer,
  task: string,
  signal?: AbortSignal,
): Promise<'done' | 'refused' | 'open' | 'absent'> {
  const { root } = await server.facts();
  try {
    const body = await server.get(address(root, `Tasks(${task})`), signal);
    return stateOf(body);
  } catch (thrown) {
    if (thrown instanceof StaError && thrown.code === 'not-found') return 'absent';
    throw thrown;
  }
}

function stateOf(task: unknown): 'done' | 'refused' | 'open' {
  if (!isRecord(task)) return 'open';
  const properties = task['properties'];
  const status = task['status'] ?? (isRecord(properties) ? properties['status'] : undefined);
  switch (typeof status === 'string' ? status.toLowerCase() : '') {
    case 'completed':
      return 'done';
    case 'rejected':
    case 'failed':
      return 'refused';
    default:
      return 'open';
  }
}

/**
 * The Task that was made with these parameters since a time: a Task carries nothing that would tell ours from another of
 * the same parameters, and the same is then there, which is what was wanted.
 * @param since epoch milliseconds of our clock
 * @param others keys of Tasks that belong to other orders
 * @returns its key; `undefined` where there is none for certain
 * @throws StaError where the server cannot tell
 */
export async function findTask(
  server: TaskServer,
  capability: string,
  taskingParameters: unknown,
  since: number,
  others: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { root } = await server.facts();
  const options = { $orderby: 'creationTime desc', $top: String(MOST_TASKS) };
  const body = await server.get(address(root, `${capability}/Tasks`, options), signal);
  const rows = isRecord(body) && Array.isArray(body['value']) ? (body['value'] as unknown[]) : undefined;
  if (rows === undefined) throw new StaError('config', 'not-sta', 'this is no list of Tasks');
  let reached = rows.length < MOST_TASKS;
  for (const row of rows) {
    if (!isRecord(row)) continue;
    const made = parseTime(row['creationTime']);
    if (made !== undefined && made < since - CLOCK_SLACK) {
      reached = true;
      continue;
    }
    const key = keyFrom(idOf(row), selfLinkOf(row));
    if (key === undefined || others.has(key)) continue;
    if (isDeepStrictEqual(row['taskingParameters'], taskingParameters)) return key;
  }
  if (!reached) throw new StaError('config', 'refused', 'more Tasks than can be looked through');
  return undefined;
}
