/** Notices as the nodes for messengers, HTTP and MQTT take them. No format is asked for, so that nothing is read as markup. */
import { machineFields } from '../../ecdm/status-fields';
import { fillTemplate, oneLine, plainText } from '../../ecdm/template';
import type { NotifySettings } from '../settings';
import type { Shape } from './form';
import { bodyOf } from './look';

/**
 * Longest message that node-red-contrib-telegrambot sends as one (the Bot API takes 4096; the node cuts after 4000, in the
 * middle of a sign where it must), and of four joined SMS in an alphabet of 70 signs each.
 */
const TELEGRAM_LIMIT = 4000;
const SMS_LIMIT = 268;

/** As node-red-contrib-telegrambot sends it; without `parse_mode` the text is plain text. The chat is the address. */
export const telegramShape: Shape = (notice) => {
  const content = plainText(`${notice.headline}\n${bodyOf(notice, '\n')}`, TELEGRAM_LIMIT - 1);
  const chatId = notice.recipient?.address ?? '';
  return {
    topic: oneLine(notice.headline, 300),
    payload: { ...(chatId === '' ? {} : { chatId }), type: 'message', content },
  };
};

/** Text in one line, of several alarms the headline alone; the number is the address. */
export const smsShape: Shape = (notice) => {
  const address = notice.recipient?.address ?? '';
  const said = notice.short ?? (notice.count === undefined ? wholeOf(notice) : notice.headline);
  return {
    topic: oneLine(notice.headline, 300),
    payload: oneLine(said, SMS_LIMIT - 1),
    ...(address === '' ? {} : { to: oneLine(address) }),
  };
};

const wholeOf = ({ headline, text }: Parameters<Shape>[0]): string =>
  text === '' || text === headline ? headline : `${headline}. ${text}`;

/** A POST with the notice as JSON; where an address is given and the node has none, to this address. */
export const httpShape: Shape = (notice) => {
  const address = notice.recipient?.address ?? '';
  const url = /^https?:\/\//i.test(address) ? { url: address } : {};
  return {
    topic: oneLine(notice.headline, 300),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    payload: withoutAddress(notice),
    ...url,
  };
};

/** To a topic with place holders, in the words of machines; the address, where there is one, is the topic. */
export function mqttShape({ topic }: Pick<NotifySettings, 'topic'>): Shape {
  return (notice) => {
    const template = notice.recipient?.address || topic;
    const { statusId, revision, name, key, keyName, state, severity } = notice;
    const fields = machineFields({
      statusId, revision, status: '', name, key, keyName, state, severity, since: notice.time, updated: notice.time, count: 0,
      evidence: [], reason: '', flags: [],
    }); // prettier-ignore
    return { topic: fillTemplate(template, fields, topicPart, 1000), payload: withoutAddress(notice) };
  };
}

/** A value is one level of a topic, whatever a sensor is called. */
const topicPart = (value: string): string => oneLine(value).replace(/[+#/]/g, '-');

/** Where it goes is known to whoever sends it, and nobody else's business. */
function withoutAddress(notice: Parameters<Shape>[0]): object {
  if (notice.recipient?.address === undefined) return notice;
  const { address: _, ...recipient } = notice.recipient;
  return { ...notice, recipient };
}
