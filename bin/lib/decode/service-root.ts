/** The document at the root of a service: what it has and what it says it can do. */
import { mqttEndpoints } from '../../../nodes/sensorthings-server/client/discovery';
import { isRecord, pick, type Raw, records, text } from '../../../nodes/sensorthings-server/client/tolerant';
import type { Shown } from './entity';

/** True for the list of entity sets, or for the settings alone. */
export function isServiceRoot(body: Raw): boolean {
  if (isRecord(body['serverSettings'])) return true;
  const sets = records(body['value']);
  return sets.length > 0 && sets.every((set) => typeof set['url'] === 'string' && typeof set['name'] === 'string');
}

/** Abilities by what the conformance says; a hint, never a proof. */
const ABILITIES: readonly (readonly [string, RegExp])[] = [
  ['create, update, delete', /create-update-delete|api\/cud$/],
  ['batch', /batch/i],
  ['MultiDatastreams', /multi-?datastream/i],
  ['dataArray', /data-?array/i],
  ['create over MQTT', /create-observations-via-mqtt|mqtt\/simple_create|mqtt\/request_response/],
  ['changes over MQTT', /receive-updates-via-mqtt|mqtt\/pub_sub$|#mqtt-extension/],
  ['tasking', /iot_tasking/],
];

export function readServiceRoot(body: Raw, link: (raw: unknown) => string | undefined): Shown {
  const settings = isRecord(body['serverSettings']) ? body['serverSettings'] : {};
  const listed = pick(settings, 'conformance');
  const conformance = Array.isArray(listed) ? (listed as unknown[]).map(String) : [];
  const sets = records(body['value']).map((set) => [text(set['name']) ?? '', link(set['url'])] as const);
  const out: Shown = {
    sets: Object.fromEntries(sets),
    // one server writes the endpoints beside its settings
    mqtt: mqttEndpoints({ ...body, ...settings }),
    says: ABILITIES.filter(([, pattern]) => conformance.some((uri) => pattern.test(uri))).map(([name]) => name),
    extensions: extensionsOf(conformance),
  };
  if (conformance.length === 0) out['note'] = 'says nothing about what it can do (version 1.0): to be tried';
  const software = softwareOf(settings);
  if (software) out['software'] = software;
  const functions = pick(settings, 'functions');
  if (Array.isArray(functions)) out['functions'] = [...new Set(functions as unknown[])];
  return out;
}

/** Extensions are listed by the address of their documentation, which changes: only its last part counts. */
function extensionsOf(conformance: readonly string[]): string[] {
  const names = conformance
    .filter((uri) => !/opengis\.net\/spec|docs\.ogc\.org/.test(uri))
    .map((uri) =>
      uri
        .replace(/[?#].*$/, '')
        .split('/')
        .at(-1)!
        .replace(/\.(?:html?|md)$/, ''),
    );
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

/** 52°North tells its name and version in a setting of its own. */
function softwareOf(settings: Raw): Shown | undefined {
  for (const value of Object.values(settings)) {
    if (!isRecord(value)) continue;
    const name = text(value['project.name']);
    if (name !== undefined) return { name, version: text(value['project.version']), time: text(value['project.time']) };
  }
  return undefined;
}
