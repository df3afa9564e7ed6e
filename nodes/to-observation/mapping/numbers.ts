import { USUAL_MISSING } from '../../ecdm/mapping-constants';
import type { Mapping } from '../../ecdm/mapping-schema';

/** One way only to read each digit: a cell may be as long as whoever sends it likes. */
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?$/i;

/** Reads numbers as people write them, with their decimal sign and their thousands. */
export function numberReader(mapping: Pick<Mapping, 'decimal' | 'thousands'>): (text: string) => number | undefined {
  const comma = mapping.decimal === ',';
  const thousands = mapping.thousands;
  return (text) => {
    let plain = text.trim();
    if (thousands !== undefined) {
      plain = plain.replaceAll(thousands, '');
      // a fixed or narrow blank is what spreadsheets really write
      if (thousands === ' ') plain = plain.replaceAll('\u00a0', '').replaceAll('\u202f', '');
    }
    if (comma) plain = plain.replace(',', '.');
    if (!NUMBER.test(plain)) return undefined;
    const n = Number(plain);
    return Number.isFinite(n) ? n : undefined;
  };
}

/** Tells whether a cell stands for "no value". Marks that are numbers compare as numbers (-999 is -999.0). */
export function missingTest(mapping: Pick<Mapping, 'missing'>): (cell: unknown) => boolean {
  const texts = new Set<string>();
  const numbers = new Set<number>();
  for (const mark of mapping.missing ?? USUAL_MISSING) {
    if (typeof mark === 'number') numbers.add(mark);
    else if (mark.trim() !== '' && Number.isFinite(Number(mark))) numbers.add(Number(mark));
    else texts.add(mark.trim().toLowerCase());
  }
  return (cell) => {
    if (cell === null) return true;
    if (typeof cell === 'number') return numbers.size > 0 && numbers.has(cell);
    if (typeof cell !== 'string') return false;
    const text = cell.trim();
    // an empty cell is never a value, whatever the marks are
    if (text === '' || texts.has(text.toLowerCase())) return true;
    return numbers.size > 0 && numbers.has(Number(text));
  };
}

const TRUE: ReadonlySet<string> = new Set(['true', 'yes', 'on', '1', 'y', 't']);
const FALSE: ReadonlySet<string> = new Set(['false', 'no', 'off', '0', 'n', 'f']);

/** true/false, yes/no, on/off, 1/0. */
export function readBoolean(cell: unknown): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  const text = typeof cell === 'string' ? cell.trim().toLowerCase() : typeof cell === 'number' ? String(cell) : '';
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined;
}
