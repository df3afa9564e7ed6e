/** What a server offers, and the search for Datastreams: what the forms show before anything is deployed. */
import { decodeDatastream, type StreamInfo } from './datastream';
import { decodeObservations } from './decode';
import { StaError } from './errors';
import { address, cleanRoot, versionOf } from './links';
import type { Metadata } from './metadata';
import { pages } from './paging';
import { isRecord, pick, type Raw } from './tolerant';

type Get = (url: string) => Promise<unknown>;

export interface ServerFacts {
  /** Service root with version. */
  root: string;
  version: string;
  /** MQTT addresses that the server offers. */
  mqtt: string[];
  dataArray: boolean;
  /** The server says of itself that its readings are simulated. */
  simulated: boolean;
}

const VERSIONS = ['/v1.1', '/v1.0', '/v2.0', '/FROST-Server/v1.1'];

/**
 * Finds the service root: the address as it is, or with a version added where it has none.
 * @throws StaError of the first try when nothing answers
 */
export async function probe(get: Get, url: string): Promise<ServerFacts> {
  const root = cleanRoot(url);
  const candidates = versionOf(root) === undefined ? [...VERSIONS.map((version) => root + version), root] : [root];
  let first: unknown;
  for (const candidate of candidates) {
    try {
      return readRoot(await get(candidate), candidate);
    } catch (thrown) {
      first ??= thrown;
      // only "nothing here" makes another path worth a try
      if (!(thrown instanceof StaError) || !['not-found', 'not-json', 'not-sta', 'refused'].includes(thrown.code))
        break;
    }
  }
  throw first;
}

function readRoot(body: unknown, root: string): ServerFacts {
  const sets = isRecord(body) ? pick(body, 'value') : undefined;
  const names = Array.isArray(sets) ? (sets as unknown[]).map((set) => (isRecord(set) ? set['name'] : '')) : [];
  if (!names.includes('Datastreams')) throw new StaError('config', 'not-sta', 'this is no SensorThings service root');
  const settings = isRecord((body as Raw)['serverSettings']) ? ((body as Raw)['serverSettings'] as Raw) : {};
  const conformance = Array.isArray(settings['conformance']) ? (settings['conformance'] as unknown[]).map(String) : [];
  return {
    root,
    version: versionOf(root) ?? '',
    mqtt: mqttEndpoints(settings),
    // version 1.0 has no settings: to be tried; otherwise as it says
    dataArray: conformance.length === 0 || conformance.some((uri) => /data-?array/i.test(uri)),
    simulated: settings['urn:ecdm:simulated'] === true,
  };
}

/** The endpoints keys of versions 1.1 and 2.0, in both spellings that the standard uses. */
function mqttEndpoints(settings: Raw): string[] {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(settings)) {
    if (!/receive-updates$|\/bindings?\/mqtt$/.test(key) || !isRecord(value)) continue;
    const { endpoints } = value;
    for (const url of Array.isArray(endpoints) ? (endpoints as unknown[]) : []) {
      if (typeof url === 'string' && /^(mqtts?|wss?|tcp|ssl):\/\//.test(url)) {
        found.add(url.replace(/^tcp:/, 'mqtt:').replace(/^ssl:/, 'mqtts:'));
      }
    }
  }
  return [...found].slice(0, 20);
}

/** A line of the list in the form. */
export interface Found {
  key: string;
  name: string;
  property: string;
  unit: string;
  thing: string;
  value: unknown;
  /** Epoch milliseconds of the last value. */
  time?: number;
}

/** Longest text that is searched for. */
const LONGEST = 200;
/** Rows that are looked through where the server cannot search. */
const MOST_SCANNED = 2000;

/** Filter text of the search: words anywhere in the names of the Datastream, its property or its Thing. */
function searchFilter(words: string): string | undefined {
  const terms = words
    .slice(0, LONGEST)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, 6);
  if (terms.length === 0) return undefined;
  const fields = ['name', 'ObservedProperty/name', 'Thing/name'];
  return terms
    .map((term) => {
      const quoted = `'${term.replaceAll("'", "''")}'`;
      return `(${fields.map((field) => `substringof(${quoted},tolower(${field}))`).join(' or ')})`;
    })
    .join(' and ');
}

/** Finds Datastreams by words, with their last value; at most `limit`. */
export async function search(
  get: Get,
  metadata: Metadata,
  root: string,
  words: string,
  limit: number,
  zone?: string,
): Promise<Found[]> {
  const filter = searchFilter(words);
  try {
    return await scan(get, metadata, root, filter, () => true, limit, limit, zone);
  } catch (thrown) {
    const refused =
      thrown instanceof StaError && (thrown.status === 400 || thrown.status === 500 || thrown.status === 501);
    if (!refused || filter === undefined) throw thrown;
  }
  // this server cannot search: look through its list here
  const terms = words.toLowerCase().split(/\s+/);
  const fits = (info: StreamInfo): boolean => {
    const all = `${info.name} ${info.property} ${info.thingName ?? ''}`.toLowerCase();
    return terms.every((term) => all.includes(term));
  };
  return scan(get, metadata, root, undefined, fits, limit, MOST_SCANNED, zone);
}

async function scan(
  get: Get,
  metadata: Metadata,
  root: string,
  filter: string | undefined,
  fits: (info: StreamInfo) => boolean,
  limit: number,
  most: number,
  zone: string | undefined,
): Promise<Found[]> {
  const latest = ',Observations($orderby=phenomenonTime desc;$top=1;$select=id,phenomenonTime,result)';
  return metadata.withExpand(async (expand) => {
    const found: Found[] = [];
    const options = { $filter: filter, $top: '100', $expand: expand === undefined ? undefined : expand + latest };
    const walk = pages(get, address(root, 'Datastreams', options), { root, limit: most });
    for await (const page of walk) {
      for (const raw of page.body['value'] as unknown[]) {
        const info = decodeDatastream(raw, root);
        if (info && fits(info) && found.length < limit) found.push(line(info, raw as Raw, zone));
      }
      if (found.length >= limit) break;
    }
    return found;
  });
}

function line(info: StreamInfo, raw: Raw, zone: string | undefined): Found {
  const observations = pick(raw, 'Observations');
  const last = decodeObservations({ value: Array.isArray(observations) ? observations : [] }, info, { zone })[0];
  const { symbol } = info.meta.unit ?? {};
  return {
    key: info.key,
    name: info.name,
    property: info.property,
    unit: symbol ?? info.unit ?? '',
    thing: info.thingName ?? '',
    value: typeof last?.value === 'object' ? null : last?.value,
    time: last?.time ?? info.newest,
  };
}
