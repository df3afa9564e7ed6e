/** The alarms of now as a list: which of them are asked for, worst first, page by page. */
import { isOpen, isShelved } from '../../ecdm/operator';
import { SEVERITIES, type Status } from '../../ecdm/status';
import type { AlarmView } from '../journal-source';
import { ApiError } from './answer';
import { pageSize, type Parameters } from './parameters';
import { maySee, type Token } from './tokens';

export interface AlarmPage {
  alarms: AlarmView[];
  /** How many there are in all. */
  total: number;
  next?: string;
}

/** Whether an alarm is one of those that are asked for, and exists for whoever asks. */
export function isAskedFor(view: AlarmView, parameters: Parameters, token: Token, now: number): boolean {
  const { status, operator } = view;
  const { domain, state, severity, zone, text, acknowledged, shelved } = parameters;
  if (!maySee(token, status.zones)) return false;
  if (domain !== undefined && status.domain !== domain) return false;
  if (parameters.status !== undefined && status.status !== parameters.status && status.name !== parameters.status)
    return false;
  if (state !== undefined && !state.includes(status.state)) return false;
  if (severity !== undefined && level(status) < SEVERITIES.indexOf(severity)) return false;
  if (zone !== undefined && !(status.zones ?? []).some(({ id }) => zone.includes(id))) return false;
  if (acknowledged !== undefined && (operator.acknowledged !== undefined) !== acknowledged) return false;
  if (shelved !== undefined && isShelved(operator, now) !== shelved) return false;
  return text === undefined || says(status, text);
}

const level = ({ severity }: Pick<Status, 'severity'>): number => SEVERITIES.indexOf(severity);

/** All words that are asked for, in what people read of a status. */
function says({ name, key, keyName, reason }: Status, text: string): boolean {
  const said = `${name} ${keyName ?? ''} ${key} ${reason}`.toLocaleLowerCase();
  return text.toLocaleLowerCase().split(/\s+/).every((word) => said.includes(word)); // prettier-ignore
}

/**
 * What an alarm is sorted by: raised before over, worse before less, newer before older, then by name, so that every page
 * begins where the one before ended even when alarms come and go meanwhile.
 */
type Rank = [open: number, severity: number, since: number, alarm: string];

function rankOf({ alarm, status }: AlarmView): Rank {
  return [isOpen(status) ? 0 : 1, -level(status), -(Date.parse(status.since) || 0), alarm];
}

function compare(a: Rank, b: Rank): number {
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a[3] < b[3] ? -1 : a[3] > b[3] ? 1 : 0;
}

/** @throws ApiError 400 where `after` is none of ours */
export function alarmPage(views: Iterable<AlarmView>, parameters: Parameters, token: Token, now: number): AlarmPage {
  const found: { view: AlarmView; rank: Rank }[] = [];
  for (const view of views) if (isAskedFor(view, parameters, token, now)) found.push({ view, rank: rankOf(view) });
  found.sort((a, b) => compare(a.rank, b.rank));
  const from = parameters.after === undefined ? undefined : readCursor(parameters.after);
  const rest = from === undefined ? found : found.filter(({ rank }) => compare(rank, from) > 0);
  const page = rest.slice(0, pageSize(parameters));
  const answer: AlarmPage = { alarms: page.map(({ view }) => view), total: found.length };
  if (page.length < rest.length) answer.next = Buffer.from(JSON.stringify(page.at(-1)!.rank)).toString('base64url');
  return answer;
}

function readCursor(after: string): Rank {
  try {
    const rank = JSON.parse(Buffer.from(after, 'base64url').toString('utf8')) as unknown;
    if (
      Array.isArray(rank) &&
      rank.length === 4 &&
      rank.slice(0, 3).every(Number.isFinite) &&
      typeof rank[3] === 'string'
    ) {
      return rank as Rank;
    }
  } catch {
    // said below
  }
  throw new ApiError(400, 'after', { value: after.slice(0, 100) });
}
