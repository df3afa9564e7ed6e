/** A subset of UCUM (ucum.org, version 2.1) that covers what cities measure: its terms as factors and dimensions. */

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
export interface Unit {
  code: string;
  factor: number;
  offset: number;
  dimension: string;
}

const DIMENSIONLESS: Dimension = { m: 0, s: 0, g: 0, K: 0, A: 0, mol: 0, cd: 0, rad: 0, other: '' };
/** Dimensions as texts, to be compared: of a ratio, and of a mass in a volume. */
export const ONE = /* @__PURE__ */ dimensionText(DIMENSIONLESS);
export const MASS_CONCENTRATION = /* @__PURE__ */ dimensionText({ ...DIMENSIONLESS, g: 1, m: -3 });

type Atom = { factor: number; dimension: Dimension; metric: boolean; offset: number };

// pure: a form that converts nothing is not given the table
const ATOMS: ReadonlyMap<string, Atom> = /* @__PURE__ */ atoms();

function atoms(): Map<string, Atom> {
  const all = new Map<string, Atom>();
  const atom = (code: string, factor: number, dimension: Partial<Dimension>, metric = false, offset = 0): void => {
    all.set(code, { factor, dimension: { ...DIMENSIONLESS, ...dimension }, metric, offset });
  };
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
  const codes = ['dB', 'dB[A]', 'dB[C]', 'dB[Z]', 'dB[SPL]', 'dB[mW]', '[pH]', '[NTU]', '[FNU]', '[AQI]', '[UVI]'];
  for (const code of codes) {
    atom(code, 1, { other: code });
  }
  return all;
}

const PREFIXES: Readonly<Record<string, number>> = {
  T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 100, da: 10, d: 0.1, c: 0.01, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12,
}; // prettier-ignore

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
export function parseUcum(text: string): Unit | undefined {
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
