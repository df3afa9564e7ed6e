/**
 * What the widgets of a domain's view need, on one wire: messages for a chart and a table; what is told comes as a toast.
 * `msg.widget` says for which, so that a switch node can part them; `msg.domain` says of which domain.
 */
import type { NotifySettings } from '../settings';
import { ChartForm } from './chart';
import type { Entry, OutMessage, Picture, Report } from './form';
import { TableForm } from './table';
import { widget } from './widget';

export class DashboardForm implements Picture {
  private readonly chart: ChartForm;
  private readonly table: TableForm;

  constructor(
    private readonly settings: NotifySettings,
    report: Report,
  ) {
    this.chart = new ChartForm(settings, report);
    this.table = new TableForm(settings);
  }

  take(entries: readonly Entry[], now: number): OutMessage[] {
    // readings fill the chart; the table tells of statuses and events
    const told = entries.filter((entry) => entry.kind !== 'observation');
    return [...this.mark('chart', this.chart.take(entries)), ...this.mark('table', this.table.take(told, now))];
  }

  due(): number | undefined {
    return this.table.due();
  }

  tick(now: number): OutMessage[] {
    return this.mark('table', this.table.tick(now));
  }

  private mark(name: string, messages: OutMessage[]): OutMessage[] {
    return messages.map((message) => widget(message, name, this.settings));
  }
}
