/** Reads what the form saved for CAP; nothing saved is trusted to be whole. */
import { parseDuration } from '../../ecdm/duration';
import type { NotifySettings } from '../settings';
import { CATEGORIES, KINDS, SCOPES } from './alert';
import { entriesOf, namesOf } from '../saved-lists';
import { readCategoryRules } from './category';
import type { CapSettings } from './compose';

const HOUR = 3_600_000;
/** Shortest and longest time that a message may count for. */
const SHORTEST = 60_000;
const LONGEST = 30 * 24 * HOUR;

const asText = (raw: unknown): string => (typeof raw === 'string' ? raw.trim() : '');

function oneOf<T extends string>(list: readonly T[], raw: unknown, otherwise: T): T {
  return list.find((one) => one === raw) ?? otherwise;
}

/** @param config the node's saved configuration, migrated  @param notify what its other actions share */
export function readCapSettings(
  config: Readonly<Record<string, unknown>>,
  notify: Pick<NotifySettings, 'texts' | 'language' | 'timeZone'>,
): CapSettings {
  const event = asText(config['capEvent']);
  const texts = new Map(notify.texts);
  if (texts.size === 0) texts.set(notify.language, { headline: '', text: '', instruction: '' });
  const km = Number(config['capRadius'] ?? 1);
  return {
    sender: asText(config['capSender']),
    senderName: asText(config['capSenderName']),
    kind: oneOf(KINDS, config['capKind'], 'Test'),
    reallyActual: config['capActual'] === true,
    scope: oneOf(SCOPES, config['capScope'], 'Public'),
    restriction: asText(config['capRestriction']),
    addresses: asText(config['capAddresses']),
    category: CATEGORIES.find((one) => one === config['capCategory']),
    rules: readCategoryRules(entriesOf(config['capCategories']), namesOf),
    events: event === '' ? new Map<string, string>() : new Map([...texts.keys()].map((language) => [language, event])),
    texts,
    contact: asText(config['capContact']),
    web: asText(config['capWeb']),
    expiresAfter: Math.min(LONGEST, Math.max(SHORTEST, parseDuration(config['capExpires']) ?? 12 * HOUR)),
    radius: km > 0 && km <= 1000 ? km * 1000 : 1000,
    timeZone: notify.timeZone,
  };
}
