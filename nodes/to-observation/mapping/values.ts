import type { Mapping, ValuesMapping, WideColumn } from '../../ecdm/mapping-schema';
import type { Value } from '../../ecdm/observation';
import { at, cellText } from './columns';
import { numberReader, readBoolean } from './numbers';
import type { TextKey } from './texts';

/** What a cell holds, or the key of the sentence that says why it holds nothing. */
export type CellReader = (cell: unknown) => Value | Wrong;

/** A cell that could not be read. */
export class Wrong {
  constructor(readonly key: TextKey) {}
}

const BAD_NUMBER = new Wrong('bad-number');
const BAD_BOOLEAN = new Wrong('bad-boolean');
const BAD_TEXT = new Wrong('bad-text');

type ValueSpec = Pick<WideColumn, 'type' | 'scale' | 'offset'>;

/** Compiles how a cell becomes a value. */
export function cellReader(spec: ValueSpec, mapping: Pick<Mapping, 'decimal' | 'thousands'>): CellReader {
  if (spec.type === 'boolean') return (cell) => readBoolean(cell) ?? BAD_BOOLEAN;
  if (spec.type === 'text') return (cell) => cellText(cell) ?? BAD_TEXT;
  const toNumber = numberReader(mapping);
  const { scale = 1, offset = 0 } = spec;
  const plain = scale === 1 && offset === 0;
  return (cell) => {
    const n = typeof cell === 'number' ? cell : typeof cell === 'string' ? toNumber(cell) : undefined;
    if (n === undefined || !Number.isFinite(n)) return BAD_NUMBER;
    return plain ? n : exact(n * scale + offset);
  };
}

/** 0.1 + 0.2 is 0.3: fifteen digits are what a double holds for sure. */
function exact(n: number): number {
  return Number(n.toPrecision(15));
}

/** Longest header in which a unit is looked for. */
const LONGEST_HEADER = 500;

/** The unit in a header such as `Temp (°C)`, `PM2.5 [µg/m³]`, `level / m`. */
export function headerUnit(header: string): string | undefined {
  if (header.length > LONGEST_HEADER) return undefined;
  const match = /^[^([]*[([]\s*([^()[\]]{1,30}(?:\([^()]*\))?)\s*[)\]]\s*$/.exec(header) ?? /\S\s+\/\s+(\S{1,30})$/.exec(header);
  return match?.[1]?.trim();
}

/** Names for properties in the data. */
export function renamer(values: Extract<ValuesMapping, { layout: 'long' }>): (raw: string) => string {
  const names = new Map(Object.entries(values.names ?? {}));
  const loose = new Map([...names].map(([raw, name]) => [raw.toLowerCase(), name]));
  return (raw) => names.get(raw) ?? loose.get(raw.toLowerCase()) ?? raw;
}

/** Unit of a property from the mapping's own table. */
export function unitTable(values: Extract<ValuesMapping, { layout: 'long' }>): (...names: string[]) => string | undefined {
  const units = values.units ?? {};
  return (...names) => {
    for (const name of names) {
      const unit = at(units, name, [name]);
      if (typeof unit === 'string') return unit;
    }
    return undefined;
  };
}
