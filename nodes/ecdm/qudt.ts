/** Unit names of QUDT are built from parts: `KiloGM-PER-M3`, `MilliGM-PER-L`, `W-PER-M2-K`. Read into UCUM. */

const PREFIXES: readonly (readonly [string, string])[] = [
  ['Tera', 'T'], ['Giga', 'G'], ['Mega', 'M'], ['Kilo', 'k'], ['Hecto', 'h'], ['Deca', 'da'],
  ['Deci', 'd'], ['Centi', 'c'], ['Milli', 'm'], ['Micro', 'u'], ['Nano', 'n'], ['Pico', 'p'],
];

const BASES: Readonly<Record<string, string>> = {
  GM: 'g', M: 'm', SEC: 's', MIN: 'min', HR: 'h', DAY: 'd', WK: 'wk', YR: 'a', L: 'L', LITRE: 'L', PA: 'Pa', BAR: 'bar', W: 'W', J: 'J', V: 'V',
  A: 'A', OHM: 'Ohm', S: 'S', HZ: 'Hz', N: 'N', MOL: 'mol', K: 'K', DEG_C: 'Cel', DEG_F: '[degF]', LUX: 'lx', LM: 'lm', CD: 'cd', BQ: 'Bq',
  SV: 'Sv', GRAY: 'Gy', GY: 'Gy', RAD: 'rad', DEG: 'deg', FT: '[ft_i]', IN: '[in_i]', MI: '[mi_i]', YD: '[yd_i]', TONNE: 't', TON_M: 't', LB: '[lb_av]',
  C: 'C', FARAD: 'F', ATM: 'atm', NUM: '1', UNITLESS: '1', PERCENT: '%', PPM: '[ppm]', PPB: '[ppb]', HA: 'har', GAL_US: '[gal_us]', PSI: '[psi]',
};

/** @returns a UCUM term, or `undefined` where a part is not known */
export function qudtToUcum(name: string): string | undefined {
  if (name.length > 60) return undefined;
  const above: string[] = [];
  const below: string[] = [];
  let sign = above;
  for (const part of name.split('-')) {
    if (part === 'PER') {
      sign = below;
      continue;
    }
    const unit = readPart(part);
    if (unit === undefined) return undefined;
    if (unit !== '1') sign.push(unit);
  }
  const term = above.join('.') + below.map((unit) => `/${unit}`).join('');
  return term === '' ? '1' : term;
}

function readPart(part: string): string | undefined {
  const match = /^([A-Za-z_]+?)(\d?)$/.exec(part);
  if (match === null) return undefined;
  const [, symbol, power] = match;
  if (Object.hasOwn(BASES, symbol!)) return BASES[symbol!]! + power!;
  const prefix = PREFIXES.find(([word]) => symbol!.startsWith(word));
  const base = prefix && symbol!.slice(prefix[0].length);
  return base !== undefined && Object.hasOwn(BASES, base) ? prefix![1] + BASES[base]! + power! : undefined;
}
