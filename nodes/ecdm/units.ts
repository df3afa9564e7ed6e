/**
 * Units of measurement: whatever a source calls its unit becomes a UCUM code, and commensurable units convert.
 * A subset of UCUM (ucum.org, version 2.1) that covers what cities measure. What is not known is `undefined`, so that
 * the caller makes a problem of it; nothing is compared blindly.
 */
import { gasOf, MOLAR_MASS, MOLAR_VOLUME } from './gases';
import { ALIASES, QUDT, WORDS } from './unit-names';
import { LABELS } from './unit-labels';
import { qudtToUcum } from './qudt';

/** Powers of the base quantities: m, s, g, K, A, mol, cd, rad, and a place for arbitrary units. */
interface Dimension {
  m: number;
  s: number;
  g: number;
  K: number;
  A: number;
  mol: number;
  cd: number;
  rad: number;
  /** Arbitrary units (sound level, turbidity, pH) agree with themselves only. */
  other: string;
}

/** `base = value * factor + offset` */
interface Unit {
  code: string;
  factor: number;
  offset: number;
  dimension: string;
}

const DIMENSIONLESS: Dimension = { m: 0, s: 0, g: 0, K: 0, A: 0, mol: 0, cd: 0, rad: 0, other: '' };
const ONE = dimensionText(DIMENSIONLESS);

type Atom = { factor: number; dimension: Dimension; metric: boolean; offset: number };

const ATOMS = new Map<string, Atom>();

function atom(code: string, factor: number, dimension: Partial<Dimension>, metric = false, offset = 0): void {
  ATOMS.set(code, { factor, dimension: { ...DIMENSIONLESS, ...dimension }, metric, offset });
}

function defineAtoms(): void {
  const pressure = { g: 1, m: -1, s: -2 };
  const energy = { g: 1, m: 2, s: -2 };
  const power = { g: 1, m: 2, s: -3 };
  const volume = { m: 3 };
  const time = { s: 1 };
  const length = { m: 1 };
  const mass = { g: 1 };
  atom('m', 1, length, true);
  atom('s', 1, time, true);
  atom('g', 1, mass, true);
  atom('K', 1, { K: 1 }, true);
  atom('A', 1, { A: 1 }, true);
  atom('mol', 1, { mol: 1 }, true);
  atom('cd', 1, { cd: 1 }, true);
  atom('rad', 1, { rad: 1 }, true);
  atom('deg', Math.PI / 180, { rad: 1 });
  atom('Cel', 1, { K: 1 }, false, 273.15);
  atom('[degF]', 5 / 9, { K: 1 }, false, (459.67 * 5) / 9);
  atom('%', 0.01, {});
  atom('[ppth]', 1e-3, {});
  atom('[ppm]', 1e-6, {});
  atom('[ppb]', 1e-9, {});
  atom('[pptr]', 1e-12, {});
  atom('min', 60, time);
  atom('h', 3600, time);
  atom('d', 86_400, time);
  atom('wk', 604_800, time);
  atom('mo', 2_629_800, time);
  atom('a', 31_557_600, time);
  atom('L', 1e-3, volume, true);
  atom('l', 1e-3, volume, true);
  atom('t', 1e6, mass, true);
  atom('[lb_av]', 453.59237, mass);
  atom('[oz_av]', 28.349523125, mass);
  atom('[in_i]', 0.0254, length);
  atom('[ft_i]', 0.3048, length);
  atom('[yd_i]', 0.9144, length);
  atom('[mi_i]', 1609.344, length);
  atom('[nmi_i]', 1852, length);
  atom('[kn_i]', 1852 / 3600, { m: 1, s: -1 });
  atom('[cft_i]', 0.3048 ** 3, volume);
  atom('[gal_us]', 3.785411784e-3, volume);
  atom('har', 1e4, { m: 2 });
  atom('Pa', 1000, pressure, true);
  atom('bar', 1e8, pressure, true);
  atom('atm', 101_325_000, pressure);
  atom('m[Hg]', 133_322_387.415, pressure, true);
  atom('m[H2O]', 9_806_650, pressure, true);
  atom('[psi]', 6_894_757.293168361, pressure);
  atom('N', 1000, { g: 1, m: 1, s: -2 }, true);
  atom('J', 1000, energy, true);
  atom('W', 1000, power, true);
  atom('cal', 4184, energy, true);
  atom('V', 1000, { ...power, A: -1 }, true);
  atom('Ohm', 1000, { ...power, A: -2 }, true);
  atom('S', 1e-3, { g: -1, m: -2, s: 3, A: 2 }, true);
  atom('C', 1, { s: 1, A: 1 }, true);
  atom('F', 1e-3, { g: -1, m: -2, s: 4, A: 2 }, true);
  atom('Hz', 1, { s: -1 }, true);
  atom('Bq', 1, { s: -1, other: 'Bq' }, true);
  atom('Gy', 1, { m: 2, s: -2, other: 'Gy' }, true);
  atom('Sv', 1, { m: 2, s: -2, other: 'Sv' }, true);
  // the steradian of the lumen keeps it apart from the candela
  atom('lm', 1, { cd: 1, rad: 2 }, true);
  atom('lx', 1, { cd: 1, rad: 2, m: -2 }, true);
  // levels on a logarithm and scales without conversion
  for (const code of ['dB', 'dB[A]', 'dB[C]', 'dB[Z]', 'dB[SPL]', 'dB[mW]', '[pH]', '[NTU]', '[FNU]', '[AQI]', '[UVI]']) {
    atom(code, 1, { other: code });
  }
}
defineAtoms();

