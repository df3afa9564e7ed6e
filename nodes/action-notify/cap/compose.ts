/** From a status to a CAP alert. Pure: the time is given. */
import { isUnreal, type Mode } from '../../ecdm/city';
import { idIn, realmOf, type Realm } from '../../ecdm/realms';
import type { Zone } from '../../city-zones/zones/model';
import type { Severity, Status } from '../../ecdm/status';
import { oneLine, plainText } from '../../ecdm/template';
import { formatTime, parseTime } from '../../ecdm/time';
import { renderTexts } from '../notices';
import type { Texts } from '../settings';
import type { CapAlert, CapInfo, CapKind, MessageType, Scope } from './alert';
import { shapeOf, shapeOfZones, type Shape } from './area';
import { categoryOf, type CategoryChoice } from './category';
import { NO_CITY, warnedZones, type CityFacts } from './place';

export interface CapSettings extends CategoryChoice {
  /** Who sends: globally unique, such as an address of mail; no blanks and commas. */
  sender: string;
  senderName: string;
  /** What alerts are; `Actual` counts only together with {@link CapSettings.reallyActual}. */
  kind: CapKind;
  /** The switch that must be set beside: a mistake in one field alone never warns a city. */
  reallyActual: boolean;
  scope: Scope;
  restriction: string;
  addresses: string;
  /** What it is about, by language; the name of the status where left out. */
  events: ReadonlyMap<string, string>;
  /** Headline, text and instruction by language; at least one. */
  texts: ReadonlyMap<string, Texts>;
  contact: string;
  web: string;
  /** Milliseconds after which a message counts no longer. */
  expiresAfter: number;
  /** Metres around a single place. */
  radius: number;
  timeZone: string | undefined;
}

/** A message that was sent, as far as later ones refer to it. */
export interface Reference {
  sender: string;
  identifier: string;
  sent: string;
}

const SEVERITY: Readonly<Record<Severity, CapInfo['severity']>> = {
  critical: 'Extreme', major: 'Severe', minor: 'Moderate', warning: 'Minor',
}; // prettier-ignore
const URGENCY: Readonly<Record<Severity, CapInfo['urgency']>> = {
  critical: 'Immediate', major: 'Immediate', minor: 'Expected', warning: 'Future',
}; // prettier-ignore
/** What is no warning says so in its text, too. */
const DRILLS: Partial<Record<CapKind, 'test' | 'exercise'>> = { Test: 'test', Exercise: 'exercise' };
/** Longest areaDesc that phones show. */
const LONGEST_AREA = 250;
const LONGEST_HEADLINE = 160;

export interface Composed {
  alert: CapAlert;
  notes: Shape['notes'];
}

/** @param now when it is sent, in epoch milliseconds  @param city what is known of its zones and domains */
export function compose(
  settings: CapSettings,
  status: Status,
  msgType: MessageType,
  references: readonly Reference[],
  mode: Mode,
  now: number,
  city: CityFacts = NO_CITY,
): Composed {
  const { sender, scope, restriction, addresses, timeZone } = settings;
  const zones = warnedZones(status, city);
  const shape = zones.length > 0 ? shapeOfZones(zones) : shapeOf(status.area, status.place, settings.radius);
  const { polygons, circles } = shape;
  const category = categoryOf(settings, status, status.domain === undefined ? undefined : city.domainName(status.domain)); // prettier-ignore
  const alert: CapAlert = {
    identifier: identifierOf(status, msgType, realmOf(mode, status.simulated)),
    sender,
    sent: capTime(now, timeZone),
    status: kindOf(settings, status, mode),
    msgType,
    scope,
    info: [...settings.texts].map(([language, texts]) => ({
      ...infoOf(settings, status, mode, now, language, texts),
      category,
      area: { areaDesc: areaText(status, zones, language), polygons, circles },
    })),
  };
  if (scope === 'Restricted') alert.restriction = restriction;
  if (scope === 'Private') alert.addresses = addresses;
  if (msgType !== 'Alert')
    alert.references = references.map((one) => `${one.sender},${one.identifier},${one.sent}`).join(' ');
  return { alert, notes: shape.notes };
}

