/** What the place holders of a text stand for, in words of a language and times of a zone. */
import type { Mode } from './city';
import type { Evidence, Severity, Status, StatusState } from './status';
import { durationText, listText, momentText, numberText, word } from './words';
import { parseTime } from './time';
import { unitLabel } from './units';

/** The state in words. */
export function stateText(language: string | undefined, state: StatusState): string {
  return word(language, `state.${state}`);
}

/** The severity in words. */
export function severityText(language: string | undefined, severity: Severity): string {
  return word(language, `severity.${severity}`);
}

/** "SIMULATED" or "REPLAY" where a message must not be taken for real; empty when it is real. */
export function modeText(language: string | undefined, mode: Mode, simulated: boolean): string {
  if (mode === 'replay') return word(language, 'mode.replay');
  return simulated || mode === 'simulated' ? word(language, 'mode.simulated') : '';
}

/**
 * A moment in words; the text itself where it is not a time. Without a time zone it is told as it was written: a status
 * carries the offset of its own domain.
 */
export function timeText(language: string | undefined, iso: string, timeZone?: string): string {
  const ms = parseTime(iso);
  if (ms === undefined) return iso;
  return timeZone === undefined ? momentText(language, ms + writtenOffset(iso), 'UTC') : momentText(language, ms, timeZone);
}

/** The offset at the end of an ISO time in milliseconds; 0 where there is none. */
function writtenOffset(iso: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(iso) ?? [];
  if (sign === undefined || !iso.includes('T')) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function valueText(language: string | undefined, value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(language, value) : '';
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : '';
}

/** The newest piece of evidence that has a value. */
export function newestValue(status: Pick<Status, 'evidence'>): Evidence | undefined {
  let newest: Evidence | undefined;
  for (const one of status.evidence) {
    if (one.value === undefined || one.value === null) continue;
    if (newest === undefined || (parseTime(one.time) ?? 0) >= (parseTime(newest.time) ?? 0)) newest = one;
  }
  return newest;
}

/** How long a status has lasted, in milliseconds, as far as it is known. */
export function statusDuration(status: Pick<Status, 'since' | 'until' | 'updated'>): number | undefined {
  const from = parseTime(status.since);
  const to = parseTime(status.until ?? status.updated);
  return from === undefined || to === undefined || to < from ? undefined : to - from;
}

/** Fields of a status for {@link fillTemplate}. */
export function statusFields(
  status: Status,
  language: string | undefined,
  timeZone: string | undefined,
  mode: Mode = 'live',
): Map<string, string> {
  const newest = newestValue(status);
  const lasted = statusDuration(status);
  const place = status.place ?? newest?.place;
  return new Map<string, string>([
    ['name', status.name],
    ['key', status.key],
    ['keyName', status.keyName ?? status.key],
    ['state', stateText(language, status.state)],
    ['severity', severityText(language, status.severity)],
    ['since', timeText(language, status.since, timeZone)],
    ['updated', timeText(language, status.updated, timeZone)],
    ['until', status.until === undefined ? '' : timeText(language, status.until, timeZone)],
    ['duration', lasted === undefined ? '' : durationText(language, coarse(lasted))],
    ['reason', status.reason],
    ['value', valueText(language, newest?.value)],
    ['unit', unitLabel(newest?.unit)],
    ['event', newest?.name ?? ''],
    [
      'zones',
      listText(
        language,
        (status.zones ?? []).map((zone) => zone.name),
      ),
    ],
    ['count', String(status.count)],
    ['place', place === undefined ? '' : `${place[1].toFixed(5)}, ${place[0].toFixed(5)}`],
    ['domain', status.domain ?? ''],
    ['mode', modeText(language, mode, status.simulated === true)],
    ['statusId', status.statusId],
    ['revision', String(status.revision)],
  ]);
}

/** As {@link statusFields}, for machines: codes, ISO times, plain numbers, UCUM units. */
export function machineFields(status: Status): Map<string, string> {
  const newest = newestValue(status);
  const place = status.place ?? newest?.place;
  const value = newest?.value;
  const plain = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  return new Map<string, string>([
    ['name', status.name],
    ['key', status.key],
    ['keyName', status.keyName ?? status.key],
    ['state', status.state],
    ['severity', status.severity],
    ['since', status.since],
    ['updated', status.updated],
    ['until', status.until ?? ''],
    ['duration', String(Math.round((statusDuration(status) ?? 0) / 1000))],
    ['reason', status.reason],
    ['value', plain ? String(value) : ''],
    ['unit', newest?.unit ?? ''],
    ['event', newest?.name ?? ''],
    ['zones', (status.zones ?? []).map((zone) => zone.name).join(', ')],
    ['count', String(status.count)],
    ['place', place === undefined ? '' : `${place[1]},${place[0]}`],
    ['domain', status.domain ?? ''],
    ['statusId', status.statusId],
    ['revision', String(status.revision)],
  ]);
}

/** Nobody wants the milliseconds of an hour. */
function coarse(ms: number): number {
  const step = ms >= 3_600_000 ? 60_000 : ms >= 1000 ? 1000 : 1;
  return Math.round(ms / step) * step;
}

/** A status as in the preview of a form. */
export function sampleStatus(state: StatusState, simulated = false): Status {
  const cleared = state === 'cleared';
  return {
    statusId: 'sample|station-12|2026-02-14T01:00:00Z',
    revision: cleared ? 3 : 1,
    status: 'sample',
    name: 'PM2.5 + CO',
    domain: 'air',
    key: 'station-12',
    keyName: 'Thap Thiang 12',
    state,
    severity: 'major',
    since: '2026-02-14T08:00:00+07:00',
    updated: cleared ? '2026-02-14T10:30:00+07:00' : '2026-02-14T08:10:00+07:00',
    ...(cleared ? { until: '2026-02-14T10:30:00+07:00' } : {}),
    place: [99.611, 7.559],
    zones: [{ id: 'thap-thiang', name: 'Thap Thiang', level: 'zone' }],
    count: cleared ? 9 : 1,
    evidence: [
      {
        id: 'sample-1',
        event: 'pm25-high',
        name: 'PM2.5 high',
        key: 'station-12',
        kind: 'begin',
        time: '2026-02-14T08:00:00+07:00',
        value: 104.5,
        unit: 'ug/m3',
      },
    ],
    reason: 'PM2.5 104.5 µg/m³ > 90 µg/m³',
    flags: [],
    ...(simulated ? { simulated } : {}),
  };
}
