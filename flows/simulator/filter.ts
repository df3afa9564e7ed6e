/**
 * `$filter`: a recursive-descent parser that gives a function over entities. Precedence, weakest first:
 * or, and, not, comparison, add/sub, mul/div/mod.
 */
import { arithmetic, call, isFunction, truth } from './functions';
import { tokens, type Token } from './lexer';
import type { EntitySet } from './model';
import { FrostError, MODEL } from './model';
import type { Entity } from './store';
import type { Value } from './values';
import { compare, readGeoJson, readTime } from './values';

type Eval = (entity: Entity) => Value;

const COMPARE = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const TIME_FIELDS = new Set(['phenomenonTime', 'resultTime', 'validTime', 'time']);
const SHAPE_FIELDS = new Set(['location', 'feature', 'observedArea']);

/** @throws FrostError 400 where the text is not a filter over this set */
export function parseFilter(text: string, set: EntitySet): (entity: Entity) => boolean {
  const parser = new Parser(tokens(text), set);
  const evaluate = parser.whole();
  return (entity) => truth(evaluate(entity));
}

/** A path such as `Thing/Locations/location` or `properties/owner`; also used by `$orderby`. */
export function parsePath(text: string, set: EntitySet): Eval {
  const parts = text.split('/');
  const walk = (from: EntitySet, i: number): Eval => {
    const name = parts[i]!;
    const navigation = Object.hasOwn(MODEL[from].navigation, name) ? MODEL[from].navigation[name] : undefined;
    if (navigation && i + 1 < parts.length) {
      const rest = walk(navigation.to, i + 1);
      return (entity) => {
        const linked = entity.links[name];
        if (linked === undefined) return navigation.many ? [] : null;
        return Array.isArray(linked) ? linked.map(rest) : rest(linked);
      };
    }
    if (name === 'id' || name === '@iot.id') return (entity) => entity.id;
    return (entity) => fieldValue(entity.fields, parts, i);
  };
  return walk(set, 0);
}

function fieldValue(fields: Record<string, unknown>, parts: readonly string[], i: number): Value {
  let value: unknown = fields;
  for (let k = i; k < parts.length; k++) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, parts[k]!)) return null;
    value = (value as Record<string, unknown>)[parts[k]!];
  }
  if (TIME_FIELDS.has(parts[i]!)) return readTime(value) ?? null;
  if (SHAPE_FIELDS.has(parts[parts.length - 1]!)) return readGeoJson(value) ?? null;
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly list: Token[],
    private readonly set: EntitySet,
  ) {}

  whole(): Eval {
    const result = this.or();
    if (this.at < this.list.length) throw this.unexpected();
    return result;
  }

  private or(): Eval {
    if (++this.depth > 200) throw new FrostError(400, 'Failed to parse query: nested too deeply.');
    let left = this.and();
    while (this.word('or')) {
      const [a, b] = [left, this.and()];
      left = (e) => truth(a(e)) || truth(b(e));
    }
    this.depth--;
    return left;
  }

  private and(): Eval {
    let left = this.not();
    while (this.word('and')) {
      const [a, b] = [left, this.not()];
      left = (e) => truth(a(e)) && truth(b(e));
    }
    return left;
  }

  private not(): Eval {
    if (!this.word('not')) return this.comparison();
    const inner = this.not();
    return (e) => !truth(inner(e));
  }

  private comparison(): Eval {
    const left = this.sum();
    const token = this.list[this.at];
    if (token?.kind !== 'word' || !COMPARE.has(token.text)) return left;
    this.at++;
    const right = this.sum();
    return (e) => compare(token.text, left(e), right(e));
  }

  private sum(): Eval {
    return this.chain(['add', 'sub'], () => this.chain(['mul', 'div', 'mod'], () => this.primary()));
  }

  private chain(words: readonly string[], next: () => Eval): Eval {
    let left = next();
    for (;;) {
      const op = words.find((word) => this.word(word));
      if (op === undefined) return left;
      const duration = this.list[this.at]?.kind === 'duration';
      const [a, b] = [left, next()];
      left = (e) => arithmetic(op, a(e), b(e), duration);
    }
  }

  private primary(): Eval {
    const token = this.list[this.at++];
    if (!token) throw new FrostError(400, 'Failed to parse query: it ends too early.');
    if (token.kind === 'literal') return () => token.value;
    if (token.kind === 'duration') return () => token.ms;
    if (token.kind === 'sign') {
      if (token.text !== '(') throw this.unexpected(-1);
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    if (this.sign('(')) return this.functionCall(token.text);
    return parsePath(token.text, this.set);
  }

  private functionCall(name: string): Eval {
    if (!isFunction(name)) throw new FrostError(400, `Failed to parse query: unknown function '${name}'.`);
    const args: Eval[] = [];
    if (!this.sign(')')) {
      do args.push(this.or());
      while (this.sign(','));
      this.expect(')');
    }
    return (e) =>
      call(
        name,
        args.map((arg) => arg(e)),
      );
  }

  private word(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'word' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private sign(text: '(' | ')' | ','): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'sign' || token.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: '(' | ')' | ','): void {
    if (!this.sign(text)) throw this.unexpected();
  }

  private unexpected(offset = 0): FrostError {
    const token = this.list[this.at + offset];
    const shown = token && 'text' in token ? token.text : (token?.kind ?? 'the end');
    return new FrostError(400, `Failed to parse query: unexpected ${shown}.`);
  }
}
