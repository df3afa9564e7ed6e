/** What the form asks the runtime about a server, and the answers in words. */
import { askServer, describeServer, type ServerAnswer } from '../server-request';
import { translator, type Translate } from '../texts';
import type { Found } from '../../sensorthings-server/client/find-page';

/** A found Datastream with its value and age as they are shown. */
export interface FoundStream extends Found {
  /** Value with unit; empty where there is none. */
  shown: string;
  age: string;
}

export interface Answer extends ServerAnswer {
  items?: Found[];
  next?: number;
  total?: number;
  here?: string[];
  now?: number;
  names?: string[];
  more?: boolean;
}

/** The server as the form has chosen it: by the id of a configuration node, or as another form describes it. */
export type ServerOf = () => Record<string, unknown> | undefined;

export const chosenServer =
  (id: () => string): ServerOf =>
  () =>
    describeServer(id());

/** Never rejects; an answer without a server says so. */
export async function ask(server: ServerOf, what: 'find' | 'suggest' | 'units', body: object): Promise<Answer> {
  const description = server();
  if (!description) return { ok: false, code: 'none-chosen', message: '' };
  return await askServer(what, { ...description, ...body });
}

const ofServer = translator('sensorthings-server');

/** What to do, in the words of the server's own form, with what the server said. */
export function faultWords(answer: ServerAnswer, t: Translate): string {
  if (answer.code === 'none-chosen') return t('hint.noServer');
  if (answer.code === 'bad-path') return t('hint.badPath');
  const key = `probe.${answer.code ?? 'network'}`;
  const words = ofServer(key);
  const known = words !== key && !words.endsWith(key);
  const said = answer.message ? ` (${answer.message})` : '';
  const better = answer['suggestion'] ? ` ${ofServer('probe.suggestion', { url: answer['suggestion'] })}` : '';
  return `${known ? words : ofServer('probe.network')}${said}${better}`;
}

/** Lines as they are shown, with the age at the time that the server says it is. */
export function shownStreams(answer: Answer, t: Translate): FoundStream[] {
  const now = Number(answer.now);
  return (answer.items ?? []).map((item) => ({ ...item, shown: valueOf(item), age: ageOf(item.time, now, t) }));
}

function valueOf({ value, unit }: Found): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'number' ? String(Number(value.toPrecision(6))) : (JSON.stringify(value) ?? '');
  const short = text.replace(/^"|"$/g, '').slice(0, 30);
  return unit === '' || unit === '1' ? short : `${short} ${unit}`;
}

function ageOf(time: number | undefined, now: number, t: Translate): string {
  const seconds = time === undefined ? NaN : Math.max(0, (now - time) / 1000);
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 90) return t('age.s', { n: Math.round(seconds) });
  if (seconds < 5400) return t('age.min', { n: Math.round(seconds / 60) });
  if (seconds < 172_800) return t('age.h', { n: Math.round(seconds / 3600) });
  return t('age.d', { n: Math.round(seconds / 86_400) });
}
