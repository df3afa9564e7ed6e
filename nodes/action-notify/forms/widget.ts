import type { NotifySettings } from '../settings';
import type { OutMessage } from './form';

/** Says for which widget of a domain's view a message is. */
export function widget(message: OutMessage, name: string, { domain }: Pick<NotifySettings, 'domain'>): OutMessage {
  message['widget'] = name;
  if (domain !== undefined) message['domain'] = domain;
  return message;
}
