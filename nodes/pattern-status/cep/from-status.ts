import type { StatusDefinition } from '../../ecdm/definition';
import type { CityEvent, EventKind } from '../../ecdm/event';
import { middleOf } from '../../ecdm/hull';
import type { Status } from '../../ecdm/status';
import { instantText, isValidTime, parseTime } from '../../ecdm/time';
import type { Told } from './told';

/**
 * A status of another rule as an event: raised is a begin at `since`, cleared an end, nodata is nodata; other revisions only
 * refresh. The id of the status definition is the id of the event. It ends when that was told, not at `until`: what flapped,
 * or ended late, was raised for everybody until then. So the messages of a status, and of those of its key that come one
 * after the other, are in order of time as events, too.
 * @returns `undefined` for a pending status, or one whose times cannot be read
 */
export function statusToEvent(status: Status): CityEvent | undefined {
  const kind = KINDS[status.state];
  if (kind === undefined || status.flags?.includes('never-raised')) return undefined;
  let time = parseTime(status.state === 'raised' ? status.since : status.updated);
  if (!isValidTime(time)) return undefined;
  // a new one begins after the one before, and one of no length before it ends
  if (status.state === 'raised') time = Math.max(time, beganAt(status));
  else if (kind === 'end') time = Math.max(time, beganAt(status) + 1);
  return eventOf(status, kind, time, status.lineage ?? []);
}

/** What an event takes over from a status. */
type About = Pick<
  Status,
  'statusId' | 'revision' | 'status' | 'name' | 'domain' | 'key' | 'keyName' | 'place' | 'zones' | 'simulated'
>;

function eventOf(about: About, kind: EventKind, time: number, lineage: Iterable<string>): CityEvent {
  const { statusId, revision, status, name, domain, key, keyName, place, zones, simulated } = about;
  return {
    id: `${statusId}|${revision}`,
    event: status,
    name,
    domain,
    key,
    keyName,
    stream: `${status}|${key}`,
    property: undefined,
    time,
    timeEnd: undefined,
    place,
    zones,
    value: undefined,
    unit: undefined,
    limit: undefined,
    kind,
    source: [],
    ...(simulated === true ? { simulated: true } : {}),
    lineage: [...new Set([...lineage, status])].slice(0, MOST_LINEAGE),
  };
}

/** A status that is open, and its key. */
interface OpenStatus {
  readonly key: string;
  readonly name: string | undefined;
  readonly told: Told;
  readonly evidence: readonly CityEvent[];
}

/**
 * The events that the messages of a status that is raised were, for a rule that did not hear them: its begin, and that
 * nothing is known of it where that is so. None for one that is pending.
 */
export function openToEvents(
  { id: status, name, domain }: StatusDefinition,
  { key, name: keyName, told, evidence }: OpenStatus,
  lineage: ReadonlySet<string>,
): CityEvent[] {
  if (told.raised === undefined) return [];
  const { first, revision, simulated } = told;
  const statusId = `${status}|${key}|${instantText(first)}`;
  const places = evidence.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const place = places.length > 0 ? middleOf(places) : undefined;
  const zones = told.zones?.map((zone) => ({ ...zone }));
  const about: About = { statusId, revision, status, name, domain, key, keyName, place, zones, simulated };
  const begin = eventOf(about, 'begin', Math.max(told.since, first), lineage);
  return told.state === 'nodata' ? [begin, eventOf(about, 'nodata', told.stamp, lineage)] : [begin];
}

/** When it was told to begin at the latest: its identity ends with that. */
function beganAt({ statusId }: Status): number {
  const first = parseTime(statusId.slice(statusId.lastIndexOf('|') + 1));
  return isValidTime(first) ? first : -Infinity;
}

/** Definitions that a status is known to rest on, at most. */
export const MOST_LINEAGE = 100;

const KINDS: Partial<Record<Status['state'], EventKind>> = {
  raised: 'begin',
  updated: 'begin',
  nodata: 'nodata',
  cleared: 'end',
};

/** True for what looks like a status rather than an event. */
export function isStatus(item: unknown): item is Status {
  if (typeof item !== 'object' || item === null) return false;
  const { statusId, status, state, key, since } = item as Partial<Record<keyof Status, unknown>>;
  return (
    typeof statusId === 'string' &&
    typeof status === 'string' &&
    typeof key === 'string' &&
    typeof since === 'string' &&
    typeof state === 'string'
  );
}
