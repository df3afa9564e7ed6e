/** Times at which work is done somewhere: what happens there then is kept, and nobody is told. */
import type { Status } from '../../ecdm/status';
import { nextBegin, spanAt, type DaySpan, type Span } from './day-span';
import { isIn } from './recipient';

export interface MaintenanceWindow {
  name: string;
  /** Once, from and to epoch milliseconds, or every week. */
  when: Span | DaySpan;
  /** Ids or names; all where empty. */
  statuses: ReadonlySet<string>;
  /** Ids or names of zones, or of stations; everywhere where empty. */
  zones: ReadonlySet<string>;
}

function spanOf(when: MaintenanceWindow['when'], now: number, timeZone: string | undefined): Span | undefined {
  if ('from' in when) return spanAt(when, now, timeZone);
  return when.begin <= now && now < when.end ? when : undefined;
}

/** The window that a status lies in now and that ends last. */
export function maintenanceOf(
  windows: readonly MaintenanceWindow[],
  status: Status,
  now: number,
  timeZone: string | undefined,
): { name: string; until: number } | undefined {
  let found: { name: string; until: number } | undefined;
  for (const { name, when, statuses, zones } of windows) {
    if (statuses.size > 0 && !statuses.has(status.status) && !statuses.has(status.name)) continue;
    if (zones.size > 0 && !isIn(zones, status)) continue;
    const span = spanOf(when, now, timeZone);
    if (span !== undefined && span.end > (found?.until ?? -Infinity)) found = { name, until: span.end };
  }
  return found;
}

/** When the next window begins, so that somebody looks then. */
export function nextMaintenance(
  windows: readonly MaintenanceWindow[],
  now: number,
  timeZone: string | undefined,
): number | undefined {
  let next = Infinity;
  for (const { when } of windows) {
    const begin = 'from' in when ? nextBegin(when, now, timeZone) : when.begin;
    if (begin !== undefined && begin > now) next = Math.min(next, begin);
  }
  return next === Infinity ? undefined : next;
}
