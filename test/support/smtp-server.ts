/** A mail server on this machine that keeps what it is given (RFC 5321, as much of it as one client needs), and reads it. */
import * as net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Mail {
  /** Who logged in, as "user password". */
  login: string;
  from: string;
  to: string[];
  subject: string;
  /** What is sent, by its type, such as `text/plain`. */
  parts: Record<string, string>;
}

export class SmtpServer {
  readonly mails: Mail[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly server = net.createServer((socket) => this.talk(socket));

  /** Receivers that it does not know. */
  readonly refuses = new Set<string>();

  static async start(): Promise<SmtpServer> {
    const smtp = new SmtpServer();
    await new Promise<void>((resolve) => smtp.server.listen(0, '127.0.0.1', resolve));
    return smtp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private talk(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let [login, from] = ['', ''];
    let to: string[] = [];
    let data: string[] | undefined;
    const command = (line: string): void => {
      const [, verb = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [];
      const address = /<([^>]*)>/.exec(rest)?.[1] ?? '';
      switch (verb.toUpperCase()) {
        case 'EHLO':
          say('250-city.example');
          return say('250 AUTH PLAIN');
        case 'AUTH':
          login = Buffer.from(rest.split(' ')[1] ?? '', 'base64')
            .toString('utf8')
            .split('\0')
            .slice(1)
            .join(' ');
          return say('235 welcome');
        case 'MAIL':
          [from, to] = [address, []];
          return say('250 ok');
        case 'RCPT':
          if (this.refuses.has(address)) return say('550 no such user');
          to.push(address);
          return say('250 ok');
        case 'DATA':
          data = [];
          return say('354 go on');
        case 'QUIT':
          say('221 bye');
          return void socket.end();
        default:
          return say('502 not known');
      }
    };
    const take = (line: string): void => {
      if (data === undefined) return command(line);
      if (line !== '.') return void data.push(line.startsWith('..') ? line.slice(1) : line);
      this.mails.push({ login, from, to, ...readMail(data.join('\r\n')) });
      data = undefined;
      say('250 kept');
    };
    let rest = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop()!;
      lines.forEach(take);
    });
    say('220 city.example');
  }
}

/** Subject and parts of a message (RFC 2045 to 2047). */
function readMail(text: string): Pick<Mail, 'subject' | 'parts'> {
  const { headers, body } = split(text);
  const parts: Record<string, string> = {};
  collect(headers, body, parts);
  return { subject: words(headers.get('subject') ?? ''), parts };
}

function split(text: string): { headers: Map<string, string>; body: string } {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, end < 0 ? undefined : end).replace(/\r\n[ \t]+/g, ' ');
  const headers = new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { headers, body: end < 0 ? '' : text.slice(end + 4) };
}

function collect(headers: Map<string, string>, body: string, parts: Record<string, string>): void {
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)/.exec(type)?.[1];
  if (boundary !== undefined) {
    for (const part of body.split(`--${boundary}`).slice(1, -1)) {
      const inner = split(part.replace(/^\r\n/, '').replace(/\r\n$/, ''));
      collect(inner.headers, inner.body, parts);
    }
    return;
  }
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  const flowed = type.includes('format=flowed') ? body.replace(/ \r\n/g, ' ') : body;
  const decoded = encoding === 'base64' ? base64(body) : encoding === 'quoted-printable' ? quoted(body) : flowed;
  parts[type.split(';')[0]!] = decoded.replaceAll('\r\n', '\n').trimEnd();
}

const base64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');
const quoted = (text: string): string => {
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))); // prettier-ignore
  return Buffer.from(bytes, 'latin1').toString('utf8');
};
/** "=?UTF-8?B?...?=" in a header; a blank between two of them is none. */
const words = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, code: string) =>
      how.toLowerCase() === 'b' ? base64(code) : quoted(code.replaceAll('_', ' ')),
    );
