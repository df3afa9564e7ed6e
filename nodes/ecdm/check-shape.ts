/** What zod says about a file, in plain sentences with a place and a way to mend it. */
import { z } from 'zod';
import { deeperThan, DEEPEST_JSON } from './depth';
import { parseDuration } from './duration';
import { checkText, Mistakes, MOST_MISTAKES, type Mistake } from './mistake';
import { nearest } from './nearest';
import { shownValue } from './shown';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;
type JsonSchema = { [key: string]: unknown };

/**
 * Checks a value against a schema.
 * @param language of the mistakes: "en-US" (default) or "th"
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
  language?: string,
): { value?: T; mistakes: Mistake[] } {
  if (deeperThan(value, DEEPEST_JSON)) {
    const deep = new Mistakes(language);
    deep.add([], 'deep', { limit: DEEPEST_JSON });
    return { mistakes: deep.list };
  }
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, mistakes: [] };
  const teller = new Teller(z.toJSONSchema(schema, { io: 'input' }), value, language);
  for (const issue of result.error.issues) teller.tell(issue, []);
  return { mistakes: teller.mistakes.list };
}

class Teller {
  readonly mistakes: Mistakes;

  constructor(
    private readonly schema: JsonSchema,
    private readonly root: unknown,
    private readonly language: string | undefined,
  ) {
    this.mistakes = new Mistakes(language);
  }

  tell(issue: Issue, before: Path): void {
    if (this.mistakes.list.length >= MOST_MISTAKES) return;
    const path = [...before, ...issue.path];
    const value = valueAt(this.root, path);
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys) this.unknownKey(path, key);
        return;
      case 'invalid_type':
        return this.type(path, value, issue.expected);
      case 'invalid_value':
        return this.choice(path, value, issue.values);
      case 'invalid_union':
        return this.union(issue, path, value);
      case 'too_small':
      case 'too_big':
        return this.size(path, issue);
      case 'invalid_format':
      case 'custom':
        return this.form(path, value, issue.message);
      case 'invalid_key':
      case 'invalid_element':
        for (const inner of issue.issues) this.tell(inner, path);
        return;
      default:
        return this.mistakes.add(path, 'other', { value: this.shown(value), reason: issue.message });
    }
  }

  private shown(value: unknown): string {
    return shownValue(value, this.language);
  }

  private typeName(type: string): string {
    const known = TYPE_TEXTS.get(type);
    return known === undefined ? type : checkText(this.language, `type.${known}`);
  }

  private type(path: Path, value: unknown, expected: string): void {
    const type = this.typeName(expected);
    if (value === undefined) return this.mistakes.add(path, 'missing', { type }, 'add');
    const shown = this.shown(value);
    if (expected === 'number' && typeof value === 'string' && value.trim() !== '') {
      const number = value.replace(',', '.');
      if (Number.isFinite(Number(number))) return this.mistakes.add(path, 'textNumber', { value: shown, number });
    }
    if (expected === 'string' && typeof value === 'number') return this.mistakes.add(path, 'numberText', { value });
    this.mistakes.add(path, 'wrongType', { type, value: shown });
  }

  private choice(path: Path, value: unknown, choices: readonly unknown[]): void {
    const list = choices.map((choice) => this.shown(choice)).join(', ');
    if (value === undefined) return this.mistakes.add(path, 'missing', { list }, 'oneOf');
    // the same letters, but of another kind: to name it as one that was probably meant would say nothing
    const same = choices.find((choice) => typeof value === 'string' && String(choice) === value);
    if (typeof same === 'number') return this.type(path, value, 'number');
    if (same !== undefined) return this.mistakes.add(path, 'wrongType', { type: this.shown(same), value: this.shown(value) });
    const texts = choices.filter((choice) => typeof choice === 'string');
    const near = typeof value === 'string' ? nearest(value, texts) : undefined;
    this.mistakes.add(path, 'unknownChoice', { value: this.shown(value), near, list }, near === undefined ? 'oneOf' : 'nearOf');
  }

  private size(path: Path, issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): void {
    const limit = String(issue.code === 'too_small' ? issue.minimum : issue.maximum);
    this.mistakes.add(path, sizeKey(issue, limit), { limit });
  }

  /** @param form what a schema's own rule says: a key of the texts */
  private form(path: Path, value: unknown, form: string): void {
    const message = checkText(this.language, `form.${form}`, { value: this.shown(value) });
    const near = form === 'duration' ? repairDuration(value) : undefined;
    const hint = near !== undefined ? 'near' : form === 'duration' ? 'duration' : 'correct';
    this.mistakes.put(path, message, checkText(this.language, `hint.${hint}`, { near }));
  }

  private unknownKey(path: Path, key: string): void {
    const known = this.keysAt(path);
    const near = nearest(key, known);
    const hint = near !== undefined ? 'near' : known.length > 0 ? 'knownHere' : 'remove';
    this.mistakes.add([...path, key], 'unknownKey', { key, near, list: known.join(', ') }, hint);
  }

  /** A choice between shapes: the one that the value is nearest to is told about. */
  private union(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, value: unknown): void {
    const key = issue.discriminator ?? (isObject(value) && 'op' in value ? 'op' : undefined);
    // no branch was tried: what tells them apart is itself wrong
    const fits = issue.errors.filter((branch) => !branch.some((e) => key !== undefined && e.path.length === 1 && e.path[0] === key));
    if (key !== undefined && (issue.errors.length === 0 || fits.length === 0)) {
      // a discriminated union points at the key itself, a plain one at the object
      const place = path.at(-1) === key && !isObject(value) ? path : [...path, key];
      return this.choice(place, valueAt(this.root, place), this.valuesOf(place));
    }
    const likely = [...(fits.length > 0 ? fits : issue.errors)].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
    if (likely === undefined || likely.every((e) => e.path.length === 0 && e.code === 'invalid_type')) {
      const kinds = issue.errors.flat().flatMap((e) => {
        if (e.code === 'invalid_type') return [this.typeName(e.expected)];
        return e.code === 'invalid_value' ? e.values.map((one) => this.shown(one)) : [];
      });
      const type = [...new Set(kinds)].reduce((a, b) => checkText(this.language, 'or', { a, b }));
      return this.mistakes.add(path, 'wrongType', { type, value: this.shown(value) });
    }
    for (const inner of likely) this.tell(inner, path);
  }

  /** Names that an object at this place may have. */
  private keysAt(path: Path): string[] {
    const value = valueAt(this.root, path);
    const keys = new Set<string>();
    for (const node of this.nodesAt(path)) {
      if (!fitsOp(node, value)) continue;
      for (const key of Object.keys((node['properties'] ?? {}))) keys.add(key);
    }
    return [...keys];
  }

  /** What a value at this place may be. */
  private valuesOf(path: Path): unknown[] {
    const values = new Set<unknown>();
    for (const node of this.nodesAt(path)) {
      for (const one of Array.isArray(node['enum']) ? (node['enum'] as unknown[]) : []) values.add(one);
      const only = node['const'];
      if (typeof only === 'string' || typeof only === 'number') values.add(only);
    }
    return [...values];
  }

  private nodesAt(path: Path): JsonSchema[] {
    let nodes = this.expand(this.schema);
    for (const part of path) nodes = nodes.flatMap((node) => inside(node, part)).flatMap((node) => this.expand(node));
    return nodes;
  }

  /** Follows references and choices. */
  private expand(node: JsonSchema, level = 0): JsonSchema[] {
    if (level > 10) return [];
    const ref = node['$ref'];
    if (typeof ref === 'string') {
      const name = ref.split('/').at(-1)!;
      const definitions = (this.schema['$defs'] ?? {}) as Record<string, JsonSchema>;
      return Object.hasOwn(definitions, name) ? this.expand(definitions[name]!, level + 1) : [];
    }
    const choices = [...listOf(node['anyOf']), ...listOf(node['oneOf']), ...listOf(node['allOf'])];
    return choices.length === 0 ? [node] : choices.flatMap((choice) => this.expand(choice, level + 1));
  }
}

