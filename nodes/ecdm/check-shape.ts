/** What zod says about a file, in plain sentences with a place and a way to mend it. */
import { z } from 'zod';
import { parseDuration } from './duration';
import { pathText, shownValue, type Mistake } from './mistake';
import { nearest } from './nearest';

type Issue = z.core.$ZodIssue;
type JsonSchema = { [key: string]: unknown };

/** Most mistakes that are told at once. */
export const MOST_MISTAKES = 200;

/** Checks a value against a schema. */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown): { value?: T; mistakes: Mistake[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, mistakes: [] };
  const teller = new Teller(z.toJSONSchema(schema, { io: 'input' }), value);
  for (const issue of result.error.issues) teller.tell(issue, []);
  return { mistakes: teller.mistakes };
}

class Teller {
  readonly mistakes: Mistake[] = [];

  constructor(
    private readonly schema: JsonSchema,
    private readonly root: unknown,
  ) {}

  tell(issue: Issue, before: readonly PropertyKey[]): void {
    if (this.mistakes.length >= MOST_MISTAKES) return;
    const path = [...before, ...issue.path];
    const value = valueAt(this.root, path);
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys) this.unknownKey(path, key);
        return;
      case 'invalid_type':
        return this.add(path, ...typeSentence(value, issue.expected));
      case 'invalid_value':
        return this.add(path, ...choiceSentence(value, issue.values.map(String)));
      case 'invalid_union':
        return this.union(issue, path, value);
      case 'too_small':
      case 'too_big':
        return this.add(path, ...sizeSentence(issue));
      case 'invalid_format':
      case 'custom':
        return this.add(path, `${shownValue(value)}: ${issue.message}.`, repairHint(value, issue.message));
      case 'invalid_key':
      case 'invalid_element':
        for (const inner of issue.issues) this.tell(inner, path);
        return;
      default:
        return this.add(path, `${shownValue(value)}: ${issue.message}.`, 'See city-events schema definition.');
    }
  }

  private add(path: readonly PropertyKey[], message: string, hint: string): void {
    this.mistakes.push({ path: pathText(path), message, hint });
  }

  private unknownKey(path: readonly PropertyKey[], key: string): void {
    const known = this.keysAt(path);
    const near = nearest(key, known);
    const hint = near !== undefined ? `Did you mean "${near}"?` : `Known here: ${known.join(', ')}.`;
    this.add([...path, key], `"${key}" is not known here.`, known.length === 0 ? 'Remove it.' : hint);
  }

  /** A choice between shapes: the one that the value is nearest to is told about. */
  private union(issue: Extract<Issue, { code: 'invalid_union' }>, path: readonly PropertyKey[], value: unknown): void {
    const key = issue.discriminator ?? (isObject(value) && 'op' in value ? 'op' : undefined);
    // no branch was tried: what tells them apart is itself wrong
    const fits = issue.errors.filter((branch) => !branch.some((e) => key !== undefined && e.path.length === 1 && e.path[0] === key));
    if (key !== undefined && (issue.errors.length === 0 || fits.length === 0)) {
      // a discriminated union points at the key itself, a plain one at the object
      const place = path.at(-1) === key && !isObject(value) ? path : [...path, key];
      return this.add(place, ...choiceSentence(valueAt(this.root, place), this.valuesOf(place)));
    }
    const likely = [...(fits.length > 0 ? fits : issue.errors)].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
    if (likely === undefined || likely.every((e) => e.path.length === 0 && e.code === 'invalid_type')) {
      const kinds = issue.errors.flat().map((e) => (e.code === 'invalid_type' ? typeName(e.expected) : e.message));
      const message = `should be ${[...new Set(kinds)].join(' or ')}, but is ${shownValue(value)}.`;
      return this.add(path, message, 'Correct the value.');
    }
    for (const inner of likely) this.tell(inner, path);
  }

  /** Names that an object at this place may have. */
  private keysAt(path: readonly PropertyKey[]): string[] {
    const value = valueAt(this.root, path);
    const keys = new Set<string>();
    for (const node of this.nodesAt(path)) {
      if (!fitsOp(node, value)) continue;
      for (const key of Object.keys((node['properties'] ?? {}))) keys.add(key);
    }
    return [...keys];
  }

  /** Texts that a value at this place may be. */
  private valuesOf(path: readonly PropertyKey[]): string[] {
    const values = new Set<string>();
    for (const node of this.nodesAt(path)) {
      for (const one of Array.isArray(node['enum']) ? (node['enum'] as unknown[]) : []) values.add(String(one));
      const only = node['const'];
      if (typeof only === 'string' || typeof only === 'number') values.add(String(only));
    }
    return [...values];
  }

  private nodesAt(path: readonly PropertyKey[]): JsonSchema[] {
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

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list [...]',
  object: 'an object {...}', record: 'an object {...}', tuple: 'a list [...]', null: 'null',
};
const typeName = (expected: string): string => (Object.hasOwn(TYPE_NAMES, expected) ? TYPE_NAMES[expected]! : expected);

function typeSentence(value: unknown, expected: string): [string, string] {
  const wanted = typeName(expected);
  if (value === undefined) return ['is missing.', `Add it: it is ${wanted}.`];
  if (expected === 'number' && typeof value === 'string' && Number.isFinite(Number(value.replace(',', '.'))) && value.trim() !== '') {
    return [`should be a number, but is the text ${shownValue(value)}.`, `Write ${value.replace(',', '.')} without quotes.`];
  }
  if (expected === 'string' && typeof value === 'number') {
    return [`should be a text, but is the number ${value}.`, `Write it in quotes; of a duration with its unit, such as "${value} s".`];
  }
  return [`should be ${wanted}, but is ${shownValue(value)}.`, 'Correct the value.'];
}

function choiceSentence(value: unknown, choices: readonly string[]): [string, string] {
  const list = `One of: ${choices.map((c) => `"${c}"`).join(', ')}.`;
  if (value === undefined) return ['is missing.', list];
  const near = typeof value === 'string' ? nearest(value, choices) : undefined;
  return [`${shownValue(value)} is not known here.`, near === undefined ? list : `Did you mean "${near}"? ${list}`];
}

function sizeSentence(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): [string, string] {
  const low = issue.code === 'too_small';
  const limit = String(low ? issue.minimum : (issue as { maximum: number | bigint }).maximum);
  const many = issue.origin === 'string' ? 'characters' : issue.origin === 'array' ? 'entries' : undefined;
  if (many === undefined) return [low ? 'is too small.' : 'is too large.', `It is ${low ? 'at least' : 'at most'} ${limit}.`];
  if (low && limit === '1') return ['is empty.', `Needs at least one of its ${many}.`];
  return [`has too ${low ? 'few' : 'many'} ${many}.`, `It has ${low ? 'at least' : 'at most'} ${limit}.`];
}

/** "10 minutes" should be "10 min". */
function repairHint(value: unknown, message: string): string {
  if (!message.includes('duration')) return 'Correct the value.';
  const repaired = repairDuration(value);
  return repaired === undefined ? 'Write for example "30 s", "10 min", "1 h 30 min" or "2 d".' : `Did you mean "${repaired}"?`;
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
