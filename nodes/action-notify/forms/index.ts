/** Chooses the form of output 1. */
import type { NotifySettings } from '../settings';
import { ChartForm } from './chart';
import { DashboardForm } from './dashboard';
import type { Form, Report } from './form';
import { MailForm } from './mail';
import { TableForm } from './table';
import { ToastForm } from './toast';
import { WorldmapForm } from './worldmap';

/** The form that was chosen; `undefined` for `event`, where the notices themselves are the output. */
export function createForm(settings: NotifySettings, report: Report): Form | undefined {
  if (settings.action === 'createDashboard') return new DashboardForm(settings, report);
  switch (settings.form) {
    case 'event':
      return undefined;
    case 'chart':
      return new ChartForm(settings, report);
    case 'table':
      return new TableForm(settings);
    case 'toast':
      return new ToastForm(settings);
    case 'worldmap':
      return new WorldmapForm(settings, report);
    case 'mail':
      return new MailForm(settings);
  }
}
