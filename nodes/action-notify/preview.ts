/** What people would read, by channel: for the form. */
import type { ActionEvent } from '../ecdm/action';
import type { Status } from '../ecdm/status';
import type { Channel } from './desk/recipient';
import { mailShape } from './forms/mail';
import { httpShape, mqttShape, smsShape, telegramShape } from './forms/messengers';
import { toastShape } from './forms/toast';
import { isMarked, renderTexts, type Drill } from './notices';
import type { Texts } from './settings';

export interface Preview {
  /** Without where the channel has none. */
  title?: string;
  text: string;
  /** It is for machines: shown as it is. */
  code?: boolean;
}

export interface PreviewOptions {
  language: string;
  timeZone: string | undefined;
  drill: Drill;
  action: ActionEvent['action'];
}

/** The message for one status on one channel, as far as a person sees it. */
export function previewOf(channel: Channel, texts: Texts, status: Status, options: PreviewOptions): Preview {
  const { language, timeZone, drill, action } = options;
  const { statusId, revision, name, key, keyName, state, severity, updated: time } = status;
  const rendered = renderTexts(texts, status, language, timeZone, { drill });
  const notice: ActionEvent = {
    actionId: `${statusId}|${revision}`, action, statusId, revision, name, key, keyName, state, severity, ...rendered,
    languages: { [language]: rendered }, time,
  }; // prettier-ignore
  if (isMarked(status, 'live', drill)) notice.simulated = true;
  const code = (payload: unknown): Preview => ({ text: JSON.stringify(payload, null, 2), code: true });
  switch (channel) {
    case 'toast': {
      const { topic, payload } = toastShape({ highlight: '' })(notice);
      return { title: topic, text: String(payload) };
    }
    case 'mail': {
      const { topic, payload } = mailShape({ to: '', html: false })(notice);
      return { title: topic, text: String(payload) };
    }
    case 'telegram':
      return { text: (telegramShape(notice).payload as { content: string }).content };
    case 'sms':
      return { text: String(smsShape(notice).payload) };
    case 'http':
      return code(httpShape(notice).payload);
    case 'mqtt':
      return code(mqttShape({ topic: '' })(notice).payload);
    case 'event': {
      const { headline, text, instruction } = rendered;
      return { title: headline, text: instruction === undefined ? text : `${text}\n\n${instruction}` };
    }
  }
}
