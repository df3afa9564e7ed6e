/** Reads what the node saves as the portable definition of a status; both ways, nothing lost. */
import type { StatusDefinition } from '../ecdm/definition';
import { deeperThan, DEEPEST_JSON } from '../ecdm/depth';
import { pathText } from '../ecdm/path-text';
import type { SavedConfig } from '../ecdm/saved-config';
import { definitions, shapes } from '../ecdm/schemas';
import { rawDefinition } from './saved-settings';

export * from './saved-settings';

/** What is wrong with saved settings before the rule itself is looked at. */
export interface SettingsFault {
  /** Key of the node's texts below `error`. */
  fault: 'noRule' | 'badRule' | 'badField';
  /** The saved field, such as `clearAfter` or `steps[1].after`. */
  field: string;
}

const FIELDS: Readonly<Record<string, string>> = {
  id: 'statusId',
  when: 'rule',
  'clear.after': 'clearAfter',
  'clear.when': 'clearWhen',
  'clear.byHand': 'byHand',
  'clear.latched': 'latched',
  'per.by': 'per',
  'per.level': 'level',
  'per.metres': 'metres',
};

/** The definition that a saved configuration stands for, or the first field of it that can not be read. */
export function definitionOf(config: { id: string } & SavedConfig, domain?: string): StatusDefinition | SettingsFault {
  const raw = rawDefinition(config, domain);
  if (raw['when'] === undefined) return { fault: 'noRule', field: 'rule' };
  if (deeperThan(raw, DEEPEST_JSON)) return { fault: 'badRule', field: 'rule' };
  const read = definitions().statusSchema.safeParse(raw);
  if (read.success) return read.data;
  const field = fieldOf(read.error.issues[0]?.path ?? []);
  return { fault: /^(rule|clearWhen)\b/.test(field) ? 'badRule' : 'badField', field };
}

/**
 * What is wrong at the field that {@link definitionOf} names, and how to mend it.
 * @param language of the sentences: "en-US" (default) or "th"
 */
export function whyNot(config: { id: string } & SavedConfig, domain?: string, language?: string): string {
  const { mistakes } = shapes().checkShape(definitions().statusSchema, rawDefinition(config, domain), language);
  return mistakes
    .slice(0, 1)
    .map(({ message, hint }) => `${message} ${hint}`)
    .join('');
}

function fieldOf(path: readonly PropertyKey[]): string {
  const [first, second, ...rest] = path;
  const pair = FIELDS[`${String(first)}.${String(second)}`];
  if (pair !== undefined) return pathText([pair, ...rest]);
  return pathText([FIELDS[String(first)] ?? first ?? 'rule', ...path.slice(1)]);
}
