/** A condition as rows of a form, and back. Pure, so that it can be tested without an editor. */
import type { Condition } from '../../ecdm/definition';

export const OPERATORS = ['>', '>=', '<', '<=', '=', '!=', 'between', 'outside', 'in'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Texts as they stand in the fields. */
export interface ValueRow {
  kind: 'value';
  op: Operator;
  field: string;
  value: string;
  high: string;
  unit: string;
  /** Hysteresis: the second limit, or the margin. */
  clear: string;
}

export interface TimeRow {
  kind: 'time';
  from: string;
  to: string;
  /** 1 = Monday ... 7 = Sunday; all when empty. */
  days: number[];
  zone: string;
}

export type Row = ValueRow | TimeRow;

export interface ConditionForm {
  join: 'all' | 'any';
  rows: Row[];
}

export function emptyRow(): ValueRow {
  return { kind: 'value', op: '>', field: '', value: '', high: '', unit: '', clear: '' };
}

/** @returns `undefined` for a condition with brackets or negation, which rows cannot show */
export function toForm(when: unknown): ConditionForm | undefined {
  if (typeof when !== 'object' || when === null) return { join: 'all', rows: [emptyRow()] };
  const { op, of } = when as { op?: unknown; of?: unknown };
  if ((op === 'all' || op === 'any') && Array.isArray(of)) {
    const rows = of.map(rowOf);
    return rows.every((row) => row !== undefined) && rows.length > 0 ? { join: op, rows } : undefined;
  }
  const row = rowOf(when);
  return row === undefined ? undefined : { join: 'all', rows: [row] };
}

function rowOf(leaf: unknown): Row | undefined {
  if (typeof leaf !== 'object' || leaf === null) return undefined;
  const one = leaf as Record<string, unknown>;
  const op = one['op'];
  if (op === 'time') {
    const days = Array.isArray(one['days']) ? one['days'].map(Number) : [];
    return { kind: 'time', from: show(one['from']), to: show(one['to']), days, zone: show(one['zone']) };
  }
  if (!OPERATORS.includes(op as Operator)) return undefined;
  const row: ValueRow = { ...emptyRow(), op: op as Operator, field: show(one['field']), unit: show(one['unit']) };
  if (op === 'between' || op === 'outside') {
    return { ...row, value: show(one['low']), high: show(one['high']), clear: show(one['margin']) };
  }
  if (op === 'in') return { ...row, value: Array.isArray(one['values']) ? one['values'].map(show).join(', ') : '' };
  return { ...row, value: show(one['value']), clear: show(one['clear']) };
}

function show(raw: unknown): string {
  return typeof raw === 'string' ? raw : typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : '';
}

/** The condition behind the rows; what is not filled in yet stays a text, which the check then names. */
export function fromForm({ join, rows }: ConditionForm): Condition {
  const leaves = rows.map(leafOf);
  return leaves.length === 1 ? leaves[0]! : { op: join, of: leaves };
}

function leafOf(row: Row): Condition {
  if (row.kind === 'time') {
    const days = [...row.days].sort((a, b) => a - b);
    return {
      op: 'time',
      from: row.from,
      to: row.to,
      ...(days.length > 0 && days.length < 7 ? { days } : {}),
      ...(row.zone.trim() === '' ? {} : { zone: row.zone.trim() }),
    };
  }
  const field = row.field.trim() === '' ? {} : { field: row.field.trim() };
  const unit = row.unit.trim() === '' ? {} : { unit: row.unit.trim() };
  const clear = row.clear.trim() === '' ? undefined : numberOrText(row.clear);
  if (row.op === 'between' || row.op === 'outside') {
    const [low, high] = [numberOrText(row.value), numberOrText(row.high)];
    return { op: row.op, ...field, low, high, ...unit, ...(clear === undefined || clear === 0 ? {} : { margin: clear }) };
  }
  if (row.op === 'in') {
    const values = row.value.split(',').map((text) => text.trim());
    return { op: 'in', ...field, values: values.filter((text) => text !== '').map(readScalar) };
  }
  const ordered = row.op !== '=' && row.op !== '!=';
  return {
    op: row.op,
    ...field,
    value: readScalar(row.value.trim()),
    ...unit,
    ...(ordered && clear !== undefined ? { clear } : {}),
  };
}

/** A number as people write it, with a decimal point or comma. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  const number = plain === '' ? NaN : Number(plain);
  return Number.isFinite(number) ? number : undefined;
}

/** What is no number stays the text that somebody has typed, and does so when the form is opened again; the check names it. */
const numberOrText = (text: string): number => readNumber(text) ?? (text.trim() as unknown as number);

function readScalar(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return readNumber(text) ?? text;
}

/** True for text that has at least the shape of a condition; what its parts hold is checked afterwards. */
export function looksLikeCondition(raw: unknown): raw is Condition {
  if (typeof raw !== 'object' || raw === null) return false;
  const { op, of } = raw as { op?: unknown; of?: unknown };
  if (op === 'all' || op === 'any') return Array.isArray(of) && of.length > 0 && of.every(looksLikeCondition);
  if (op === 'not') return looksLikeCondition(of);
  return rowOf(raw) !== undefined;
}
