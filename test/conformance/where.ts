/** The conditions of the cases: infix text with attributes, earlier events, arithmetic, `and`, `or`, `not`, `is null`. */
import type { Cell } from './cases';

/** `e1[0].price`, or an attribute of the event at hand (without a reference). */
export interface Attribute {
  t: 'attribute';
  ref?: string;
  index?: number | 'last';
  back?: number;
  name: string;
}
export type Expression =
  | Attribute
  | { t: 'value'; value: Cell }
  | { t: 'binary'; op: string; left: Expression; right: Expression }
  | { t: 'not' | 'negative'; of: Expression }
  | { t: 'null'; of: Expression }
  | { t: 'call'; name: string };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)[fFlLdD]?\b|'([^']*)'|"([^"]*)"|([A-Za-z_]\w*)|(==|!=|>=|<=|[-+*/%<>()[\].,:]))/y;

interface Token {
  kind: 'number' | 'text' | 'name' | 'sign';
  text: string;
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw new Error(`not understood: ${source.slice(at)}`);
    const [, number, single, double, name, sign] = match;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (single !== undefined || double !== undefined) found.push({ kind: 'text', text: (single ?? double)! });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
    else found.push({ kind: 'sign', text: sign! });
  }
  return found;
}

const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!='],
  ['>', '>=', '<', '<='],
  ['+', '-'],
  ['*', '/', '%'],
];

export function parseWhere(source: string): Expression {
  const list = tokens(source);
  let at = 0;
  const peek = (): string => (list[at]?.kind === 'text' ? '' : (list[at]?.text ?? ''));
  const next = (): Token => {
    const token = list[at++];
    if (token === undefined) throw new Error(`ends too early: ${source}`);
    return token;
  };
  const expect = (sign: string): void => {
    if (next().text.toLowerCase() !== sign) throw new Error(`"${sign}" is missing: ${source}`);
  };

  const level = (n: number): Expression => {
    if (n === LEVELS.length) return unary();
    let left = level(n + 1);
    while (LEVELS[n]!.includes(peek().toLowerCase())) {
      const op = next().text.toLowerCase();
      left = { t: 'binary', op, left, right: level(n + 1) };
    }
    return left;
  };
  const unary = (): Expression => {
    if (peek().toLowerCase() === 'not') {
      next();
      return { t: 'not', of: unary() };
    }
    if (peek() === '-') {
      next();
      return { t: 'negative', of: unary() };
    }
    const of = primary();
    if (peek().toLowerCase() !== 'is') return of;
    next();
    expect('null');
    return { t: 'null', of };
  };
  const primary = (): Expression => {
    const token = next();
    if (token.kind === 'number') return { t: 'value', value: Number(token.text) };
    if (token.kind === 'text') return { t: 'value', value: token.text };
    if (token.text === '(') {
      const of = level(0);
      expect(')');
      return of;
    }
    if (token.kind !== 'name') throw new Error(`unexpected "${token.text}": ${source}`);
    if (/^(true|false)$/i.test(token.text)) return { t: 'value', value: token.text.toLowerCase() === 'true' };
    return named(token.text);
  };
  const named = (name: string): Expression => {
    if (peek() === ':') {
      // a function of an extension
      next();
      return named(`${name}:${next().text}`);
    }
    if (peek() === '(') {
      skip();
      return { t: 'call', name };
    }
    let index: number | 'last' | undefined;
    let back = 0;
    if (peek() === '[') {
      next();
      const token = next();
      index = token.text === 'last' ? 'last' : Number(token.text);
      if (peek() === '-') {
        next();
        back = Number(next().text);
      }
      expect(']');
    }
    if (peek() !== '.')
      return index === undefined ? { t: 'attribute', name } : { t: 'attribute', ref: name, index, back, name: '' };
    next();
    return { t: 'attribute', ref: name, index, back, name: next().text };
  };
  const skip = (): void => {
    let depth = 0;
    do {
      const { text } = next();
      if (text === '(') depth++;
      if (text === ')') depth--;
    } while (depth > 0);
  };

  const made = level(0);
  if (at < list.length) throw new Error(`too much: ${source}`);
  return made;
}

export interface Compare {
  t: 'compare';
  op: '>' | '>=' | '<' | '<=' | '=' | '!=';
  left: Expression;
  right: Expression;
}
export type Atom =
  | Compare
  | { t: 'isNull'; of: Expression }
  | { t: 'isValue'; of: Expression }
  | { t: 'call'; name: string }
  | { t: 'truth'; of: Expression; value: boolean };

const NEGATED = { '>': '<=', '>=': '<', '<': '>=', '<=': '>', '=': '!=', '!=': '=' } as const;

