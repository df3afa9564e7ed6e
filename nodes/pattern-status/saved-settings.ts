/** What the node saves for a status and back, without a look at the types: the editor must not load the schema library. */
import type { KeyKind, Pairing, Pattern, StatusDefinition } from '../ecdm/definition';
import { compact, objectOf, textOf, type SavedConfig } from '../ecdm/saved-config';
import type { Severity } from '../ecdm/status';

/** Another severity after a time, or while another pattern is true. */
export interface StepSettings {
  severity: Severity;
  after?: string;
  when?: Pattern | null;
}

/** So many raises `in` a time are one flapping status, until it was `steady` so long. */
export interface FlappingSettings {
  raises: number;
  in: string;
  steady: string;
}

/** What the form saves. Durations are texts such as "10 min"; empty where nothing is asked for. */
export interface PatternStatusSettings {
  /** Id of the status definition; the node's own when empty. */
  statusId: string;
  name: string;
  rule: Pattern | null;
  per: KeyKind;
  /** With `per` zone; every zone when empty. */
  level: string;
  /** With `per` near. */
  metres: number | '';
  /** Empty: the newest. */
  pairing: Pairing | '';
  /** Empty: fresh. */
  afterDetection: 'fresh' | 'keep' | '';
  severity: Severity;
  steps: StepSettings[];
  for: string;
  clearAfter: string;
  clearWhen: Pattern | null;
  byHand: boolean;
  latched: boolean;
  /** Ids of statuses. */
  notWhile: string[];
  remindEvery: string;
  /** Empty: the default. */
  flapping: '' | 'off' | FlappingSettings;
  updateEvery: string;
  lateness: string;
}

/** The definition that a saved configuration stands for; what can not be read is in it as it was saved, for a check to name. */
export function rawDefinition(config: { id: string } & SavedConfig, domain?: string): Record<string, unknown> {
  const id = unlessBlank(config['statusId']) ?? config.id;
  const by = unlessBlank(config['per']) ?? 'station';
  const clear = compact({
    after: unlessBlank(config['clearAfter']),
    when: patternOf(config['clearWhen']),
    byHand: unlessFalse(config['byHand']),
    latched: unlessFalse(config['latched']),
  });
  return compact({
    id,
    name: unlessBlank(config['name']) ?? id,
    domain,
    when: patternOf(config['rule']),
    // what the form still holds of another choice does not count
    per: compact({
      by,
      level: by === 'zone' ? unlessBlank(config['level']) : undefined,
      metres: by === 'near' ? numberOf(config['metres']) : undefined,
    }),
    pairing: unlessBlank(config['pairing']),
    afterDetection: unlessBlank(config['afterDetection']),
    severity: unlessBlank(config['severity']) ?? 'warning',
    steps: listOf(config['steps'], step),
    for: unlessBlank(config['for']),
    clear: Object.keys(clear).length > 0 ? clear : undefined,
    notWhile: listOf(config['notWhile'], unlessBlank),
    remindEvery: unlessBlank(config['remindEvery']),
    flapping: flapping(config['flapping']),
    updateEvery: unlessBlank(config['updateEvery']),
    lateness: unlessBlank(config['lateness']),
  });
}

/** The settings that stand for a definition. */
export function settingsOf(definition: StatusDefinition): PatternStatusSettings {
  const { per, clear, flapping: flaps } = definition;
  return {
    statusId: definition.id,
    name: definition.name,
    rule: definition.when,
    per: per.by,
    level: per.level ?? '',
    metres: per.metres ?? '',
    pairing: definition.pairing ?? '',
    afterDetection: definition.afterDetection ?? '',
    severity: definition.severity,
    steps: definition.steps ?? [],
    for: definition.for ?? '',
    clearAfter: clear?.after ?? '',
    clearWhen: clear?.when ?? null,
    byHand: clear?.byHand ?? false,
    latched: clear?.latched ?? false,
    notWhile: definition.notWhile ?? [],
    remindEvery: definition.remindEvery ?? '',
    flapping: flaps === false ? 'off' : (flaps ?? ''),
    updateEvery: definition.updateEvery ?? '',
    lateness: definition.lateness ?? '',
  };
}

/** A blank text and nothing at all say nothing; what is no text stays, so that it is named. */
function unlessBlank(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? textOf(value) : value;
}

const unlessFalse = (value: unknown): unknown => (value === false ? undefined : unlessBlank(value));

/** A field for a number saves it as text. */
function numberOf(value: unknown): unknown {
  const said = unlessBlank(value);
  return typeof said === 'string' && Number.isFinite(Number(said)) ? Number(said) : said;
}

/** A pattern, or its JSON as text. */
function patternOf(value: unknown): unknown {
  const said = unlessBlank(value);
  if (typeof said !== 'string') return said;
  try {
    return unlessBlank(JSON.parse(said));
  } catch {
    return said;
  }
}

/** An empty list says nothing. */
function listOf(value: unknown, entry: (one: unknown) => unknown): unknown {
  if (!Array.isArray(value)) return unlessBlank(value);
  const list = value.map(entry).filter((one) => one !== undefined);
  return list.length > 0 ? list : undefined;
}

function step(value: unknown): unknown {
  const one = objectOf(value);
  if (one === undefined) return value;
  return compact({ ...one, after: unlessBlank(one['after']), when: patternOf(one['when']) });
}

function flapping(value: unknown): unknown {
  if (value === 'off') return false;
  const one = objectOf(value);
  return one === undefined ? unlessBlank(value) : { ...one, raises: numberOf(one['raises']) };
}