const PREFIXES: Readonly<Record<string, number>> = {
  T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 100, da: 10, d: 0.1, c: 0.01, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12,
};

function dimensionText(d: Dimension): string {
  return `${d.m},${d.s},${d.g},${d.K},${d.A},${d.mol},${d.cd},${d.rad},${d.other}`;
}

function findAtom(symbol: string): Atom | undefined {
  const exact = ATOMS.get(symbol);
  if (exact !== undefined) return exact;
  for (let n = 2; n >= 1; n--) {
    const prefix = symbol.slice(0, n);
    if (!Object.hasOwn(PREFIXES, prefix)) continue;
    const rest = ATOMS.get(symbol.slice(n));
    if (rest?.metric) return { ...rest, factor: rest.factor * PREFIXES[prefix]! };
  }
  return undefined;
}

const TERM = /^(.*?[^\d+-])([+-]?\d{1,2})?$/;

/** Reads a UCUM term such as `ug/m3`, `m3.s-1`, `[cft_i]/s`, `/h`, `10.L`. Brackets are not read. */
function parseUcum(text: string): Unit | undefined {
  if (text.length === 0 || text.length > 60) return undefined;
  // {annotations} say what is counted and change nothing
  const bare = text.replace(/\{[^{}]*\}/g, '');
  if (bare === '' || bare === '1') return { code: '1', factor: 1, offset: 0, dimension: ONE };
  const dimension: Dimension = { ...DIMENSIONLESS };
  const above: string[] = [];
  const below: string[] = [];
  let factor = 1;
  let offset = 0;
  let sign = 1;
  let terms = 0;
  for (const piece of bare.split(/([./])/)) {
    if (piece === '/') sign = -1;
    if (piece === '.') sign = 1;
    if (piece === '/' || piece === '.' || piece === '') continue;
    if (++terms > 6) return undefined;
    if (/^\d{1,6}$/.test(piece)) {
      if (Number(piece) === 0) return undefined;
      factor *= Number(piece) ** sign;
      if (piece !== '1') (sign > 0 ? above : below).push(piece);
      continue;
    }
    const match = TERM.exec(piece);
    const known = match === null ? undefined : findAtom(match[1]!);
    if (match === null || known === undefined) return undefined;
    const power = sign * (match[2] === undefined ? 1 : Number(match[2]));
    if (power === 0) return undefined;
    factor *= known.factor ** power;
    addPower(dimension, known.dimension, power);
    // degrees on a scale mean something alone only; in Cel/h they are differences
    if (known.offset !== 0) offset = power === 1 ? known.offset : 0;
    const symbol = litre(match[1]!);
    (power > 0 ? above : below).push(Math.abs(power) === 1 ? symbol : symbol + Math.abs(power));
  }
  if (terms === 0) return undefined;
  if (terms > 1) offset = 0;
  const code = above.join('.') + below.map((part) => `/${part}`).join('');
  return { code: code === '' ? '1' : code, factor, offset, dimension: dimensionText(dimension) };
}

/** UCUM writes the litre both ways; one of them makes equal units equal texts. */
function litre(symbol: string): string {
  return symbol === 'l' || (symbol.length === 2 && symbol.endsWith('l')) ? `${symbol.slice(0, -1)}L` : symbol;
}

function addPower(sum: Dimension, unit: Dimension, power: number): void {
  sum.m += unit.m * power;
  sum.s += unit.s * power;
  sum.g += unit.g * power;
  sum.K += unit.K * power;
  sum.A += unit.A * power;
  sum.mol += unit.mol * power;
  sum.cd += unit.cd * power;
  sum.rad += unit.rad * power;
  if (unit.other !== '') sum.other += unit.other + power;
}

// ---- names

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
export function normaliseUnitText(text: string): string {
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

const MASS_CONCENTRATION = dimensionText({ ...DIMENSIONLESS, g: 1, m: -3 });

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
