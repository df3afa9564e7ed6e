/** A notice as a mail node takes it: `topic` is the subject, `payload` the body, `to` the receiver. */
import { oneLine } from '../../ecdm/template';
import type { NotifySettings } from '../settings';
import type { Entry, Form, OutMessage } from './form';
import { noMarkup } from './look';

export class MailForm implements Form {
  constructor(private readonly settings: Pick<NotifySettings, 'to'>) {}

  take(entries: readonly Entry[]): OutMessage[] {
    return entries.flatMap((entry) => {
      if (entry.kind === 'observation' || entry.notice === undefined) return [];
      const { headline, text, instruction } = entry.notice;
      const message: OutMessage = {
        topic: oneLine(headline),
        // a mail node sends what looks like a tag as HTML
        payload: noMarkup(instruction === undefined ? text : `${text}\n\n${instruction}`),
      };
      if (this.settings.to !== '') message['to'] = oneLine(this.settings.to, 1000);
      return message;
    });
  }
}
