/** Points that a stock chart takes: one message each, with the name of the series, a number and its own time. */
import { newestValue } from '../../ecdm/status-fields';
import { makeProblem } from '../../ecdm/problem';
import type { Status } from '../../ecdm/status';
import { text } from '../../ecdm/text';
import { parseTime } from '../../ecdm/time';
import type { NotifySettings } from '../settings';
import type { Entry, Picture, OutMessage, Report } from './form';
import { noMarkup } from './look';

function point(topic: string, payload: number | null, timestamp: number): OutMessage {
  return { topic: noMarkup(topic), payload, timestamp };
}

/** A number, where there is one to draw; `null` is a gap. */
function numberOf(value: unknown): number | null | undefined {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const series = (name: string, key: string): string => (key === '' ? name : `${name} · ${key}`);

export class ChartForm implements Picture {
  constructor(
    private readonly settings: Pick<NotifySettings, 'chart' | 'language'>,
    private readonly report: Report,
  ) {}

  take(entries: readonly Entry[]): OutMessage[] {
    return entries.flatMap((entry) => {
      if (entry.kind === 'observation') {
        const { observation: o } = entry;
        const topic = series(o.property, o.meta?.thing?.name ?? o.thing ?? o.meta?.datastream.name ?? '');
        return this.value(topic, o.value, o.time, o);
      }
      if (!entry.wanted) return [];
      if (entry.kind === 'status') return this.status(entry.status);
      const { event } = entry;
      const value = event.kind === 'nodata' ? null : event.value;
      return this.value(series(event.name, event.keyName ?? event.key), value, event.time, event);
    });
  }

  private value(topic: string, raw: unknown, time: number, item: unknown): OutMessage[] {
    const number = numberOf(raw);
    if (number !== undefined) return [point(topic, number, time)];
    const { language } = this.settings;
    this.report(
      makeProblem(
        'chart/no-number',
        text(language, 'item.noNumber', { name: topic }),
        text(language, 'item.noNumberHint'),
        item,
      ),
    );
    return [];
  }

  private status(status: Status): OutMessage[] {
    const topic = series(status.name, status.keyName ?? status.key);
    const since = parseTime(status.since)!;
    const updated = parseTime(status.updated) ?? since;
    if (this.settings.chart === 'value') {
      const newest = newestValue(status);
      return this.value(topic, newest?.value, parseTime(newest?.time) ?? updated, status);
    }
    switch (status.state) {
      case 'pending':
        return [point(topic, 0, updated)];
      case 'raised':
        // an upright edge, however the chart joins its points
        return [point(topic, 0, since - 1), point(topic, 1, since)];
      case 'updated':
        return [point(topic, 1, updated)];
      case 'nodata':
        return [point(topic, null, updated)];
      case 'cleared': {
        const until = parseTime(status.until) ?? updated;
        return [point(topic, 1, until), point(topic, 0, until + 1)];
      }
    }
  }
}
