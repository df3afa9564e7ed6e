/** Reads "e2.value > e1.value + 5 and e2.key != e1.key". */
import type { Comparison, EventTerm } from '../../../ecdm/definition';
import { shown, type Cursor } from './cursor';
import type { Marks } from './marks';

const MOST_COMPARISONS = 20;
const LONGEST_TEXT = 200;
const ALIAS = /^\p{L}[\p{L}\p{M}\p{N}_]{0,39}$/u;
const FIELDS = ['value', 'key', 'property', 'time'];
const LONGEST_SEGMENT = 60;
const MOST_SEGMENTS = 5;

type Order = Comparison['op'];

const ORDERS: Readonly<Record<string, Order>> = {
  '>': '>',
  '>=': '>=',
  '≥': '>=',
  '<': '<',
  '<=': '<=',
  '≤': '<=',
  '=': '=',
  '==': '=',
  '!=': '!=',
  '≠': '!=',
  '<>': '!=',
};

/**
 * `>` and its like.
 * @param meant those that may be advised
 */
export function readOrder(cursor: Cursor, meant?: readonly string[]): Order {
  // "=>" is none
  const mark = cursor.mark();
  const sign = cursor.sign(...Object.keys(ORDERS));
  if (sign !== '=' || !cursor.isGlued || !/^[<>]$/.test(cursor.next.value)) {
    return sign === undefined ? cursor.noOrder(meant) : ORDERS[sign]!;
  }
  cursor.back(mark);
  return cursor.noOrder();
}

/** What an event is called in comparisons. */
export function readAlias(cursor: Cursor): string {
  const token = cursor.next;
  if (token.kind !== 'word' && token.kind !== 'id') cursor.fail('alias');
  cursor.take();
  if (!ALIAS.test(token.value)) {
    cursor.errors.add(token, 'alias', { found: shown(token.value) }, cursor.errors.say('advice.alias'));
  }
  return token.value;
}

export function readComparisons(cursor: Cursor, marks: Marks): Comparison[] {
  const { start } = cursor.next;
  const list: Comparison[] = [];
  do {
    const from = cursor.next.start;
    const left = term(cursor, marks);
    const op = readOrder(cursor);
    list.push(marks.part({ left, op, right: right(cursor, marks) }, cursor.spanFrom(from)));
  } while (cursor.accept('and'));
  if (list.length > MOST_COMPARISONS) {
    cursor.errors.add(cursor.spanFrom(start), 'many', { limit: MOST_COMPARISONS }, cursor.errors.say('advice.split'));
  }
  return list;
}

function right(cursor: Cursor, marks: Marks): Comparison['right'] {
  const { next } = cursor;
  if (next.kind === 'text') {
    cursor.take();
    if (next.value.length > LONGEST_TEXT)
      cursor.errors.add(next, 'long', { limit: LONGEST_TEXT }, cursor.errors.say('advice.shorten'));
    return marks.part({ value: next.value }, next);
  }
  for (const word of ['true', 'false'] as const) {
    if (cursor.accept(word)) return marks.part({ value: word === 'true' }, next);
  }
  const fixed = next.kind === 'number' || (next.kind === 'sign' && /[-−]/.test(next.value));
  if (!fixed) return term(cursor, marks, 'value');
  const value = cursor.signed();
  // "2 * e1.value" is the other way round to say "e1.value * 2"
  if (cursor.sign('*', '×') === undefined) return marks.part({ value }, cursor.spanFrom(next.start));
  const times = reference(cursor, 'alias');
  return marks.part(added({ ...times, times: value }, cursor), cursor.spanFrom(next.start));
}

function term(cursor: Cursor, marks: Marks, what = 'alias'): EventTerm {
  const { start } = cursor.next;
  const read = reference(cursor, what);
  if (cursor.sign('*', '×') !== undefined) read.times = cursor.signed();
  return marks.part(added(read, cursor), cursor.spanFrom(start));
}

function added(read: EventTerm, cursor: Cursor): EventTerm {
  const sign = cursor.sign('+', '-', '−');
  if (sign === undefined) return read;
  const amount = cursor.signed();
  read.plus = sign === '+' ? amount : -amount;
  return read;
}

/** "e1", "e1.value.rain" */
function reference(cursor: Cursor, what: string): EventTerm {
  if (cursor.next.kind !== 'word' && cursor.next.kind !== 'id') cursor.fail(what);
  const read: EventTerm = { of: readAlias(cursor) };
  if (cursor.sign('.') === undefined) return read;
  const first = cursor.next;
  if (first.kind !== 'word' || !FIELDS.includes(first.lower)) cursor.fail('field');
  cursor.take();
  const parts = [first.lower];
  while (first.lower === 'value' && cursor.sign('.') !== undefined) parts.push(segment(cursor));
  if (parts.length > MOST_SEGMENTS + 1)
    cursor.errors.add(
      cursor.spanFrom(first.start),
      'many',
      { limit: MOST_SEGMENTS },
      cursor.errors.say('advice.fewer'),
    );
  read.field = parts.join('.');
  return read;
}

function segment(cursor: Cursor): string {
  const token = cursor.next;
  if (token.kind !== 'word' && token.kind !== 'text') cursor.fail('field');
  cursor.take();
  if (!/^[^.\s]+$/.test(token.value) || token.value.length > LONGEST_SEGMENT) {
    cursor.errors.add(
      token,
      'field',
      { found: shown(token.value) },
      cursor.errors.say('advice.segment', { limit: LONGEST_SEGMENT }),
    );
  }
  return token.value;
}
