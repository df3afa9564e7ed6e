/** Statuses as a rule tells them, for tests of what comes behind it. */
import type { Status } from '../../nodes/ecdm/status';
import { formatTime } from '../../nodes/ecdm/time';

export const START = Date.parse('2026-03-01T08:00:00Z');

/** @param minute of its first detection, and (with `at`) of what is told */
export function statusAt(minute: number, revision: number, more: Partial<Status> & { at?: number } = {}): Status {
  const { at = minute, ...fields } = more;
  const since = formatTime(START + minute * 60_000);
  const state = fields.state ?? (revision === 1 ? 'raised' : 'updated');
  const status: Status = {
    statusId: `haze|${fields.key ?? 's1'}|${since}`,
    revision,
    status: 'haze',
    name: 'Haze',
    key: 's1',
    state,
    severity: 'minor',
    since,
    updated: formatTime(START + at * 60_000),
    count: revision,
    evidence: [],
    reason: 'PM2.5 > 90',
    flags: [],
    ...fields,
  };
  if (state === 'cleared') status.until ??= status.updated;
  return status;
}
