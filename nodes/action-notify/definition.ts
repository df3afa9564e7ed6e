import type { ActionDefinition } from '../ecdm/definition';
import { compact, objectOf, textOf, textsOf, type SavedConfig } from '../ecdm/saved-config';
import { CALM, VERSION } from './defaults';

/** The action that a saved node describes. Forms of output and dashboards are matters of the flow, not of the rule. */
export function toDefinition(config: SavedConfig, id: string): ActionDefinition {
  const texts: ActionDefinition['texts'] = {};
  for (const [language, raw] of Object.entries(objectOf(config['texts']) ?? {})) {
    const said = objectOf(raw);
    const headline = textOf(said?.['headline']);
    if (headline === undefined && textOf(said?.['text']) === undefined) continue;
    const more = compact({ text: textOf(said?.['text']), instruction: textOf(said?.['instruction']) });
    texts[language] = { headline: headline ?? '', ...more };
  }
  return compact({
    id,
    name: textOf(config['name']) ?? id,
    action: (textOf(config['action']) ?? 'notify') as ActionDefinition['action'],
    statuses: textsOf(config['statuses']),
    on: (textsOf(config['on']) ?? ['raised', 'cleared']) as ActionDefinition['on'],
    minSeverity: textOf(config['minSeverity']) as ActionDefinition['minSeverity'],
    texts,
    channel: textOf(config['channel']),
  });
}

/** What the node saves for an action; everything else is as in a new node. */
export function fromDefinition(action: ActionDefinition): SavedConfig {
  const { name, action: kind, statuses = [], on, minSeverity = '', texts, channel = '' } = action;
  return {
    name,
    version: VERSION,
    domain: '',
    journal: '',
    action: kind,
    form: 'event',
    chart: 'step',
    rows: 100,
    keepCleared: '10 min',
    highlight: '',
    to: '',
    html: true,
    topic: 'city/notices',
    view: '',
    channel,
    statuses: [...statuses],
    minSeverity,
    on: [...on],
    drill: 'real',
    texts: structuredClone(texts),
    ...CALM,
    recipients: [],
    roles: [],
    maintenance: [],
    families: [],
    language: '',
    timeZone: '',
  };
}
