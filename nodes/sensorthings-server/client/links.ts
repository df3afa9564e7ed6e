/** Addresses: our own, built from the configured root, and the server's, taken with a grain of salt. */

/** The version segment of a SensorThings address. */
const VERSION = /\/(v\d(?:\.\d)?)(?=\/|\?|$)/;

/** Cuts what people paste: blanks, a trailing slash, options, an entity set at the end. */
export function cleanRoot(text: string): string {
  return text
    .trim()
    .replace(/[?#].*$/s, '')
    .replace(/(\/v\d(?:\.\d)?)\/.*$/, '$1')
    .replace(/\/+$/, '');
}

/** Version of a root such as `https://host/FROST-Server/v1.1`. */
export function versionOf(root: string): string | undefined {
  return VERSION.exec(root)?.[1];
}

/** The key of an entity inside an address: `7` or `'text'`, quoted and encoded. */
export function keyText(id: string | number): string {
  return typeof id === 'number' ? String(id) : `'${encodeURIComponent(id.replaceAll("'", "''"))}'`;
}

/**
 * The key as the server itself writes it, from a self link: old servers give the id "5" and serve `Things(5)`.
 * Falls back to the type of the id.
 */
export function keyFrom(id: unknown, selfLink: unknown): string | undefined {
  if (typeof selfLink === 'string' && selfLink.length < 2000) {
    const match = /\(([^()]*)\)\s*$/.exec(selfLink);
    if (match) {
      const inner = match[1]!;
      return inner.startsWith("'") ? keyText(decode(inner.slice(1, -1)).replaceAll("''", "'")) : inner;
    }
  }
  return typeof id === 'number' || typeof id === 'string' ? keyText(id) : undefined;
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
 * links come in four styles. Only what follows the version counts.
 * @returns `undefined` where there is no usable link
 */
export function rebase(link: unknown, root: string): string | undefined {
  if (typeof link !== 'string' || link.trim() === '' || link.length > 20_000) return undefined;
  const at = link.indexOf('?');
  const path = at < 0 ? link : link.slice(0, at);
  const match = VERSION.exec(`/${path}`);
  const rest = match ? `/${path}`.slice(match.index + match[0].length) : path.replace(/^[a-z]+:\/\/[^/]*/i, '');
  const clean = rest.replace(/^(?:\.\.?\/|\/)+/, '').trim();
  if (clean.split('/').includes('..')) return undefined;
  const url = `${root}/${clean}${at < 0 ? '' : tolerantQuery(link.slice(at))}`;
  return URL.canParse(url) ? new URL(url).href : undefined;
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
