/**
 * Units of Datastreams: `unitOfMeasurement` of version 1 and `uom` of version 2 into UCUM, with what the server wrote
 * kept beside it.
 */
import { toUcum } from '../../../ecdm/units';
import { isRecord, pick, pickAny, type Raw, text } from '../tolerant';

/** As the server writes it. */
export interface SourceUnit {
  readonly name?: string;
  readonly symbol?: string;
  readonly definition?: string;
}

export interface Unit {
  /** UCUM code; `undefined` where nothing known is said. */
  readonly ucum: string | undefined;
  readonly original: SourceUnit;
}

/**
 * Reads `{ name, symbol, definition }`, each of them optional, or SWE Common `{ code, label, symbol, href }`.
 * The order is: a UCUM definition or code, QUDT, EIONET, the spellings of symbols, then of names.
 * @param context name of the observed property, which decides whether "C" is Celsius or coulomb
 * @returns `undefined` where there is no unit: all blank, or the text "null"
 */
export function readUnit(raw: unknown, context?: string): Unit | undefined {
  if (typeof raw === 'string') return text(raw) === undefined ? undefined : named({ symbol: text(raw) }, context);
  if (!isRecord(raw)) return undefined;
  const isSwe = pick(raw, 'code') !== undefined || pickAny(raw, 'href', '@href') !== undefined;
  return isSwe ? sweUnit(raw, context) : named(fields(raw), context);
}

function fields(raw: Raw): SourceUnit {
  return {
    name: text(pickAny(raw, 'name', 'label')),
    symbol: text(pick(raw, 'symbol')),
    definition: text(pick(raw, 'definition')),
  };
}

function named(original: SourceUnit, context: string | undefined): Unit | undefined {
  const { name, symbol, definition } = original;
  if ((name ?? symbol ?? definition) === undefined) return undefined;
  return { ucum: toUcum(original, context), original };
}

/** In version 2 the code is UCUM by the standard; servers that write a symbol there are understood as well. */
function sweUnit(raw: Raw, context: string | undefined): Unit | undefined {
  const code = text(pick(raw, 'code'));
  const definition = code === undefined ? text(pickAny(raw, 'href', '@href')) : `ucum:${code}`;
  const original = { name: text(pick(raw, 'label')), symbol: text(pick(raw, 'symbol')) ?? code, definition };
  return named(original, context);
}