/** Any of these lists of conditions that must all hold. */
export function anyOfAll(e: Expression, negated = false): Atom[][] {
  if (e.t === 'not') return anyOfAll(e.of, !negated);
  if (e.t === 'null') return [[negated ? { t: 'isValue', of: e.of } : { t: 'isNull', of: e.of }]];
  if (e.t === 'binary' && (e.op === 'and' || e.op === 'or')) {
    const left = anyOfAll(e.left, negated);
    const right = anyOfAll(e.right, negated);
    return (e.op === 'or') !== negated ? [...left, ...right] : left.flatMap((l) => right.map((r) => [...l, ...r]));
  }
  if (e.t === 'call') return [[{ t: 'call', name: e.name }]];
  if (e.t === 'binary' && /[<>=]/.test(e.op)) {
    const op = (e.op === '==' ? '=' : e.op) as keyof typeof NEGATED;
    return [[{ t: 'compare', op: negated ? NEGATED[op] : op, left: e.left, right: e.right }]];
  }
  return [[{ t: 'truth', of: e, value: !negated }]];
}

/** It calls a function, somewhere. */
export function calls(e: Expression): boolean {
  if (e.t === 'call') return true;
  if (e.t === 'binary') return calls(e.left) || calls(e.right);
  return 'of' in e && calls(e.of);
}

/** The attributes that an expression names. */
export function attributesOf(e: Expression): Attribute[] {
  if (e.t === 'attribute') return [e];
  if (e.t === 'binary') return [...attributesOf(e.left), ...attributesOf(e.right)];
  return e.t === 'value' || e.t === 'call' ? [] : attributesOf(e.of);
}

/** Value of an expression over the attributes of one event. */
export function evaluate(e: Expression, values: Readonly<Record<string, Cell>>): Cell {
  switch (e.t) {
    case 'value':
      return e.value;
    case 'attribute':
      return values[e.name] ?? null;
    case 'negative': {
      const of = evaluate(e.of, values);
      return typeof of === 'number' ? -of : null;
    }
    case 'binary':
      return CALCULATED.includes(e.op)
        ? calculate(e.op, evaluate(e.left, values), evaluate(e.right, values))
        : holds(e, values);
    default:
      return holds(e, values);
  }
}

const CALCULATED: readonly string[] = ['+', '-', '*', '/', '%'];

function calculate(op: string, left: Cell, right: Cell): Cell {
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const whole = Number.isInteger(left) && Number.isInteger(right);
  if (op === '+') return left + right;
  if (op === '-') return left - right;
  if (op === '*') return left * right;
  if (op === '/') return whole ? Math.trunc(left / right) : left / right;
  return left % right;
}

function holds(e: Expression, values: Readonly<Record<string, Cell>>): boolean {
  return anyOfAll(e).some((atoms) => atoms.every((atom) => truth(atom, values) === true));
}

/** `attribute * times + plus`; `undefined` for what is no such line. */
export function line(e: Expression): { of?: Attribute; times: number; plus: number } | undefined {
  if (e.t === 'attribute') return { of: e, times: 1, plus: 0 };
  if (e.t === 'value') return typeof e.value === 'number' ? { times: 0, plus: e.value } : undefined;
  if (e.t === 'negative') {
    const of = line(e.of);
    return of && { of: of.of, times: -of.times, plus: -of.plus };
  }
  if (e.t !== 'binary') return undefined;
  const a = line(e.left);
  const b = line(e.right);
  if (a === undefined || b === undefined || (a.of !== undefined && b.of !== undefined)) return undefined;
  const of = a.of ?? b.of;
  if (e.op === '+') return { of, times: a.times + b.times, plus: a.plus + b.plus };
  if (e.op === '-') return { of, times: a.times - b.times, plus: a.plus - b.plus };
  if (e.op === '*') {
    const [x, k] = a.of === undefined ? [b, a.plus] : [a, b.plus];
    return { of, times: x.times * k, plus: x.plus * k };
  }
  return e.op === '/' && b.of === undefined ? { of, times: a.times / b.plus, plus: a.plus / b.plus } : undefined;
}

/** Whether a condition holds over the attributes of one event; nothing holds of what is not there. */
export function truth(atom: Atom, values: Readonly<Record<string, Cell>>): Cell {
  if (atom.t === 'call') return null;
  if (atom.t === 'isNull') return evaluate(atom.of, values) === null;
  if (atom.t === 'isValue') return evaluate(atom.of, values) !== null;
  if (atom.t === 'truth') return evaluate(atom.of, values) === atom.value;
  const a = evaluate(atom.left, values);
  const b = evaluate(atom.right, values);
  if (a === null || b === null) return false;
  switch (atom.op) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
  }
}

/** Whether an event fits the conditions of a step that look at it alone. */
export function fits(where: string | null | undefined, values: Readonly<Record<string, Cell>>): boolean {
  return typeof where !== 'string' || where.trim() === '' || holds(parseWhere(where), values);
}
