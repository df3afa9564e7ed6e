/** A notice as the dashboard's toast takes it: `topic` is its title, `payload` its text. */
import type { NotifySettings } from '../settings';
import type { Entry, Form, OutMessage } from './form';
import { colourOf, noMarkup } from './look';

/** Seconds on the screen, where the toast node leaves the choice to the message. */
const SHOWN = { notify: 6, alert: 30, createDashboard: 6, command: 6 } as const;

export class ToastForm implements Form {
  constructor(private readonly settings: Pick<NotifySettings, 'highlight'>) {}

  take(entries: readonly Entry[]): OutMessage[] {
    return entries.flatMap((entry) => {
      if (entry.kind === 'observation' || entry.notice === undefined) return [];
      const { headline, text, instruction, state, severity, action } = entry.notice;
      const body = instruction === undefined ? text : `${text}\n${instruction}`;
      return {
        topic: noMarkup(headline),
        // a toast without text closes at once
        payload: noMarkup(body.trim() === '' ? headline : body),
        highlight: this.settings.highlight || colourOf(state, severity),
        timeout: SHOWN[action],
      };
    });
  }
}
