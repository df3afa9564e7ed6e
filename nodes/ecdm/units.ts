/**
 * Units of measurement: whatever a source calls its unit becomes a UCUM code, and commensurable units convert.
 * What is not known is `undefined`, so that the caller makes a problem of it; nothing is compared blindly.
 */
import { gasOf, MOLAR_MASS, MOLAR_VOLUME } from './gases';
import { ALIASES, QUDT, WORDS } from './unit-names';
import { LABELS } from './unit-labels';
import { qudtToUcum } from './qudt';
import { MASS_CONCENTRATION, ONE, parseUcum, type Unit } from './ucum';

/** A unit as a source describes it (SensorThings unitOfMeasurement). */
export interface UnitNames {
  readonly name?: string | null;
  readonly symbol?: string | null;
  readonly definition?: string | null;
}

/**
 * One spelling for what people write: composed characters, one µ, plain exponents and signs, single blanks.
 * `²` becomes `2`, `µ` becomes `u`, `·` becomes `.`
 */
function normaliseUnitText(text: string): string {
  return text
    .slice(0, 120)
    .replaceAll('\u00ba', '\u00b0')
    .normalize('NFKC')
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replace(/[\u2212\u2010-\u2014]/g, '-')
    .replace(/[\u00b7\u22c5\u2219\u2022*]+/g, '.')
    .replace(/\^\(?([+-]?\d)\)?/g, '$1')
    .replace(/\s*\/\s*/g, '/')
    .replace(/\s+/g, ' ')
    .trim();
}

function tableOf(source: Readonly<Record<string, readonly string[]>>, lower: boolean): Map<string, string> {
  const table = new Map<string, string>();
  for (const [code, names] of Object.entries(source)) {
    for (const name of names) {
      const key = normaliseUnitText(name);
      table.set(lower ? key.toLowerCase() : key, code);
    }
  }
  return table;
}

const aliases = tableOf(ALIASES, false);
const words = tableOf(WORDS, true);
const qudt = tableOf(QUDT, true);

/** Answers that are remembered; sources repeat a few spellings, text from outside may name many. */
const KEPT = 2000;
const textCache = new Map<string, string | undefined>();

/** UCUM code of one text: a spelling that is known, or UCUM itself. */
function fromText(raw: string): string | undefined {
  if (raw.length > 200) return undefined;
  if (textCache.has(raw)) return textCache.get(raw);
  const code = readText(raw);
  if (textCache.size >= KEPT) textCache.clear();
  textCache.set(raw, code);
  return code;
}

