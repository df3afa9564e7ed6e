/**
 * A notice as a mail node takes it: `topic` is the subject, `payload` the body, `to` the receiver. The node sends a body in
 * which it sees a tag as HTML, with `plaintext` beside it; so either there is none, or all but our own tags are escaped.
 */
import { oneLine } from '../../ecdm/template';
import type { NotifySettings } from '../settings';
import type { OutMessage, Shape } from './form';
import { bodyOf, colourOf, escapeHtml, noMarkup } from './look';

export function mailShape({ to, html }: Pick<NotifySettings, 'to' | 'html'>): Shape {
  return (notice) => {
    const plain = noMarkup(bodyOf(notice, '\n\n'));
    const message: OutMessage = { topic: oneLine(notice.headline, 300), payload: html ? htmlOf(notice) : plain };
    if (html) message['plaintext'] = plain;
    const receiver = notice.recipient?.address ?? to;
    if (receiver !== '') message['to'] = oneLine(receiver, 1000);
    return message;
  };
}

function htmlOf({ headline, text, instruction, state, severity }: Parameters<Shape>[0]): string {
  const paragraphs = [text, instruction ?? '']
    .filter((one) => one !== '')
    .map((one) => `<p>${escapeHtml(one).replaceAll('\n', '<br>')}</p>`);
  const title = `<p style="border-left:6px solid ${colourOf(state, severity)};padding-left:10px"><strong>${escapeHtml(headline)}</strong></p>`;
  return `<div style="font-family:sans-serif">${title}${paragraphs.join('')}</div>`;
}
