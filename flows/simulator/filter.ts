/**
 * `$filter`: a recursive-descent parser that gives a tree. Precedence, weakest first: or, and, not, comparison,
 * add/sub, mul/div/mod.
 */
import { isFunction } from './functions';
import { tokens, type Token } from './lexer';
import { FrostError } from './model';
import type { Value } from './values';

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

export type Node =
  | { kind: 'literal'; value: Value }
  | { kind: 'duration'; ms: number }
  | { kind: 'path'; parts: readonly string[] }
  | { kind: 'call'; name: string; args: readonly Node[] }
  | { kind: 'compare'; op: Comparison; left: Node; right: Node }
  | { kind: 'arithmetic'; op: string; left: Node; right: Node }
  | { kind: 'and' | 'or'; items: readonly Node[] }
  | { kind: 'not'; item: Node };

const COMPARE: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const DEEPEST = 200;

/** @throws FrostError 400 where the text is no filter */
export function parseFilter(text: string): Node {
  return new Parser(tokens(text)).whole();
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly list: Token[]) {}

  whole(): Node {
    const result = this.or();
    if (this.at < this.list.length) throw this.unexpected();
    return result;
  }

  private or(): Node {
    if (++this.depth > DEEPEST) throw new FrostError(400, 'Failed to parse query: nested too deeply.');
    const items = [this.and()];
    while (this.word('or')) items.push(this.and());
    this.depth--;
    return items.length === 1 ? items[0]! : { kind: 'or', items };
  }

  private and(): Node {
    const items = [this.not()];
    while (this.word('and')) items.push(this.not());
    return items.length === 1 ? items[0]! : { kind: 'and', items };
  }

  private not(): Node {
    let times = 0;
    while (this.word('not')) times++;
    const item = this.comparison();
    return times % 2 === 0 ? item : { kind: 'not', item };
  }

  private comparison(): Node {
    const left = this.sum();
    const token = this.list[this.at];
    if (token?.kind !== 'word' || !COMPARE.has(token.text)) return left;
    this.at++;
    return { kind: 'compare', op: token.text as Comparison, left, right: this.sum() };
  }

  private sum(): Node {
    return this.chain(['add', 'sub'], () => this.chain(['mul', 'div', 'mod'], () => this.primary()));
  }

  private chain(words: readonly string[], next: () => Node): Node {
    let left = next();
    for (;;) {
      const op = words.find((word) => this.word(word));
      if (op === undefined) return left;
      left = { kind: 'arithmetic', op, left, right: next() };
    }
  }

  private primary(): Node {
    const token = this.list[this.at++];
    if (!token) throw new FrostError(400, 'Failed to parse query: it ends too early.');
    if (token.kind === 'literal' || token.kind === 'duration') return token;
    if (token.kind === 'sign') {
      if (token.text !== '(') throw this.unexpected(-1);
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    if (this.sign('(')) return this.functionCall(token.text);
    return { kind: 'path', parts: token.text.split('/') };
  }

  private functionCall(name: string): Node {
    if (!isFunction(name)) throw new FrostError(400, `Failed to parse query: unknown function '${name}'.`);
    const args: Node[] = [];
    if (!this.sign(')')) {
      do args.push(this.or());
      while (this.sign(','));
      this.expect(')');
    }
    return { kind: 'call', name, args };
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
