/**
 * The mail and the Telegram node themselves take our messages: what a mail server and the Bot API are told is read there.
 */
import assert from 'node:assert/strict';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEmbedded, type Embedded, type FlowNode } from '../support/embedded';
import { sleep, waitFor } from '../support/node-red';
import { goodStatus } from '../support/nonsense';
import { SmtpServer } from '../support/smtp-server';

const EVIL = '<img src=x onerror="alert(1)"> *bold* [x](http://evil.example) {{7*7}}';
const TEXTS = {
  'en-US': { headline: '{{name}}: {{state}}', text: '{{reason}}', instruction: 'Close the windows.' },
  th: { headline: 'แจ้งเตือน {{name}}', text: '{{reason}} <ด่วน>', instruction: '' },
};

interface Asked {
  path: string;
  body: Record<string, unknown>;
}

/** Plays api.telegram.org; the chats in `gone` have blocked the bot. */
class TelegramApi {
  readonly asked: Asked[] = [];
  readonly gone = new Set<string>();
  private readonly server = http.createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = parse(text, request.headers['content-type'] ?? '');
      const chat = String(body['chat_id']);
      this.asked.push({ path: request.url ?? '', body });
      const answer = this.gone.has(chat)
        ? { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' }
        : { ok: true, result: { message_id: this.asked.length, date: 1, chat: { id: chat }, text: body['text'] } };
      response.writeHead(answer.ok ? 200 : 403, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  get messages(): Record<string, unknown>[] {
    return this.asked.filter(({ path }) => path.endsWith('/sendMessage')).map(({ body }) => body);
  }
}

function parse(text: string, type: string): Record<string, unknown> {
  if (type.includes('json')) return JSON.parse(text || '{}') as Record<string, unknown>;
  return Object.fromEntries(new URLSearchParams(text));
}

const notify = (id: string, form: string, to: string, more: object = {}): FlowNode => ({
  id, type: 'action-notify', version: 2, form, on: ['raised', 'cleared'], minSeverity: 'warning', texts: TEXTS, language: 'en-US',
  wires: [[to], ['problems']], ...more,
}); // prettier-ignore

describe('mail and Telegram', function () {
  let city: Embedded;
  let smtp: SmtpServer;
  let telegram: TelegramApi;
  let number = 0;

  before(async () => {
    smtp = await SmtpServer.start();
    telegram = new TelegramApi();
    const api = await telegram.start();
    city = await startEmbedded({ messengers: true });
    const mail = { server: '127.0.0.1', port: smtp.port, secure: false, tls: false, authtype: 'BASIC' };
    await city.deploy([
      { id: 'problems', type: 'test-sink', wires: [] },
      { id: 'failed', type: 'catch', scope: null, uncaught: false, wires: [['failures']] },
      { id: 'failures', type: 'test-sink', wires: [] },
      notify('n-html', 'mail', 'mail', { html: true, to: 'duty@city.example, chief@city.example' }),
      notify('n-plain', 'mail', 'mail', { html: false, to: 'duty@city.example' }),
      notify('n-people', 'mail', 'mail', {
        html: true,
        recipients: [
          { id: 'a', name: 'Ann', channel: 'mail', address: 'ann@city.example' },
          { id: 's', name: 'สมชาย', channel: 'mail', address: 'somchai@city.example', language: 'th' },
        ],
      }),
      { id: 'mail', type: 'e-mail', name: '', ...mail, credentials: { userid: 'notices@city.example', password: 'secret' }, wires: [] },
      notify('n-chat', 'telegram', 'sender', {
        recipients: [
          { id: 'd', name: 'Duty', channel: 'telegram', address: '-100123' },
          { id: 's', name: 'สมชาย', channel: 'telegram', address: '@duty_room', language: 'th' },
        ],
      }),
      { id: 'bot', type: 'telegram bot', botname: 'city', updatemode: 'none', baseapiurl: api, credentials: { token: '123:abc' } },
      { id: 'sender', type: 'telegram sender', bot: 'bot', haserroroutput: false, outputs: 1, wires: [['sent']] },
      { id: 'sent', type: 'test-sink', wires: [] },
    ]); // prettier-ignore
  });
  after(async () => {
    await city?.stop();
    await smtp?.stop();
    await telegram?.stop();
  });
  const fresh = (more: object = {}): Record<string, unknown> =>
    goodStatus({ statusId: `s${++number}`, reason: EVIL, ...more });
  const mails = async (count: number): Promise<SmtpServer['mails']> => {
    await waitFor(`${count} mails`, () => smtp.mails.length >= count);
    return smtp.mails.splice(0);
  };

  it('a mail arrives with its subject, its text and the same as HTML, in which nothing of a sensor is markup', async () => {
    city.inject('n-html', { payload: fresh() });
    const [mail] = await mails(1);
    assert.equal(mail!.login, 'notices@city.example secret');
    assert.deepEqual([mail!.from, mail!.to], ['notices@city.example', ['duty@city.example', 'chief@city.example']]);
    assert.equal(mail!.subject, 'Air pollution: raised');
    assert.deepEqual(Object.keys(mail!.parts).sort(), ['text/html', 'text/plain']);
    const { 'text/html': html, 'text/plain': plain } = mail!.parts;
    assert.match(html!, /&#60;img src=x onerror=&#34;alert\(1\)&#34;&#62;/);
    assert.doesNotMatch(html!, /<img|<a /);
    assert.match(plain!, /‹img src=x[\s\S]*\n\nClose the windows\.$/);
  });

  it('a plain mail is no HTML, whatever a sensor says', async () => {
    city.inject('n-plain', { payload: fresh() });
    const [mail] = await mails(1);
    assert.deepEqual(Object.keys(mail!.parts), ['text/plain']);
    assert.match(mail!.parts['text/plain']!, /^‹img src=x/);
  });

  it('each recipient gets a mail of his own, in his language', async () => {
    city.inject('n-people', { payload: fresh({ reason: '104 µg/m³' }) });
    const both = await mails(2);
    const by = new Map(both.map((mail) => [mail.to.join(), mail]));
    assert.deepEqual([...by.keys()].sort(), ['ann@city.example', 'somchai@city.example']);
    assert.equal(by.get('ann@city.example')!.subject, 'Air pollution: raised');
    const thai = by.get('somchai@city.example')!;
    assert.equal(thai.subject, 'แจ้งเตือน Air pollution');
    assert.match(thai.parts['text/plain']!, /^104 µg\/m³ <ด่วน>/);
    assert.match(thai.parts['text/html']!, /104 µg\/m³ &#60;ด่วน&#62;/);
  });

  it('a receiver that the mail server refuses is an error of the mail node, and stops no other mail', async () => {
    smtp.refuses.add('ann@city.example');
    city.inject('n-people', { payload: fresh() });
    const [mail] = await mails(1);
    assert.deepEqual(mail!.to, ['somchai@city.example']);
    const [failure] = await city.count('failures', 1);
    assert.match(failure!['error'].message, /no such user/);
    smtp.refuses.clear();
    city.messages('failures').length = 0;
  });

  it('a chat gets the text as it is, without a format; the answer comes back', async () => {
    city.inject('n-chat', { payload: fresh() });
    await waitFor('two messages', () => telegram.messages.length === 2);
    // each goes out by itself: which comes first nobody promises
    const to = (chat: string) => telegram.messages.find((one) => String(one['chat_id']) === chat);
    const [duty, thai] = [to('-100123'), to('@duty_room')];
    assert.equal(telegram.asked.at(-1)!.path, '/bot123:abc/sendMessage');
    assert.equal(duty!['text'], `Air pollution: raised\n${EVIL}\nClose the windows.`);
    assert.equal('parse_mode' in duty!, false);
    assert.match(String(thai!['text']), /^แจ้งเตือน Air pollution\n/);
    const sent = await city.count('sent', 2);
    assert.deepEqual(sent.map((one) => one['payload'].content.message_id).sort(), [1, 2]); // prettier-ignore
    const answered = sent.find((one) => one['recipient'].name === 'Duty')!;
    assert.equal(String(answered['payload'].content.chat.id), '-100123');
  });

  it('the longest text is one message, and ends in a whole sign', async () => {
    const before = telegram.messages.length;
    city.inject('n-chat', { payload: fresh({ reason: '🔥'.repeat(1500), name: 'x'.repeat(190) }) });
    city.inject('n-chat', { payload: fresh({ reason: 'ก'.repeat(9000) }) });
    await waitFor('four messages', () => telegram.messages.length >= before + 4);
    await sleep(200);
    const long = telegram.messages.slice(before).map(({ text }) => String(text));
    assert.equal(long.length, 4);
    for (const text of long) {
      assert.ok(text.length <= 4000 && text.length > 1000, `${text.length}`);
      assert.doesNotMatch(text, /\p{Surrogate}/u);
    }
    await city.count('sent', 6);
  });

  it('a chat that has blocked the bot is an error of its node, and stops no other chat', async () => {
    telegram.gone.add('-100123');
    const before = city.messages('sent').length;
    city.inject('n-chat', { payload: fresh() });
    const [failure] = await city.count('failures', 1);
    assert.match(JSON.stringify(failure!['error']), /blocked by the user/);
    await waitFor('the other chat', () => city.messages('sent').length === before + 1);
  });

  it('nothing was a problem of ours', () => assert.deepEqual(city.messages('problems'), []));
});
