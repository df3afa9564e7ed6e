/**
 * What the widgets of a domain's view need, on one wire: messages for a chart, a table and a toast. `msg.widget` says
 * for which, so that a switch node can part them; `msg.domain` says of which domain.
 */
import type { NotifySettings } from '../settings';
import { ChartForm } from './chart';
import type { Entry, Form, OutMessage, Report } from './form';
import { TableForm } from './table';
import { ToastForm } from './toast';

export class DashboardForm implements Form {
  private readonly chart: ChartForm;
  private readonly table: TableForm;
  private readonly toast: ToastForm;

  constructor(
    private readonly settings: NotifySettings,
    report: Report,
  ) {
    this.chart = new ChartForm(settings, report);
    this.table = new TableForm(settings);
    this.toast = new ToastForm(settings);
  }

  take(entries: readonly Entry[], now: number): OutMessage[] {
    // readings fill the chart; the table and the toast tell of statuses and events
    const told = entries.filter((entry) => entry.kind !== 'observation');
    return [
      ...this.mark('chart', this.chart.take(entries)),
      ...this.mark('table', this.table.take(told, now)),
      ...this.mark('toast', this.toast.take(told)),
    ];
  }

  due(): number | undefined {
    return this.table.due();
  }

  tick(now: number): OutMessage[] {
    return this.mark('table', this.table.tick(now));
  }

  private mark(widget: string, messages: OutMessage[]): OutMessage[] {
    for (const message of messages) {
      message['widget'] = widget;
      if (this.settings.domain !== undefined) message['domain'] = this.settings.domain;
    }
    return messages;
  }
}
