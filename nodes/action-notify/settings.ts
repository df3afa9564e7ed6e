/** Reads what the form saved into what the node works with; nothing saved is trusted to be whole. */
import type { DomainDefinition } from '../ecdm/definition';
import { parseDuration } from '../ecdm/duration';
import { SEVERITIES, STATES, type Severity } from '../ecdm/status';
import { isTimeZone } from '../ecdm/time';
import type { DeskSettings } from './desk/desk';
import type { Drill } from './notices';
import { readFamilies, readMaintenance, readRecipients } from './saved-lists';

const FORMS = ['event', 'chart', 'table', 'toast', 'worldmap', 'mail', 'telegram', 'sms', 'http', 'mqtt'] as const;
export type FormName = (typeof FORMS)[number];

export interface Texts {
  headline: string;
  text: string;
  instruction: string;
  /** In place of headline and text where there is little room (SMS). */
  short?: string;
}

export interface NotifySettings extends DeskSettings {
  id: string;
  name: string;
  action: (typeof ACTIONS)[number];
  /** Id of the domain; statuses of another one are left alone. */
  domain: string | undefined;
  /** Ids or names of the statuses that are answered; all when empty. */
  statuses: ReadonlySet<string>;
  minSeverity: Severity;
  /** Texts by language. */
  texts: ReadonlyMap<string, Texts>;
  /** Language of the main text. */
  language: string;
  /** Of the node, else of the domain; times of statuses are told as they are written where neither says one. */
  timeZone: string | undefined;
  /** All is marked as a test or an exercise. */
  drill: Drill;
  channel: string | undefined;
  form: FormName;
  /** Chart: statuses as steps of 0 and 1, or as the value of their newest evidence. */
  chart: 'step' | 'value';
  /** Toast: colour of the frame; by severity when empty. */
  highlight: string;
  /** Mail: the receiver; left to the mail node when empty. */
  to: string;
  /** Mail: as HTML, with the same as plain text. */
  html: boolean;
  /** MQTT: may hold place holders. */
  topic: string;
  /** Dashboard: the tab that is opened when something is raised; none when empty. */
  view: string;
  /** Table: most rows. */
  rows: number;
  /** Table: how long cleared ones stay, in ms. */
  keepCleared: number;
}

/** What the domain says where the node does not. */
export type DomainDefaults = Partial<Pick<DomainDefinition, 'id' | 'language' | 'timeZone'>>;

const ACTIONS = ['notify', 'alert', 'createDashboard', 'cap'] as const;
const MOST_ROWS = 500;

const LONGEST_GROUP = 3_600_000;
const MOST_FLOOD = 500;
const MOST_PER_HOUR = 1000;

const atLeast = (least: number, ms: number): number => (ms === 0 ? 0 : Math.max(least, ms));

function wholeNumber(raw: unknown, most: number): number {
  const number = Math.floor(Number(raw));
  return number > 0 ? Math.min(number, most) : 0;
}

const asText = (raw: unknown): string => (typeof raw === 'string' ? raw.trim() : '');

function oneOf<T extends string>(list: readonly T[], raw: unknown, otherwise: T): T {
  return list.find((one) => one === raw) ?? otherwise;
}

function readTexts(raw: unknown): Map<string, Texts> {
  const texts = new Map<string, Texts>();
  if (typeof raw !== 'object' || raw === null) return texts;
  for (const [language, entry] of Object.entries(raw).slice(0, 20)) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { headline, text, instruction, short } = entry as Record<string, unknown>;
    const read: Texts = { headline: asText(headline), text: asText(text), instruction: asText(instruction) };
    if (asText(short) !== '') read.short = asText(short);
    if (read.headline !== '' || read.text !== '') texts.set(language, read);
  }
  return texts;
}

/** @param config the node's saved configuration, migrated */
export function readSettings(config: Readonly<Record<string, unknown>>, domain: DomainDefaults = {}): NotifySettings {
  const on = Array.isArray(config['on']) ? STATES.filter((state) => (config['on'] as unknown[]).includes(state)) : [];
  const statuses = Array.isArray(config['statuses']) ? (config['statuses'] as unknown[]) : [];
  const rows = Number(config['rows']);
  const zone = asText(config['timeZone']) || domain.timeZone;
  const timeZone = isTimeZone(zone) ? zone : undefined;
  const language = asText(config['language']) || domain.language || 'en-US';
  return {
    id: asText(config['id']),
    name: asText(config['name']),
    action: oneOf(ACTIONS, config['action'], 'notify'),
    domain: domain.id,
    statuses: new Set(statuses.filter((one): one is string => typeof one === 'string' && one !== '')),
    on: new Set(on.length > 0 ? on : (['raised', 'cleared'] as const)),
    minSeverity: oneOf(SEVERITIES, config['minSeverity'], 'warning'),
    texts: readTexts(config['texts']),
    language,
    timeZone,
    drill: oneOf(['real', 'test', 'exercise'] as const, config['drill'], 'real'),
    onlyNew: config['onlyNew'] === true,
    group: Math.min(parseDuration(config['group']) ?? 0, LONGEST_GROUP),
    flood: wholeNumber(config['flood'], MOST_FLOOD),
    perHour: wholeNumber(config['perHour'], MOST_PER_HOUR),
    // more often than once a minute nobody reads
    remind: atLeast(60_000, parseDuration(config['remind']) ?? 0),
    recipients: readRecipients(config['recipients'], config['roles'], { language, timeZone }),
    maintenance: readMaintenance(config['maintenance'], timeZone),
    families: readFamilies(config['families']),
    channel: asText(config['channel']) || undefined,
    form: oneOf(FORMS, config['form'], 'event'),
    chart: oneOf(['step', 'value'] as const, config['chart'], 'step'),
    highlight: asText(config['highlight']),
    to: asText(config['to']),
    html: config['html'] === true,
    topic: asText(config['topic']) || 'city/notices',
    view: asText(config['view']),
    rows: Number.isInteger(rows) && rows >= 1 ? Math.min(rows, MOST_ROWS) : 100,
    keepCleared: parseDuration(config['keepCleared']) ?? 600_000,
  };
}
