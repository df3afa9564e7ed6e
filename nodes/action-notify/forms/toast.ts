/** A notice as the dashboard's toast takes it: `topic` is its title, `payload` its text. */
import type { NotifySettings } from '../settings';
import type { Shape } from './form';
import { bodyOf, colourOf, noMarkup } from './look';

/** Seconds on the screen, where the toast node leaves the choice to the message. */
const SHOWN = { notify: 6, alert: 30, createDashboard: 6, cap: 30, command: 6 } as const;

export function toastShape({ highlight }: Pick<NotifySettings, 'highlight'>): Shape {
  return (notice) => {
    const { headline, state, severity, action } = notice;
    const body = bodyOf(notice, '\n');
    return {
      topic: noMarkup(headline),
      // a toast without text closes at once
      payload: noMarkup(body.trim() === '' ? headline : body),
      highlight: highlight || colourOf(state, severity),
      timeout: SHOWN[action],
    };
  };
}