/** What a schema says of one of its entries. */
function inside(node: JsonSchema, part: PropertyKey): JsonSchema[] {
  const properties = node['properties'];
  const named = isObject(properties) && Object.hasOwn(properties, part) ? properties[String(part)] : undefined;
  const found = typeof part === 'number' ? node['items'] : (named ?? node['additionalProperties']);
  return isObject(found) ? [found] : [];
}

const listOf = (value: unknown): JsonSchema[] => (Array.isArray(value) ? (value as JsonSchema[]) : []);
const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null && !Array.isArray(value);
const depth = (branch: readonly Issue[]): number => Math.max(0, ...branch.map((issue) => issue.path.length));

/** Of the shapes that share a place, those with the value's own `op`. */
function fitsOp(node: JsonSchema, value: unknown): boolean {
  for (const key of ['op', 'layout', 'from']) {
    const wanted = ((node['properties'] ?? {}) as Record<string, JsonSchema>)[key];
    if (wanted === undefined || !isObject(value) || value[key] === undefined) continue;
    const values = wanted['const'] !== undefined ? [wanted['const']] : Array.isArray(wanted['enum']) ? (wanted['enum'] as unknown[]) : [];
    if (values.length > 0 && !values.includes(value[key])) return false;
  }
  return true;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** The words for the kinds of values that zod names; what is not here is shown as zod calls it. */
const TYPE_TEXTS: ReadonlyMap<string, string> = new Map([
  ...['string', 'number', 'int', 'boolean', 'array', 'object', 'null'].map((type) => [type, type] as const),
  ['record', 'object'],
  ['tuple', 'array'],
]);

function sizeKey(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, limit: string) {
  const low = issue.code === 'too_small';
  if (issue.origin === 'string') return !low ? 'longText' : limit === '1' ? 'emptyText' : 'shortText';
  if (issue.origin === 'array') return !low ? 'longList' : limit === '1' ? 'emptyList' : 'shortList';
  return low ? 'tooSmall' : 'tooLarge';
}

const LONG_UNITS: readonly [RegExp, string][] = [
  [/milliseconds?|millis/g, 'ms'],
  [/seconds?|secs?(?![a-z])/g, 's'],
  [/minutes?|mins(?![a-z])|(?<=\d\s*)m(?![a-z])/g, 'min'],
  [/hours?|hrs?(?![a-z])/g, 'h'],
  [/days?/g, 'd'],
];

function repairDuration(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 60) return undefined;
  let text = value.trim().toLowerCase().replace(',', '.');
  const iso = /^p(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?$/.exec(text);
  if (iso !== null) {
    text = (['d', 'h', 'min', 's'] as const).flatMap((unit, i) => (iso[i + 1] === undefined ? [] : [`${iso[i + 1]} ${unit}`])).join(' ');
  }
  for (const [long, short] of LONG_UNITS) text = text.replace(long, short);
  return parseDuration(text) === undefined ? undefined : text;
}
