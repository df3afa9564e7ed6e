/** Takes a text apart, in one pass and without a way to fail: what cannot be read is a fault with a place. */

export interface Span {
  start: number;
  end: number;
}

export interface Token extends Span {
  /** `text`: in quotes; `name`: of an event, of several words and signs; `id`: in square brackets; `sign`: anything else. */
  kind: 'word' | 'number' | 'text' | 'name' | 'id' | 'sign' | 'end';
  /** What is meant: without quotes and escapes. */
  value: string;
  /** As it is compared with words. */
  lower: string;
  /** Without a blank before it, but no part of what stands there. */
  apart?: true;
}

/** What is wrong with the writing itself. */
export interface TokenFault extends Span {
  code: 'openText' | 'openId' | 'escape';
}

/** A space without width comes with Thai texts that are copied. */
const BLANK = /[\s\u200b]+/y;
/** Thai digits and those of full width count as others do. */
const NUMBER = /[\d\u0e50-\u0e59\uff10-\uff19]+(?:\.[\d\u0e50-\u0e59\uff10-\uff19]+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*/uy;
/** After a number a word ends at the next digit: "1h30min". */
const UNIT = /[\p{L}\p{M}_]+/uy;
const SIGN = /-->|->|&&|\|\||!=|>=|<=|==|<>|[^]/uy;
const ESCAPE = /\\(?:([\\"“”\]nrt])|u\{([0-9a-fA-F]{1,6})\})/y;
/** What stands for itself inside quotes or brackets. */
const PLAIN: Readonly<Record<string, RegExp>> = {
  '"': /[^\\"\r\n]+/y,
  // the sign that opens closes nothing, even where other languages close with it
  '“': /[^\\“”\r\n]+/y,
  '[': /[^\\\]\r\n]+/y,
};
/** What closes what was opened. */
export const CLOSE: Readonly<Record<string, string>> = { '"': '"', '“': '”', '[': ']' };
const THAI_ZERO = 0x0e50;
const WIDE_ZERO = 0xff10;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** A part of what is written without blanks. */
export interface Piece extends Span {
  /** `word`: of the language, or a name that is one word; `other`: to be taken apart like any other text. */
  kind: 'word' | 'name' | 'other';
  value: string;
}

/**
 * The pieces of what is written without blanks from a word on; `undefined` where this is one word.
 * @param start where the word begins
 */
type Split = (text: string, start: number, word: string, before: readonly Token[]) => readonly Piece[] | undefined;

/** The tokens of a text, the last of kind `end`; after a fault nothing more is read. */
export function tokenize(text: string, split?: Split): { tokens: Token[]; fault?: TokenFault } {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(BLANK, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const next = text[at]!;
    if (CLOSE[next] !== undefined) {
      const quoted = quotedAt(text, at);
      if ('code' in quoted) return { tokens: [...tokens, endAt(at)], fault: quoted };
      tokens.push(quoted);
    } else {
      const token = plainAt(text, at, tokens.at(-1)?.kind === 'number');
      const pieces = token.kind === 'word' ? split?.(text, at, token.value, tokens) : undefined;
      tokens.push(...(pieces === undefined ? [token] : tokensOf(pieces)));
    }
    at = tokens.at(-1)!.end;
  }
  tokens.push(endAt(text.length));
  return { tokens };
}

const endAt = (at: number): Token => ({ kind: 'end', value: '', lower: '', start: at, end: at });

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function plainAt(text: string, start: number, afterNumber: boolean): Token {
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', afterNumber ? UNIT : WORD],
    ['sign', SIGN],
  ] as const) {
    const found = matchAt(pattern, text, start);
    if (found === undefined) continue;
    const value = kind === 'number' ? found.replace(/[\u0e50-\u0e59\uff10-\uff19]/g, digit) : found;
    return { kind, value, lower: value.toLowerCase(), start, end: start + value.length };
  }
  throw new Error('a sign is any character');
}

/** A number at the end may go on behind the pieces, so it is left. */
function tokensOf(pieces: readonly Piece[]): Token[] {
  const tokens: Token[] = [];
  for (const { kind, value, start, end } of pieces) {
    const apart = tokens.length > 0 ? ({ apart: true } as const) : {};
    if (kind === 'other') tokens.push(...plainTokens(value, start, apart));
    else tokens.push({ kind, value, lower: kind === 'name' ? '' : value.toLowerCase(), start, end, ...apart });
  }
  if (tokens.at(-1)!.kind === 'number') tokens.pop();
  return tokens;
}

/** @param apart of the first of them */
function plainTokens(text: string, start: number, apart: Pick<Token, 'apart'>): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = tokens.at(-1)!.end - start) {
    const token = plainAt(text, at, tokens.at(-1)?.kind === 'number');
    const first = tokens.length === 0 ? apart : {};
    tokens.push({ ...token, start: start + token.start, end: start + token.end, ...first });
  }
  return tokens;
}

function digit(sign: string): string {
  const code = sign.charCodeAt(0);
  return String(code - (code >= WIDE_ZERO ? WIDE_ZERO : THAI_ZERO));
}

function quotedAt(text: string, start: number): Token | TokenFault {
  const open = text[start]!;
  let value = '';
  let at = start + 1;
  for (;;) {
    const plain = matchAt(PLAIN[open]!, text, at);
    if (plain !== undefined) {
      value += plain;
      at += plain.length;
    }
    if (text[at] === CLOSE[open]) break;
    if (text[at] !== '\\') return { code: open === '[' ? 'openId' : 'openText', start, end: start + 1 };
    ESCAPE.lastIndex = at;
    const escape = ESCAPE.exec(text);
    const code = escape?.[2] === undefined ? undefined : parseInt(escape[2], 16);
    if (escape === null || (code !== undefined && code > 0x10ffff)) {
      return { code: 'escape', start: at, end: Math.min(at + 2, text.length) };
    }
    value += code === undefined ? (ESCAPED[escape[1]!] ?? escape[1]!) : String.fromCodePoint(code);
    at += escape[0].length;
  }
  return { kind: open === '[' ? 'id' : 'text', value, lower: '', start, end: at + 1 };
}

/** What would be lost or mistaken in a text: control characters, half characters, and marks of direction. */
const HIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function escaped(value: string, close: RegExp): string {
  return value
    .replace(close, '\\$&')
    .replace(HIDDEN, (char) => (char === '\n' ? '\\n' : `\\u{${char.codePointAt(0)!.toString(16)}}`));
}

/** A text in quotes that {@link tokenize} reads back. */
export const quotedText = (value: string): string => `"${escaped(value, /[\\"]/g)}"`;

/** An id in square brackets that {@link tokenize} reads back. */
export const bracketedId = (value: string): string => `[${escaped(value, /[\\\]]/g)}]`;
