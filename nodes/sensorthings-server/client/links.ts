/** Addresses: our own, built from the configured root, and the server's, taken with a grain of salt. */

/** The version segment of a SensorThings address. */
const VERSION = /\/(v\d(?:\.\d)?)(?=\/|\?|$)/;
/** Entity sets of the standards (Sensing 1.0, 1.1, 2.0, Tasking, STAplus); the address of the service ends before them. */
const SET =
  /^(?:Things|(?:Historical)?Locations|(?:Multi)?Datastreams|Sensors|ObservedProperties|Observations|FeaturesOfInterest|Features|FeatureTypes|TaskingCapabilities|Tasks|Actuators|Parties|Licenses|Campaigns|ObservationGroups|Groups|Relations|Projects)(?:\(|$)/;
/** A version segment with nothing behind it but an entity set or a word of the protocol. */
const ROOT_VERSION = /^(.*\/v\d(?:\.\d)?)(?=\/(?:[A-Z$]|$)|$)/;

/** Cuts what people paste: blanks, a trailing slash, options, an entity set at the end. */
export function cleanRoot(text: string): string {
  const plain = text
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '');
  const root = ROOT_VERSION.exec(plain)?.[1];
  return root !== undefined && /^[a-z]+:\/\/[^/]+\//i.test(root) ? root : plain;
}

/** Version of a root such as `https://host/FROST-Server/v1.1`. */
export function versionOf(root: string): string | undefined {
  return /\/(v\d(?:\.\d)?)\/?$/.exec(root)?.[1] ?? VERSION.exec(root)?.[1];
}

/** The key of an entity inside an address: `7` or `'text'`, quoted and encoded. */
export function keyText(id: string | number): string {
  return typeof id === 'number' ? String(id) : `'${encodeURIComponent(id.replaceAll("'", "''"))}'`;
}

/** An entity that an address names: `Datastreams(7)`. */
export interface EntityRef {
  readonly set: string;
  /** As in addresses: `7` or `'text'`. */
  readonly key: string;
}

/** Longest address that is looked at. */
const LONGEST = 20_000;

/** The entities that an address passes through, outermost first: `Things(1)/Datastreams(7)/Observations` has two. */
export function entitiesOf(link: unknown): EntityRef[] {
  if (typeof link !== 'string' || link.length > LONGEST) return [];
  const found: EntityRef[] = [];
  // a key in quotes may hold any sign, a quote is written twice; blanks fit in one place only: a server sets the length
  for (const match of pathOf(link).matchAll(/(?:^|\/)\s*([A-Za-z]+)\(([^()'/]*|\s*'(?:[^']|'')*'\s*)\)(?=\/|\s*$)/g)) {
    found.push({ set: match[1]!, key: plainKey(match[2]!.trim()) });
  }
  return found;
}

/** The Datastream or MultiDatastream that an address leads through. */
export function datastreamOf(link: unknown): EntityRef | undefined {
  return entitiesOf(link).findLast(({ set }) => set === 'Datastreams' || set === 'MultiDatastreams');
}

/** The set that an address ends in: `Observations` of `Datastreams(7)/Observations?$top=1` and of `Observations(7)`. */
export function lastSetOf(link: unknown): string | undefined {
  if (typeof link !== 'string' || link.length > LONGEST) return undefined;
  const last = /(?:^|\/)([A-Za-z]+)(?:\((?:'(?:[^']|'')*'|[^()']*)\))?(?:\/\$(?:ref|value))?\/*\s*$/.exec(pathOf(link));
  return last?.[1];
}

function pathOf(link: string): string {
  const at = link.indexOf('?');
  return at < 0 ? link : link.slice(0, at);
}

function plainKey(inner: string): string {
  return inner.startsWith("'") ? keyText(decode(inner.slice(1, -1)).replaceAll("''", "'")) : inner;
}

/**
 * The key in the form in which the server itself writes it in a self link: old servers give the id "5" and serve
 * `Things(5)`. Without a link the type of the id decides. Where the two name different entities (the standard's own
 * example does) the id is believed, except for one that is too long for a number.
 */
export function keyFrom(id: unknown, selfLink: unknown): string | undefined {
  const known = typeof id === 'number' || typeof id === 'string';
  const own = typeof selfLink === 'string' && selfLink.length < 2000 ? entitiesOf(selfLink).at(-1)?.key : undefined;
  if (own === undefined || own === '') return known ? keyText(id) : undefined;
  if (!known || (typeof id === 'number' && !Number.isSafeInteger(id))) return own;
  if (own.startsWith("'")) return keyText(String(id));
  return /^[\w.-]+$/.test(String(id)) ? String(id) : own;
}

/** Builds the address of a set or entity with options. */
export function address(
  root: string,
  path: string,
  options: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = Object.entries(options)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%24', '$').replaceAll('%2C', ',')}`);
  return `${root}/${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/**
 * A link of the server, led back to the configured root: behind a proxy servers write their inner host, and relative
 * links come in four styles. Only what follows the service's own address counts.
 * @returns `undefined` where there is no usable link
 */
export function rebase(link: unknown, root: string): string | undefined {
  if (typeof link !== 'string' || link.trim() === '' || link.length > LONGEST) return undefined;
  const at = link.indexOf('?');
  const path = (at < 0 ? link : link.slice(0, at)).trim();
  const clean = insideService(path).replace(/^(?:\.\.?\/|\/)+/, '');
  if (clean.split('/').includes('..')) return undefined;
  const url = `${root}/${clean}${at < 0 ? '' : tolerantQuery(link.slice(at))}`;
  return URL.canParse(url) ? new URL(url).href : undefined;
}

/** What follows the version, or the part from the first entity set on where there is no version. */
function insideService(path: string): string {
  // a key may hold anything, also what looks like a version
  const masked = `/${path}`.replace(/'[^']*'/g, (key) => '_'.repeat(key.length));
  const versioned = ROOT_VERSION.exec(masked);
  if (versioned) return `/${path}`.slice(versioned[0].length);
  const version = VERSION.exec(masked);
  if (version) return `/${path}`.slice(version.index + version[0].length);
  const segments = path.replace(/^[a-z]+:\/\/[^/]*/i, '').split('/');
  const from = segments.findIndex((segment) => SET.test(segment));
  return segments.slice(Math.max(0, from)).join('/');
}

/** The service root that an address of the server shows: all before the entity set; `undefined` for relative ones. */
export function rootIn(link: unknown): string | undefined {
  if (typeof link !== 'string' || link.length > LONGEST || !/^https?:\/\//i.test(link)) return undefined;
  const path = pathOf(link);
  const versioned = ROOT_VERSION.exec(path)?.[1];
  if (versioned !== undefined) return versioned;
  const segments = path.split('/');
  const at = segments.findIndex((segment, i) => i > 2 && SET.test(segment));
  return at < 0 ? undefined : segments.slice(0, at).join('/');
}

/** Encodes what servers forget to: blanks, and the `+` of a time offset (any other `+` is a blank). */
function tolerantQuery(query: string): string {
  return query.replace(/(\d)\+(\d{2}:?\d{2})(?!\d)/g, '$1%2B$2').replaceAll(' ', '%20');
}

/** The options of an address, decoded. */
export function optionsOf(url: string): Map<string, string> {
  return new Map(URL.canParse(url) ? new URL(url).searchParams : []);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
