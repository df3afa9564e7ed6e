import type { Definition } from '../../nodes/ecdm/definition';
import { formatDuration } from '../../nodes/ecdm/duration';
import type { Problem } from '../../nodes/ecdm/problem';
import { formatTime } from '../../nodes/ecdm/time';
import type { PipelineSummary } from '../../nodes/replay/pipeline';
import { table } from './table';
import type { Unmatched } from './unmatched';

export interface ReplaySummary extends PipelineSummary {
  /** Rows of the file, and those of which something could not be used. */
  rows: number;
  bad: number;
  badRows: Problem[];
  /** Status messages that were written. */
  messages: number;
  /** What the rules could not use. */
  problemCount: number;
  problems: Problem[];
  /** Events that no reading was for. */
  unmatched: Unmatched[];
}

/** Rows of a table that are shown; the JSON form has them all. */
const SHOWN = 200;

/** For programs: everything, times in ISO 8601, durations in milliseconds. */
export function summaryJson({ from, to, badRows, problems, ...rest }: ReplaySummary): string {
  const short = ({ code, message, hint }: Problem): object => ({ code, message, hint });
  const span = from === undefined ? {} : { from: formatTime(from), to: formatTime(to!) };
  return `${JSON.stringify({ ...rest, ...span, badRows: badRows.map(short), problems: problems.map(short) }, null, 2)}\n`;
}

/** For people. */
export function summaryText(summary: ReplaySummary, definition: Definition): string {
  const zone = definition.domains.find((domain) => domain.timeZone !== undefined)?.timeZone;
  const { from, to, rows, bad, observations } = summary;
  const span = from === undefined ? '' : `, ${formatTime(from, zone)} to ${formatTime(to!, zone)}`;
  const parts = [`${rows} rows, ${observations} observations${span}\n`];
  if (bad > 0) parts.push(`\n${bad} bad ${bad === 1 ? 'row' : 'rows'}:\n`, list(summary.badRows));
  // they were taken, but not as they were meant: in a unit that nobody knows, for instance
  else if (summary.badRows.length > 0) parts.push(`\n${problemsOf(summary.badRows.length)} of the rows:\n`, list(summary.badRows));
  parts.push('\nEvents\n', events(summary, definition), '\nStatuses\n', statuses(summary, definition));
  if (summary.unmatched.length > 0) parts.push('\n', list(summary.unmatched));
  if (summary.problemCount > 0) {
    parts.push(`\n${problemsOf(summary.problemCount)}:\n`, list(summary.problems));
    if (summary.problemCount > summary.problems.length) parts.push(`  and ${summary.problemCount - summary.problems.length} more\n`);
  }
  return parts.join('');
}

const problemsOf = (count: number): string => `${count} ${count === 1 ? 'problem' : 'problems'}`;

const list = (problems: readonly Pick<Problem, 'message' | 'hint'>[]): string => problems.map(({ message, hint }) => `  ${message} ${hint}\n`).join('');

function events({ events: found }: ReplaySummary, definition: Definition): string {
  const rows = found.slice(0, SHOWN).map((e) => [nameOf(definition.events, e.event), e.name ?? e.key, e.risingEdges, e.points, e.nodata, e.open ? 'yes' : '']);
  const silent = definition.events.filter(({ id }) => !found.some((e) => e.event === id));
  for (const { name } of silent) rows.push([name, '(never)', 0, 0, 0, '']);
  return table(['event', 'key', 'begins', 'points', 'no data', 'open'], rows) + more(found.length);
}

function statuses({ statuses: found }: ReplaySummary, definition: Definition): string {
  const rows: (string | number)[][] = [];
  for (const { id, name } of definition.statuses) {
    const keys = found.filter((s) => s.rule === id && (s.detections > 0 || s.nodataMs > 0));
    for (const s of keys.slice(0, SHOWN)) {
      rows.push([name, s.name ?? s.key, s.detections, s.episodes, formatDuration(s.raisedMs), formatDuration(s.nodataMs), s.open ? 'yes' : '']);
    }
    if (keys.length === 0) rows.push([name, '(never)', 0, 0, '0 s', '0 s', '']);
    else if (keys.length > 1) {
      const sum = (field: 'detections' | 'episodes' | 'raisedMs' | 'nodataMs'): number => keys.reduce((total, s) => total + s[field], 0);
      const open = keys.filter((s) => s.open).length;
      rows.push([name, `all ${keys.length} keys`, sum('detections'), sum('episodes'), formatDuration(sum('raisedMs')), formatDuration(sum('nodataMs')), open > 0 ? `${open}` : '']);
    }
  }
  return table(['status', 'key', 'detections', 'episodes', 'raised', 'no data', 'open'], rows);
}

const more = (count: number): string => (count > SHOWN ? `  and ${count - SHOWN} more; --summary json has them all\n` : '');
const nameOf = (list: readonly { id: string; name: string }[], id: string): string => list.find((one) => one.id === id)?.name ?? id;
