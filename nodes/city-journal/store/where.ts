/** The conditions of a query that both databases understand, as SQL with `?`; values never become part of the text. */
import type { Question } from './question';

export interface Piece {
  sql: string;
  /** Texts and numbers; PostgreSQL alone understands lists, bytes and nothing, too. */
  values: unknown[];
}

export function any(column: string, values: readonly (string | number)[]): Piece {
  // an empty list is true of nothing
  return values.length === 0
    ? { sql: 'FALSE', values: [] }
    : { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values: [...values] };
}

/** @param definitions ids of the definitions that {@link Question.status} names */
export function conditionsOf(question: Question, definitions: readonly string[] | undefined): Piece[] {
  const pieces: Piece[] = [];
  const add = (sql: string, ...values: (string | number | undefined)[]): void => {
    if (values[0] !== undefined) pieces.push({ sql, values: values });
  };
  add('at >= ?', question.from);
  add('at <= ?', question.to);
  if (question.kinds !== undefined) pieces.push(any('kind', question.kinds));
  add('alarm = ?', question.alarm);
  if (question.statusId !== undefined) {
    // an episode is one of its alarm, and that has an index
    add('status_id = ?', question.statusId);
    const end = question.statusId.lastIndexOf('|');
    if (end > 0) add('alarm = ?', question.statusId.slice(0, end));
  }
  add('domain = ?', question.domain);
  if (definitions !== undefined) pieces.push(any('status', definitions));
  if (question.states !== undefined) pieces.push(any('state', question.states));
  add('severity >= ?', question.severity);
  for (const word of question.words) add(`text LIKE ? ESCAPE '\\'`, word);
  if (question.after !== undefined) {
    const { at, seq } = question.after;
    add(`(at, seq) ${question.newest ? '<' : '>'} (?, ?)`, at, seq);
  }
  return pieces;
}

/** A zone or a box with so many entries at most is looked up first; with more, entries are looked at by time. */
export const FEW = 20_000;

/** Places in one of the boxes, by the columns alone. */
export function inBoxes({ boxes = [] }: Question): Piece {
  const one = '(lon >= ? AND lat >= ? AND lon <= ? AND lat <= ?)';
  return { sql: `(${boxes.map(() => one).join(' OR ')})`, values: boxes.flat() };
}

export function join(pieces: readonly Piece[]): Piece {
  return {
    sql: pieces.length === 0 ? '' : `WHERE ${pieces.map(({ sql }) => sql).join(' AND ')}`,
    values: pieces.flatMap(({ values }) => values),
  };
}

/** By time, and where that is the same (or the clock was set) by number. */
export function order({ newest, limit }: Question): string {
  const way = newest ? 'DESC' : 'ASC';
  return `ORDER BY at ${way}, seq ${way} LIMIT ${limit + 1}`;
}
