import type { ActuatorDefinition } from '../ecdm/definition';
import { compact, objectOf, textOf, textsOf, type SavedConfig } from '../ecdm/saved-config';

const STATES = ['raised', 'updated', 'nodata', 'cleared'] as const;

/** The actuator that a saved node describes. Broker and credentials stay in Node-RED. */
export function toDefinition(config: SavedConfig, id: string): ActuatorDefinition {
  const via = config['via'] === 'http' ? 'http' : 'mqtt';
  const payloads: ActuatorDefinition['payloads'] = {};
  const saved = objectOf(config['payloads']);
  for (const state of STATES) {
    const payload = textOf(saved?.[state]);
    if (payload !== undefined) payloads[state] = payload;
  }
  return compact({
    id,
    name: textOf(config['name']) ?? id,
    via,
    address: textOf(via === 'mqtt' ? config['topic'] : config['url']) ?? '',
    method: via === 'http' ? (textOf(config['method']) as ActuatorDefinition['method']) : undefined,
    statuses: textsOf(config['statuses']),
    payloads,
    confirm: compact({
      level: (textOf(config['confirm']) ?? 'accepted') as ActuatorDefinition['confirm']['level'],
      within: textOf(config['within']) ?? '10 s',
      topic: textOf(config['answerTopic']),
    }),
    validFor: textOf(config['validFor']),
  });
}

/** What the node saves for an actuator; the broker is to be chosen in the editor. */
export function fromDefinition(actuator: ActuatorDefinition): SavedConfig {
  const { name, via, address, method, statuses = [], payloads, confirm, validFor = '' } = actuator;
  return {
    name,
    version: 2,
    retries: 0,
    again: false,
    via,
    broker: '',
    topic: via === 'mqtt' ? address : '',
    url: via === 'http' ? address : '',
    qos: 1,
    retain: false,
    method: method ?? '',
    auth: 'none',
    statuses: [...statuses],
    payloads: { ...payloads },
    confirm: confirm.level,
    within: confirm.within,
    answerTopic: confirm.topic ?? '',
    expect: '',
    validFor,
    alsoSimulated: false,
    language: '',
  };
}
