import type { ActuatorDefinition } from '../ecdm/definition-answers';
import { compact, textOf, textsOf, type SavedConfig } from '../ecdm/saved-config';
import { readSettings, type ActuatorSettings } from './settings';

/** The actuator that a saved node describes. Broker, servers, journal and credentials stay in Node-RED. */
export function toDefinition(config: SavedConfig, id: string): ActuatorDefinition {
  const settings = readSettings(config);
  const { via, qos, auth, interlocks, allowed, retries } = settings;
  const yes = (is: boolean): true | undefined => (is ? true : undefined);
  return compact({
    id,
    name: textOf(config['name']) ?? id,
    via,
    address: textOf(config[{ mqtt: 'topic', http: 'url', tasking: 'capability' }[via]]) ?? '',
    method: via === 'http' ? (textOf(config['method']) as ActuatorDefinition['method']) : undefined,
    qos: via === 'mqtt' && qos !== 1 ? qos : undefined,
    retain: via === 'mqtt' ? yes(settings.retain) : undefined,
    auth: via === 'http' && auth !== 'none' ? auth : undefined,
    capability: via === 'tasking' ? capabilityOf(config) : undefined,
    statuses: textsOf(config['statuses']),
    payloads: Object.fromEntries(settings.payloads),
    confirm: confirmOf(config, settings),
    validFor: textOf(config['validFor']),
    askAt: textOf(config['askAt']),
    retries: retries > 0 ? retries : undefined,
    again: yes(settings.again),
    pause: textOf(config['pause']),
    interlocks: interlocks.length > 0 ? [...interlocks] : undefined,
    allowed: allowed.length > 0 ? [...allowed] : undefined,
    dryRun: yes(settings.dryRun),
    acts: yes(settings.acts),
    alsoSimulated: yes(settings.alsoSimulated),
    language: textOf(config['language']),
  });
}

function capabilityOf(config: SavedConfig): ActuatorDefinition['capability'] {
  const capability = compact({
    name: textOf(config['capabilityName']),
    parameters: config['taskParameters'] ?? undefined,
  });
  return Object.keys(capability).length > 0 ? capability : undefined;
}

function confirmOf(
  config: SavedConfig,
  { level, confirmBy, reading }: ActuatorSettings,
): ActuatorDefinition['confirm'] {
  const { datastream, compare, value } = reading;
  return compact({
    level,
    within: textOf(config['within']) ?? '10 s',
    by: confirmBy === 'answer' ? undefined : confirmBy,
    topic: textOf(config['answerTopic']),
    expect: textOf(config['expect']),
    base: textOf(config['callbackBase']),
    reading: datastream === '' && value === '' ? undefined : { datastream, compare, value },
  });
}

/** What the node saves for an actuator; broker, servers and journal are to be chosen in the editor. */
export function fromDefinition(actuator: ActuatorDefinition): SavedConfig {
  const { name, via, address, method, statuses = [], payloads, confirm, capability, validFor = '' } = actuator;
  return {
    name,
    version: 2,
    via,
    broker: '',
    topic: via === 'mqtt' ? address : '',
    qos: actuator.qos ?? 1,
    retain: actuator.retain ?? false,
    url: via === 'http' ? address : '',
    method: method ?? '',
    auth: actuator.auth ?? 'none',
    server: '',
    capability: via === 'tasking' ? address : '',
    capabilityName: capability?.name ?? '',
    taskParameters: structuredClone(capability?.parameters ?? null),
    statuses: [...statuses],
    payloads: { ...payloads },
    confirm: confirm.level,
    within: confirm.within,
    confirmBy: confirm.by ?? 'answer',
    answerTopic: confirm.topic ?? '',
    expect: confirm.expect ?? '',
    callbackBase: confirm.base ?? '',
    readingServer: '',
    readingDatastream: confirm.reading?.datastream ?? '',
    readingCompare: confirm.reading?.compare ?? '=',
    readingValue: confirm.reading?.value ?? '',
    validFor,
    journal: '',
    askAt: actuator.askAt ?? '',
    retries: actuator.retries ?? 0,
    again: actuator.again ?? false,
    pause: actuator.pause ?? '',
    interlocks: structuredClone(actuator.interlocks ?? []),
    allowed: (actuator.allowed ?? []).join('\n'),
    dryRun: actuator.dryRun ?? false,
    acts: actuator.acts ?? false,
    alsoSimulated: actuator.alsoSimulated ?? false,
    language: actuator.language ?? '',
  };
}
