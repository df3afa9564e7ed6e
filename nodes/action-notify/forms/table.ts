/** A table of what is the case now: flat rows, newest first; what was cleared stays for a while and then drops out. */
import { idIn, realmOf } from '../../ecdm/realms';
import type { Status } from '../../ecdm/status';
import { modeText, newestValue, severityText, stateText, statusDuration, timeText } from '../../ecdm/status-fields';
import { durationText, listText, momentText, numberText, text } from '../../ecdm/text';
import { parseTime } from '../../ecdm/time';
import { unitLabel } from '../../ecdm/units';
import type { NotifySettings } from '../settings';
import type { Entry, Picture, OutMessage } from './form';
import { noMarkup } from './look';

type Row = Record<string, string | number>;

interface Kept {
  row: Row;
  /** Event time by which rows are sorted. */
  time: number;
  /** Wall clock at which it drops out; Infinity while it is the case. */
  until: number;
}

/** A burst of single messages redraws the table twice a second, not a thousand times. */
const REDRAW = 500;

export class TableForm implements Picture {
  private readonly kept = new Map<string, Kept>();
  private changed = false;
  private last = -Infinity;

  constructor(private readonly settings: Pick<NotifySettings, 'rows' | 'keepCleared' | 'language' | 'timeZone'>) {}

  take(entries: readonly Entry[], now: number): OutMessage[] {
    for (const entry of entries) {
      if (entry.kind === 'status') this.status(entry.status, entry, now);
      else this.reading(entry);
    }
    this.bound();
    return this.tick(now);
  }

  due(): number | undefined {
    let next = this.changed ? this.last + REDRAW : Infinity;
    for (const { until } of this.kept.values()) next = Math.min(next, until);
    return next === Infinity ? undefined : next;
  }

  tick(now: number): OutMessage[] {
    for (const [id, { until }] of this.kept) {
      if (until > now) continue;
      this.kept.delete(id);
      this.changed = true;
    }
    if (!this.changed || now - this.last < REDRAW) return [];
    this.changed = false;
    this.last = now;
    const rows = [...this.kept.values()].sort((a, b) => b.time - a.time).map(({ row }) => row);
    return [{ topic: 'table', payload: rows }];
  }

  private status(status: Status, entry: Extract<Entry, { kind: 'status' }>, now: number): void {
    const id = apart(status.statusId, entry);
    if (!entry.wanted || status.state === 'pending') {
      if (this.kept.delete(id)) this.changed = true;
      return;
    }
    const cleared = status.state === 'cleared';
    this.put(id, {
      row: this.statusRow(status, id, entry),
      time: parseTime(status.since) ?? 0,
      until: cleared ? now + this.settings.keepCleared : Infinity,
    });
  }

  private statusRow(status: Status, id: string, { mode }: Entry): Row {
    const { language, timeZone } = this.settings;
    const newest = newestValue(status);
    const lasted = statusDuration(status);
    const mark = modeText(language, mode, status.simulated === true);
    const state = stateText(language, status.state);
    return clean({
      id,
      severity: severityText(language, status.severity),
      state: mark === '' ? state : `${state} (${mark})`,
      name: status.name,
      where: status.keyName ?? status.key,
      zones: listText(
        language,
        (status.zones ?? []).map((zone) => zone.name),
      ),
      since: timeText(language, status.since, timeZone),
      duration: lasted === undefined ? '' : durationText(language, Math.round(lasted / 60_000) * 60_000),
      value: this.value(newest?.value, newest?.unit),
      count: status.count,
      reason: status.reason,
    });
  }

  /** Events and observations: the newest of each kind and key. */
  private reading(entry: Exclude<Entry, { kind: 'status' }>): void {
    const { language, timeZone } = this.settings;
    if (entry.kind === 'event') {
      const { event } = entry;
      if (!entry.wanted) return;
      const id = apart(`${event.event}|${event.key}`, entry);
      const row = clean({
        id,
        state: text(language, `eventKind.${event.kind}`),
        name: event.name,
        where: event.keyName ?? event.key,
        zones: listText(
          language,
          (event.zones ?? []).map((zone) => zone.name),
        ),
        since: momentText(language, event.time, timeZone),
        value: this.value(event.value, event.unit),
      });
      this.newest(id, row, event.time);
      return;
    }
    const { observation: o } = entry;
    const id = apart(o.datastream, entry);
    const row = clean({
      id,
      name: o.property,
      where: o.meta?.thing?.name ?? o.thing ?? '',
      zones: listText(
        language,
        (o.zones ?? []).map((zone) => zone.name),
      ),
      since: momentText(language, o.time, timeZone),
      value: this.value(o.value, o.unit),
    });
    this.newest(id, row, o.time);
  }

  private newest(id: string, row: Row, time: number): void {
    if ((this.kept.get(id)?.time ?? -Infinity) <= time) this.put(id, { row, time, until: Infinity });
  }

  private value(value: unknown, unit: string | undefined): string {
    if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') return '';
    const shown = typeof value === 'number' ? numberText(this.settings.language, value) : String(value);
    return `${shown} ${unitLabel(unit)}`.trimEnd();
  }

  private put(id: string, kept: Kept): void {
    this.kept.set(id, kept);
    this.changed = true;
  }

  /** Over the bound the cleared ones go first, then the oldest. */
  private bound(): void {
    const over = this.kept.size - this.settings.rows;
    if (over <= 0) return;
    const order = [...this.kept].sort(
      ([, a], [, b]) => Number(a.until === Infinity) - Number(b.until === Infinity) || a.time - b.time,
    );
    for (const [id] of order.slice(0, over)) this.kept.delete(id);
  }
}

/** What is simulated or replayed has a row of its own: its end takes nothing away that is the case. */
function apart(id: string, { mode }: Entry): string {
  return idIn(realmOf(mode), id);
}

function clean(row: Row): Row {
  for (const [field, value] of Object.entries(row)) if (typeof value === 'string') row[field] = noMarkup(value);
  return row;
}
