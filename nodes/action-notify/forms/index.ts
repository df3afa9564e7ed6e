/** Chooses the form of output 1: a picture of how things are, or the shape of what somebody is told. */
import type { ActionEvent } from '../../ecdm/action';
import type { Channel } from '../desk/recipient';
import type { NotifySettings } from '../settings';
import { ChartForm } from './chart';
import { DashboardForm } from './dashboard';
import type { OutMessage, Picture, Report, Shape } from './form';
import { mailShape } from './mail';
import { httpShape, mqttShape, smsShape, telegramShape } from './messengers';
import { TableForm } from './table';
import { toastShape } from './toast';
import { widget } from './widget';
import { WorldmapForm } from './worldmap';

/** The picture that was chosen; `undefined` where people are told. */
export function createPicture(settings: NotifySettings, report: Report): Picture | undefined {
  if (settings.action === 'createDashboard') return new DashboardForm(settings, report);
  switch (settings.form) {
    case 'chart':
      return new ChartForm(settings, report);
    case 'table':
      return new TableForm(settings);
    case 'worldmap':
      return new WorldmapForm(settings, report);
    default:
      return undefined;
  }
}

/** Shapes a notice for the channel of its recipient, else for that of the node. */
export class Shaper {
  private readonly shapes: Readonly<Record<Channel, Shape>>;
  private readonly channel: Channel;

  constructor(private readonly settings: NotifySettings) {
    this.shapes = {
      event: (notice) => ({ topic: notice.headline, payload: notice }),
      toast: toastShape(settings),
      mail: mailShape(settings),
      telegram: telegramShape,
      sms: smsShape,
      http: httpShape,
      mqtt: mqttShape(settings),
    };
    const { form, action } = settings;
    this.channel = action === 'createDashboard' ? 'toast' : form in this.shapes ? (form as Channel) : 'event';
  }

  /** @param chosen channel of the recipient */
  shape(notice: ActionEvent, chosen: Channel | undefined): OutMessage[] {
    const channel = chosen ?? this.channel;
    const message = this.shapes[channel](notice);
    // so that a switch node can part them
    if (notice.recipient !== undefined) Object.assign(message, { channel, recipient: notice.recipient });
    if (this.settings.action !== 'createDashboard') return [message];
    return [widget(message, 'toast', this.settings), ...this.view(notice)];
  }

  /** Opens the tab of the domain in the dashboard when something has come up. */
  private view({ state }: ActionEvent): OutMessage[] {
    const { view } = this.settings;
    return view === '' || state !== 'raised' ? [] : [widget({ payload: { tab: view } }, 'view', this.settings)];
  }
}
