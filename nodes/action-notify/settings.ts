/** Reads what the form saved into what the node works with; nothing saved is trusted to be whole. */
import type { DomainDefinition } from '../ecdm/definition';
import { parseDuration } from '../ecdm/duration';
import { SEVERITIES, type Severity, type StatusState } from '../ecdm/status';
import { STATES } from '../ecdm/read-item';
import { isTimeZone } from '../ecdm/time';

export const FORMS = ['event', 'chart', 'table', 'toast', 'worldmap', 'mail'] as const;
export type FormName = (typeof FORMS)[number];

export interface Texts {
  headline: string;
  text: string;
  instruction: string;
}

export interface NotifySettings {
  id: string;
  name: string;
  action: 'notify' | 'alert' | 'createDashboard';
  /** Id of the domain; statuses of another one are left alone. */
  domain: string | undefined;
  /** Ids or names of the statuses that are answered; all when empty. */
  statuses: ReadonlySet<string>;
  on: ReadonlySet<StatusState>;
  minSeverity: Severity;
  /** Texts by language. */
  texts: ReadonlyMap<string, Texts>;
  /** Language of the main text. */
  language: string;
  /** Of the node, else of the domain; times of statuses are told as they are written where neither says one. */
  timeZone: string | undefined;
  channel: string | undefined;
  form: FormName;
  /** Chart: statuses as steps of 0 and 1, or as the value of their newest evidence. */
  chart: 'step' | 'value';
  /** Toast: colour of the frame; by severity when empty. */
  highlight: string;
  /** Mail: the receiver; left to the mail node when empty. */
  to: string;
  /** Table: most rows. */
  rows: number;
  /** Table: how long cleared ones stay, in ms. */
  keepCleared: number;
}

/** What the domain says where the node does not. */
export type DomainDefaults = Partial<Pick<DomainDefinition, 'id' | 'language' | 'timeZone'>>;

const ACTIONS = ['notify', 'alert', 'createDashboard'] as const;
const MOST_ROWS = 500;

const asText = (raw: unknown): string => (typeof raw === 'string' ? raw.trim() : '');

function oneOf<T extends string>(list: readonly T[], raw: unknown, otherwise: T): T {
  return list.find((one) => one === raw) ?? otherwise;
}

function readTexts(raw: unknown): Map<string, Texts> {
  const texts = new Map<string, Texts>();
  if (typeof raw !== 'object' || raw === null) return texts;
  for (const [language, entry] of Object.entries(raw).slice(0, 20)) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { headline, text, instruction } = entry as Record<string, unknown>;
    const read = { headline: asText(headline), text: asText(text), instruction: asText(instruction) };
    if (read.headline !== '' || read.text !== '') texts.set(language, read);
  }
  return texts;
}

/** @param config the node's saved configuration, migrated */
export function readSettings(config: Readonly<Record<string, unknown>>, domain: DomainDefaults = {}): NotifySettings {
  const on = Array.isArray(config['on']) ? STATES.filter((state) => (config['on'] as unknown[]).includes(state)) : [];
  const statuses = Array.isArray(config['statuses']) ? (config['statuses'] as unknown[]) : [];
  const rows = Number(config['rows']);
  const timeZone = asText(config['timeZone']) || domain.timeZone;
  return {
    id: asText(config['id']),
    name: asText(config['name']),
    action: oneOf(ACTIONS, config['action'], 'notify'),
    domain: domain.id,
    statuses: new Set(statuses.filter((one): one is string => typeof one === 'string' && one !== '')),
    on: new Set(on.length > 0 ? on : (['raised', 'cleared'] as const)),
    minSeverity: oneOf(SEVERITIES, config['minSeverity'], 'warning'),
    texts: readTexts(config['texts']),
    language: asText(config['language']) || domain.language || 'en-US',
    timeZone: isTimeZone(timeZone) ? timeZone : undefined,
    channel: asText(config['channel']) || undefined,
    form: oneOf(FORMS, config['form'], 'event'),
    chart: oneOf(['step', 'value'] as const, config['chart'], 'step'),
    highlight: asText(config['highlight']),
    to: asText(config['to']),
    rows: Number.isInteger(rows) && rows >= 1 ? Math.min(rows, MOST_ROWS) : 100,
    keepCleared: parseDuration(config['keepCleared']) ?? 600_000,
  };
}
