/**
 * A warning as the Common Alerting Protocol 1.2 has it (OASIS, 1 July 2010), and what is wrong with one. The rules are those
 * of the schema and, where the schema is more lenient, of the text (section 3.2). Pure.
 */
import { parseTime } from '../../ecdm/time';

export const KINDS = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const;
const MESSAGE_TYPES = ['Alert', 'Update', 'Cancel'] as const;
export const SCOPES = ['Public', 'Restricted', 'Private'] as const;
export const CATEGORIES = [
  'Geo', 'Met', 'Safety', 'Security', 'Rescue', 'Fire', 'Health', 'Env', 'Transport', 'Infra', 'CBRNE', 'Other',
] as const; // prettier-ignore
const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
const SEVERITIES_OF_CAP = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;
const RESPONSES = [
  'Shelter', 'Evacuate', 'Prepare', 'Execute', 'Avoid', 'Monitor', 'Assess', 'AllClear', 'None',
] as const; // prettier-ignore

export type CapKind = (typeof KINDS)[number];
export type MessageType = (typeof MESSAGE_TYPES)[number];
export type Scope = (typeof SCOPES)[number];
export type Category = (typeof CATEGORIES)[number];

export interface CapArea {
  areaDesc: string;
  /** Pairs "lat,lon", the last one as the first. */
  polygons: string[];
  /** "lat,lon km". */
  circles: string[];
}

/** What is said in one language. Times as {@link CAP_TIME}. */
export interface CapInfo {
  language: string;
  category: Category;
  event: string;
  responseType?: (typeof RESPONSES)[number];
  urgency: (typeof URGENCIES)[number];
  severity: (typeof SEVERITIES_OF_CAP)[number];
  certainty: (typeof CERTAINTIES)[number];
  effective?: string;
  onset?: string;
  expires: string;
  senderName?: string;
  headline?: string;
  description?: string;
  instruction?: string;
  web?: string;
  contact?: string;
  area: CapArea;
}

export interface CapAlert {
  identifier: string;
  sender: string;
  sent: string;
  status: CapKind;
  msgType: MessageType;
  source?: string;
  scope: Scope;
  restriction?: string;
  addresses?: string;
  note?: string;
  /** "sender,identifier,sent" of the messages before, parted by blanks. */
  references?: string;
  info: CapInfo[];
}

/** An offset always, never `Z`, and `-00:00` for UTC; no parts of a second (3.3.2). */
const CAP_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;
/** No blanks, commas, `<` and `&`: they part identifiers from each other in references (3.2.1). */
const NAME = /^[^\s,<&]{1,500}$/;
const LANGUAGE = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
const PAIR = /^-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?$/;
const CIRCLE = /^(-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?) (\d+(?:\.\d+)?)$/;
const LONGEST_TEXT = 20_000;
const MOST_INFOS = 20;
/** What XML 1.0 cannot hold at all. */
// eslint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** What is wrong: a key of the texts under `fault.`, and where it is. */
export interface CapFault {
  key: string;
  where: string;
}

/** Everything that is wrong with an alert; nothing goes out with a fault. */
export function faultsOf(alert: CapAlert): CapFault[] {
  const faults: CapFault[] = [];
  const check = (good: boolean, key: string, where: string): void => {
    if (!good) faults.push({ key, where });
  };
  check(NAME.test(alert.identifier), 'name', 'identifier');
  check(NAME.test(alert.sender), 'name', 'sender');
  check(isCapTime(alert.sent), 'time', 'sent');
  check(KINDS.includes(alert.status), 'word', 'status');
  check(MESSAGE_TYPES.includes(alert.msgType), 'word', 'msgType');
  check(SCOPES.includes(alert.scope), 'word', 'scope');
  check((alert.scope === 'Restricted') === isText(alert.restriction), 'restriction', 'restriction');
  check(alert.scope !== 'Private' || isText(alert.addresses), 'addresses', 'addresses');
  check((alert.msgType === 'Alert') === (alert.references === undefined), 'references', 'references');
  check(areReferences(alert.references), 'references', 'references');
  check(alert.info.length >= 1 && alert.info.length <= MOST_INFOS, 'info', 'info');
  for (const [name, value] of Object.entries(alert)) if (typeof value === 'string') check(isPlain(value), 'text', name);
  for (const info of alert.info) checkInfo(info, alert.sent, check);
  return faults;
}

type Check = (good: boolean, key: string, where: string) => void;

function checkInfo(info: CapInfo, sent: string, check: Check): void {
  const at = (name: string): string => `info(${info.language}).${name}`;
  check(LANGUAGE.test(info.language), 'language', at('language'));
  check(CATEGORIES.includes(info.category), 'word', at('category'));
  check(URGENCIES.includes(info.urgency), 'word', at('urgency'));
  check(SEVERITIES_OF_CAP.includes(info.severity), 'word', at('severity'));
  check(CERTAINTIES.includes(info.certainty), 'word', at('certainty'));
  check(info.responseType === undefined || RESPONSES.includes(info.responseType), 'word', at('responseType'));
  check(isText(info.event), 'empty', at('event'));
  check(isText(info.headline), 'empty', at('headline'));
  check(isCapTime(info.expires), 'time', at('expires'));
  check(millis(info.expires) > millis(sent), 'expires', at('expires'));
  for (const name of ['effective', 'onset'] as const) {
    check(info[name] === undefined || isCapTime(info[name]), 'time', at(name));
  }
  check(info.web === undefined || URL.canParse(info.web), 'web', at('web'));
  for (const [name, value] of Object.entries(info))
    if (typeof value === 'string') check(isPlain(value), 'text', at(name));
  checkArea(info.area, at, check);
}

function checkArea({ areaDesc, polygons, circles }: CapArea, at: (name: string) => string, check: Check): void {
  check(isText(areaDesc) && isPlain(areaDesc), 'empty', at('areaDesc'));
  for (const polygon of polygons) {
    const pairs = polygon.split(' ');
    check(pairs.length >= 4 && pairs[0] === pairs.at(-1) && pairs.every(isPair), 'polygon', at('polygon'));
  }
  for (const circle of circles) {
    const pair = CIRCLE.exec(circle)?.[1];
    check(pair !== undefined && isPair(pair), 'circle', at('circle'));
  }
}

function isPair(pair: string): boolean {
  const [lat = NaN, lon = NaN] = PAIR.test(pair) ? pair.split(',').map(Number) : [];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
}

function areReferences(references: string | undefined): boolean {
  if (references === undefined) return true;
  return references.split(' ').every((one) => {
    const parts = one.split(',');
    return parts.length === 3 && NAME.test(parts[0]!) && NAME.test(parts[1]!) && isCapTime(parts[2]);
  });
}

const isCapTime = (text: unknown): boolean =>
  typeof text === 'string' && CAP_TIME.test(text) && !text.endsWith('+00:00') && parseTime(text) !== undefined;
const isText = (text: string | undefined): boolean => text !== undefined && text.trim() !== '';
const isPlain = (text: string): boolean => text.length <= LONGEST_TEXT && !NOT_XML.test(text);
const millis = (text: string): number => parseTime(text) ?? NaN;