function readText(raw: string): string | undefined {
  const text = normaliseUnitText(raw);
  const lower = text.toLowerCase();
  // newton per ampere is not what people mean by it
  if (text === '' || lower === 'n/a' || lower === 'na' || lower === 'null' || lower === 'undefined') return undefined;
  return (
    aliases.get(text) ??
    parseUcum(text)?.code ??
    words.get(lower) ??
    // "ug m-3", "m s-1"
    (/ /.test(text) ? parseUcum(text.replaceAll(' ', '.'))?.code : undefined) ??
    // "m3 s-1" in capitals and the like
    aliases.get(lower) ??
    (/^[^(]+\([^()]+\)$/.test(text) ? readText(text.slice(text.indexOf('(') + 1, -1)) : undefined)
  );
}

/** Longest address of a unit that is read. */
const LONGEST_DEFINITION = 2000;

/**
 * UCUM code of a definition: `ucum:X`, an address of unitsofmeasure.org, OGC, QUDT or EIONET, or UCUM text.
 * @param anywhere also of an address that is none of these, by its last part
 */
function fromDefinition(raw: string, anywhere: boolean): string | undefined {
  if (raw.length > LONGEST_DEFINITION) return undefined;
  // some servers add a remark after the code: "ucum:[ppth] approx."
  const text = raw.trim().split(/\s/, 1)[0]!;
  if (text === '') return undefined;
  if (/^ucum:/i.test(text)) return fromText(text.slice(5).replace(/^\/+/, ''));
  if (!/^(?:https?|urn):/i.test(text)) return fromText(raw);
  const last = decode(/[^/#:?=]*$/.exec(text)![0]);
  if (/qudt/i.test(text)) return qudt.get(last.toLowerCase()) ?? checked(qudtToUcum(last)) ?? fromText(last);
  if (/unitsofmeasure\.org|ucum/i.test(text)) return fromText(decode(afterUcum(text)));
  if (!anywhere && !/eionet|\/uom\//i.test(text)) return undefined;
  return qudt.get(last.toLowerCase()) ?? fromText(last);
}

function checked(term: string | undefined): string | undefined {
  return term === undefined ? undefined : parseUcum(term)?.code;
}

function afterUcum(text: string): string {
  // http://unitsofmeasure.org/ug/m3 holds a slash of its own; urn:ogc:def:uom:UCUM::m/s too
  const match = /(?:ucum(?::[^:/]*)?:|ucum\/[\d.]+\/|ucum\/|unitsofmeasure\.org\/|#)(?!.*(?:ucum[:/]|#))(.+)$/i.exec(text);
  return match?.[1] ?? '';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The UCUM code of a unit: by a definition that is known (UCUM, QUDT, EIONET), then by symbol, by name, and last by any
 * other address of a definition.
 * @param unit the unit as the source describes it, or any spelling of it
 * @param context name of the observed property: says whether "C" and "F" are temperatures
 * @returns `undefined` where the unit is not known
 */
export function toUcum(unit: UnitNames | string | null | undefined, context = ''): string | undefined {
  if (typeof unit === 'string') return fromDefinition(unit, true);
  if (typeof unit !== 'object' || unit === null) return undefined;
  const definition = typeof unit.definition === 'string' ? unit.definition : '';
  const symbol = typeof unit.symbol === 'string' ? unit.symbol : '';
  const name = typeof unit.name === 'string' ? unit.name : '';
  const special = electric(symbol.trim() === '' ? definition.replace(/^ucum:/i, '') : symbol, `${name} ${context}`);
  if (special !== undefined) return special;
  const defined = fromDefinition(definition, false);
  const bySymbol = fromText(symbol);
  const byName = fromText(name);
  // a definition that was copied from another Datastream: symbol and name agree that something else is measured
  const outvoted = defined !== undefined && bySymbol !== undefined && bySymbol === byName && !converter(defined, bySymbol);
  return (outvoted ? undefined : defined) ?? bySymbol ?? byName ?? fromDefinition(definition, true);
}

/** In UCUM "C" is coulomb and "F" farad; only a source that speaks of electricity means that. */
function electric(symbol: string, words: string): string | undefined {
  if (symbol === 'C' && /coulomb|electric charge|elektrische ladung/i.test(words)) return 'C';
  if (symbol === 'F' && /farad|capacitance|kapazit/i.test(words)) return 'F';
  return undefined;
}

// ---- conversion

/** `to = from * factor + offset` */
export interface Converter {
  readonly factor: number;
  readonly offset: number;
}

const SAME: Converter = Object.freeze({ factor: 1, offset: 0 });

/**
 * How to convert between two UCUM codes. Between a mixing ratio (ppm, ppb) and a mass concentration it needs to know the
 * gas and takes 25 °C and 1 atm (24.45 l/mol): 1 ppm of CO is 1.1456 mg/m3.
 * @param property name of the observed property, such as "CO"
 * @returns `undefined` where the units do not measure the same or are not known
 */
export function converter(from: string, to: string, property?: string): Converter | undefined {
  if (from === to) return SAME;
  const a = unitOf(from);
  const b = unitOf(to);
  if (a === undefined || b === undefined) return undefined;
  if (a.dimension === b.dimension) {
    // a scale with an offset (Cel) and a mere difference (Cel/h * h) cannot meet here: both sides are whole units
    return { factor: tidy(a.factor / b.factor), offset: tidy((a.offset - b.offset) / b.factor) };
  }
  const gas = property === undefined ? undefined : gasOf(property);
  if (gas === undefined) return undefined;
  // grams per m3 of one unit of mixing ratio
  const gramsPerCubicMetre = (MOLAR_MASS[gas] / MOLAR_VOLUME) * 1000;
  if (a.dimension === ONE && b.dimension === MASS_CONCENTRATION && isRatio(a)) {
    return { factor: tidy((a.factor * gramsPerCubicMetre) / b.factor), offset: 0 };
  }
  if (b.dimension === ONE && a.dimension === MASS_CONCENTRATION && isRatio(b)) {
    return { factor: tidy(a.factor / gramsPerCubicMetre / b.factor), offset: 0 };
  }
  return undefined;
}

/** A bare number or a percentage is never taken for a mixing ratio of a gas. */
function isRatio(unit: Unit): boolean {
  return unit.code === '[ppm]' || unit.code === '[ppb]' || unit.code === '[pptr]' || unit.code === '[ppth]';
}

/** Takes away the last bits of noise that come from powers of ten, so that 1 mg/m3 is 1000 ug/m3 exactly. */
function tidy(x: number): number {
  return Number(x.toPrecision(14));
}

const unitCache = new Map<string, Unit | undefined>();

function unitOf(code: string): Unit | undefined {
  if (unitCache.has(code)) return unitCache.get(code);
  const unit = parseUcum(code) ?? reread(code);
  if (unitCache.size >= KEPT) unitCache.clear();
  unitCache.set(code, unit);
  return unit;
}

function reread(text: string): Unit | undefined {
  const code = fromText(text);
  return code === undefined ? undefined : parseUcum(code);
}

/**
 * Converts one value.
 * @returns `undefined` where the units do not measure the same or are not known
 */
export function convert(value: number, from: string, to: string, property?: string): number | undefined {
  const how = converter(from, to, property);
  return how === undefined ? undefined : value * how.factor + how.offset;
}

/** Labels that are known or were worked out; a city has a few dozen. */
const labels = new Map(LABELS);
const MOST_LABELS = 1000;

/** A unit as people write it: `ug/m3` is "µg/m³", `Cel` is "°C"; a bare count has none. */
export function unitLabel(code: string | undefined): string {
  if (code === undefined || code === '' || code === '1') return '';
  let label = labels.get(code);
  if (label === undefined) {
    label = makeLabel(code);
    // told with every value: working it out takes longer than all else that is said of it
    if (labels.size < MOST_LABELS) labels.set(code, label);
  }
  return label;
}

function makeLabel(code: string): string {
  return code
    .replace(/\{([^{}]*)\}/g, '$1')
    .replace(/(^|[./])u(?=[A-Za-z])/g, '$1µ')
    .replaceAll('[cft_i]', 'ft³')
    .replace(/\[([a-z]+)_[a-z]+\]/g, '$1')
    .replace(/Cel\b/g, '°C')
    .replace(/\bdeg\b/g, '°')
    .replace(/\[([^\]]*)\]/g, '$1')
    .replace(/(?<=[A-Za-z])2(?!\d)/g, '²')
    .replace(/(?<=[A-Za-z])3(?!\d)/g, '³')
    .replaceAll('.', '·');
}