/** Never `Actual` for what is not real, and only with the switch that says so. */
function kindOf(
  { kind, reallyActual }: Pick<CapSettings, 'kind' | 'reallyActual'>,
  status: Status,
  mode: Mode,
): CapKind {
  if (kind !== 'Actual') return kind;
  if (status.simulated === true || isUnreal(mode)) return 'Exercise';
  return reallyActual ? 'Actual' : 'Test';
}

function infoOf(
  settings: CapSettings,
  status: Status,
  mode: Mode,
  now: number,
  language: string,
  texts: Texts,
): Omit<CapInfo, 'area' | 'category'> {
  const { timeZone, senderName, contact, web } = settings;
  const drill = DRILLS[kindOf(settings, status, mode)] ?? 'real';
  const { headline, text, instruction } = renderTexts(texts, status, language, timeZone, { mode, drill });
  const over = status.state === 'cleared';
  const unknown = status.state === 'nodata';
  const onset = parseTime(status.since);
  const info: Omit<CapInfo, 'area' | 'category'> = {
    language,
    event: oneLine(settings.events.get(language) || status.name, 100),
    urgency: over ? 'Past' : unknown ? 'Unknown' : URGENCY[status.severity],
    severity: SEVERITY[status.severity],
    certainty: unknown ? 'Unknown' : 'Observed',
    effective: capTime(now, timeZone),
    expires: capTime(now + settings.expiresAfter, timeZone),
    headline: oneLine(headline, LONGEST_HEADLINE),
    description: plainText(text, 5000),
  };
  if (over) info.responseType = 'AllClear';
  if (onset !== undefined) info.onset = capTime(onset, timeZone);
  if (senderName !== '') info.senderName = senderName;
  if (instruction !== undefined && instruction !== '') info.instruction = plainText(instruction, 5000);
  if (web !== '') info.web = web;
  if (contact !== '') info.contact = contact;
  return info;
}

/** As CAP wants it: whole seconds, an offset always, `-00:00` for UTC. */
export function capTime(ms: number, timeZone: string | undefined): string {
  return formatTime(Math.floor(ms / 1000) * 1000, timeZone).replace(/(?:Z|[+-]00:00)$/, '-00:00');
}

/** Which message it is about which revision; what is not real has ids of its own, also where it tells of the same episode. */
export function draftIdOf(
  { statusId, revision }: Pick<Status, 'statusId' | 'revision'>,
  msgType: MessageType,
  realm: Realm,
): string {
  return idIn(realm, `${statusId}|${revision}|${msgType}`);
}

/**
 * The same for the same revision, another for any other: what may not stand in it is replaced, and a number over the whole
 * keeps apart what would be the same then.
 */
export function identifierOf(
  status: Pick<Status, 'statusId' | 'revision'>,
  msgType: MessageType,
  realm: Realm = 'real',
): string {
  const { statusId, revision } = status;
  const whole = draftIdOf(status, msgType, realm);
  const plain = `${statusId}.${revision}.${msgType}`.replace(/[^A-Za-z0-9._:-]+/g, '-').slice(-150);
  return `${plain}.${hashOf(whole)}`;
}

/** FNV-1a over two seeds, 64 bits in hexadecimal: not a secret, only another number for another text. */
function hashOf(text: string): string {
  const part = (seed: number): string => {
    let hash = seed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return part(0x811c9dc5) + part(0x1b873593);
}

function areaText({ zones, keyName, key }: Status, warned: readonly Zone[], language: string): string {
  const names = warned.map(({ name, names: other }) => other?.[language] ?? other?.[language.split('-')[0]!] ?? name);
  const said = names.length > 0 ? names : (zones ?? []).map((zone) => zone.name);
  return oneLine(said.join(', ') || keyName || key || '-', LONGEST_AREA);
}
