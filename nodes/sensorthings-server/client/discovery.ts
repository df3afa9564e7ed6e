/** What a server offers, as it says itself: version, MQTT, extensions. */
import { StaError } from './errors';
import { cleanRoot, versionOf } from './links';
import { isRecord, pick, type Raw } from './tolerant';

type Get = (url: string) => Promise<unknown>;

export interface ServerFacts {
  /** Service root with version. */
  root: string;
  version: string;
  /** MQTT addresses that the server offers. */
  mqtt: string[];
  dataArray: boolean;
  /** There are MultiDatastreams. */
  multi: boolean;
  /** FROST's `$select=distinct:` is offered. */
  distinct: boolean;
  /** The server says of itself that its readings are simulated. */
  simulated: boolean;
}

const VERSIONS = ['/v1.1', '/v1.0', '/v2.0', '/FROST-Server/v1.1'];
const NOTHING_HERE = new Set(['not-found', 'not-json', 'not-sta', 'refused']);

/**
 * Finds the service root: the address as it is, or with a version added where it has none.
 * @param wanted the only version that will do, such as `v1.1`
 * @throws StaError of the first try when nothing answers
 */
export async function probe(get: Get, url: string, wanted?: string): Promise<ServerFacts> {
  const root = cleanRoot(url);
  const bare = wanted === undefined ? root : root.replace(/\/v\d(?:\.\d)?$/, '');
  const ends = wanted === undefined ? [...VERSIONS, ''] : [`/${wanted}`, `/FROST-Server/${wanted}`];
  const candidates = versionOf(bare) === undefined ? ends.map((end) => bare + end) : [bare];
  let first: unknown;
  for (const candidate of candidates) {
    try {
      return readRoot(await get(candidate), candidate);
    } catch (thrown) {
      first ??= thrown;
      // only "nothing here" makes another path worth a try
      if (!(thrown instanceof StaError) || !NOTHING_HERE.has(thrown.code)) break;
    }
  }
  throw first;
}

/** @throws StaError `not-sta` for anything but a service root */
export function readRoot(body: unknown, root: string): ServerFacts {
  const sets = isRecord(body) ? pick(body, 'value') : undefined;
  const names = Array.isArray(sets) ? (sets as unknown[]).map((set) => (isRecord(set) ? set['name'] : '')) : [];
  if (!names.includes('Datastreams')) throw new StaError('config', 'not-sta', 'this is no SensorThings service root');
  const settings = isRecord((body as Raw)['serverSettings']) ? ((body as Raw)['serverSettings'] as Raw) : {};
  const conformance = Array.isArray(settings['conformance']) ? (settings['conformance'] as unknown[]).map(String) : [];
  return {
    root,
    version: versionOf(root) ?? '',
    // one server writes the endpoints beside its settings
    mqtt: mqttEndpoints({ ...(body as Raw), ...settings }),
    // version 1.0 has no settings: to be tried; otherwise as it says
    dataArray: conformance.length === 0 || conformance.some((uri) => /data-?array/i.test(uri)),
    multi: names.includes('MultiDatastreams'),
    distinct: conformance.some((uri) => uri.includes('SelectDistinct')),
    simulated: settings['urn:ecdm:simulated'] === true,
  };
}

/** The endpoints keys of versions 1.1 and 2.0, in both spellings that the standard uses. */
export function mqttEndpoints(settings: Raw): string[] {
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
