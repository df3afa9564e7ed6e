/** Between what the node saves and the portable definition of a status; both ways, nothing lost. */
import { patternSchema, KEYS, type KeyKind, type Pattern, type StatusDefinition } from '../ecdm/definition';
import { SEVERITIES, type Severity } from '../ecdm/status';

/** What the form saves. Durations are texts such as "10 min"; empty where nothing is asked for. */
export interface PatternStatusSettings {
  /** Id of the status definition; the node's own when empty. */
  statusId: string;
  name: string;
  rule: Pattern | null;
  per: KeyKind;
  level: string;
  severity: Severity;
  for: string;
  clearAfter: string;
  clearWhen: Pattern | null;
  byHand: boolean;
  updateEvery: string;
  lateness: string;
}

/** What is wrong with saved settings before the rule itself is looked at: key of the node's texts. */
export type SettingsFault = 'noRule' | 'badRule';

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function patternOf(value: unknown): Pattern | SettingsFault {
  if (value === null || value === undefined || value === '') return 'noRule';
  let raw: unknown = value;
  if (typeof value === 'string') {
    try {
      raw = JSON.parse(value);
    } catch {
      return 'badRule';
    }
  }
  const read = patternSchema.safeParse(raw);
  return read.success ? read.data : 'badRule';
}

/** The definition that a saved configuration stands for. */
export function definitionOf(
  config: { id: string } & Readonly<Record<string, unknown>>,
  domain?: string,
): StatusDefinition | SettingsFault {
  const when = patternOf(config['rule']);
  if (typeof when === 'string') return when;
  const id = text(config['statusId']) || config.id;
  const per = KEYS.find((key) => key === config['per']) ?? 'station';
  const definition: StatusDefinition = {
    id,
    name: text(config['name']) || id,
    when,
    per: { by: per },
    severity: SEVERITIES.find((severity) => severity === config['severity']) ?? 'warning',
  };
  if (domain !== undefined) definition.domain = domain;
  const level = text(config['level']);
  if (per === 'zone' && level !== '') definition.per.level = level;
  for (const field of ['for', 'updateEvery', 'lateness'] as const) {
    const value = text(config[field]);
    if (value !== '') definition[field] = value;
  }
  const clear: NonNullable<StatusDefinition['clear']> = {};
  const after = text(config['clearAfter']);
  if (after !== '') clear.after = after;
  const clearWhen = patternOf(config['clearWhen']);
  if (clearWhen === 'badRule') return 'badRule';
  if (typeof clearWhen !== 'string') clear.when = clearWhen;
  if (config['byHand'] === true) clear.byHand = true;
  if (Object.keys(clear).length > 0) definition.clear = clear;
  return definition;
}

/** The settings that stand for a definition. */
export function settingsOf(definition: StatusDefinition): PatternStatusSettings {
  const { per, clear } = definition;
  return {
    statusId: definition.id,
    name: definition.name,
    rule: definition.when,
    per: per.by,
    level: per.level ?? '',
    severity: definition.severity,
    for: definition.for ?? '',
    clearAfter: clear?.after ?? '',
    clearWhen: clear?.when ?? null,
    byHand: clear?.byHand ?? false,
    updateEvery: definition.updateEvery ?? '',
    lateness: definition.lateness ?? '',
  };
}
