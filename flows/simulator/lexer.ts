/** Cuts the text of a `$filter` into tokens. */
import { FrostError } from './model';
import type { Value } from './values';
import { readTime, readWkt } from './values';

export type Token =
  | { kind: 'literal'; value: Value }
  | { kind: 'duration'; ms: number }
  /** A path, an operator word or the name of a function. */
  | { kind: 'word'; text: string }
  | { kind: 'sign'; text: '(' | ')' | ',' };

const TIME = String.raw`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?`;
const PATTERN = new RegExp(
  String.raw`\s*(?:(${TIME}(?:/${TIME})?)|(\d{4}-\d{2}-\d{2})(?![\w])|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)` +
    String.raw`|(geography|duration)?'((?:[^']|'')*)'|([@A-Za-z_][\w.@]*(?:/[@A-Za-z_][\w.@]*)*)|([(),]))`,
  'y',
);

export function tokens(text: string): Token[] {
  if (text.length > 20_000) throw new FrostError(414, 'Filter too long.');
  const list: Token[] = [];
  PATTERN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (PATTERN.lastIndex < end) {
    const at = PATTERN.lastIndex;
    const match = PATTERN.exec(text);
    if (!match) throw new FrostError(400, `Failed to parse query: unexpected '${text.slice(at, at + 20)}' at ${at}.`);
    list.push(token(match));
  }
  return list;
}

function token([, time, date, number, prefix, quoted, word, sign]: RegExpExecArray): Token {
  if (time !== undefined || date !== undefined) return { kind: 'literal', value: readTime(time ?? date) ?? null };
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  if (prefix === 'geography') {
    const shape = readWkt(quoted!);
    if (!shape) throw new FrostError(400, `Failed to parse query: bad geometry '${quoted!.slice(0, 40)}'.`);
    return { kind: 'literal', value: shape };
  }
  if (prefix === 'duration') return { kind: 'duration', ms: durationOf(quoted!) };
  if (quoted !== undefined) return { kind: 'literal', value: quoted.replaceAll("''", "'") };
  if (word === 'null') return { kind: 'literal', value: null };
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
  if (word !== undefined) return { kind: 'word', text: word };
  return { kind: 'sign', text: sign as '(' | ')' | ',' };
}

function durationOf(text: string): number {
  const m = /^(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!m) throw new FrostError(400, `Failed to parse query: bad duration '${text.slice(0, 40)}'.`);
  const n = (i: number): number => Number(m[i] ?? 0);
  return (m[1] ? -1 : 1) * (((n(2) * 24 + n(3)) * 60 + n(4)) * 60 + n(5)) * 1000;
}
