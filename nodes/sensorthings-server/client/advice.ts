/** What a person can do about an error: finer than the error's own code, and the address that would have been right. */
import { readRoot } from './discovery';
import type { StaError } from './errors';
import { cleanRoot } from './links';

/** Node's names for what is wrong with a certificate (`tls` and OpenSSL), by the sentence that helps. */
const CERTIFICATES: readonly (readonly [RegExp, string])[] = [
  [/WRONG_VERSION_NUMBER|EPROTO.*(?:wrong version|packet length|http request)/i, 'certificate-plain'],
  [/CERT_HAS_EXPIRED|certificate has expired/i, 'certificate-expired'],
  [/CERT_NOT_YET_VALID/i, 'certificate-early'],
  [/ALTNAME/i, 'certificate-name'],
  [/SELF_SIGNED/i, 'certificate-self'],
  [/UNABLE_TO_(?:VERIFY|GET)/i, 'certificate-issuer'],
  [/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|ALERT/i, 'certificate-client'],
];

/** A key of the texts `probe.<code>`: the error's code, or a finer one. */
export function adviceOf({ code, message }: StaError): string {
  if (/plain HTTP request was sent to HTTPS/i.test(message)) return 'https-only';
  if (/EPROTO|WRONG_VERSION_NUMBER/.test(message)) return 'certificate-plain';
  if (code === 'unauthorized') {
    if (message.includes('(login: Basic)')) return 'unauthorized-basic';
    return message.includes('(login: Bearer)') ? 'unauthorized-bearer' : code;
  }
  if (code !== 'certificate') return code;
  return CERTIFICATES.find(([sign]) => sign.test(message))?.[1] ?? code;
}

/** Where servers lie on a host, the most usual first. */
const ENDS = ['/v1.1', '/FROST-Server/v1.1', '/v1.0', '/v2.0', '/FROST-Server/v1.0', '/FROST-Server/v2.0'];
const ENDS_OF_HOST = ['/sta/v1.1', '/frost/v1.1', '/sensorthings/v1.1', '/api/v1.1', '/sta/v1.0', '/istsos4/v1.1'];
/** Addresses that are tried at most, and how long for all of them. */
const MOST = 20;
const LONGEST_MS = 10_000;

/**
 * Looks for the service root where the address that was given is wrong: on the same origin only, because the requests
 * carry the login. The address that a server redirects to is named, not visited.
 */
export async function findRoot(
  get: (url: string, signal?: AbortSignal) => Promise<unknown>,
  url: string,
  error: StaError,
): Promise<string | undefined> {
  if (error.code === 'redirect') {
    const target = /(https?:\/\/\S+)$/.exec(error.message)?.[1];
    return target !== undefined && URL.canParse(target) ? cleanRoot(target) : undefined;
  }
  if (!['not-found', 'not-json', 'not-sta', 'refused'].includes(error.code)) return undefined;
  const signal = AbortSignal.timeout(LONGEST_MS);
  const answers = candidates(url).map(async (root) => {
    try {
      readRoot(await get(root, signal), root);
      return root;
    } catch {
      return undefined;
    }
  });
  // in the order of the candidates, not of the answers
  for (const answer of answers) {
    const root = await answer;
    if (root !== undefined) return root;
  }
  return undefined;
}

function candidates(url: string): string[] {
  const { origin, pathname } = new URL(cleanRoot(url));
  const segments = pathname
    .replace(/\/v\d(?:\.\d)?$/, '')
    .split('/')
    .filter((segment) => segment !== '');
  const folders = segments.map((_, i) => `/${segments.slice(0, segments.length - i).join('/')}`).slice(0, 3);
  const near = folders.flatMap((folder) => ENDS.slice(0, 4).map((end) => folder + end));
  const all = [...near.slice(0, 8), ...ENDS, ...ENDS_OF_HOST].map((path) => origin + path);
  return [...new Set(all)].filter((root) => root !== cleanRoot(url)).slice(0, MOST);
}
