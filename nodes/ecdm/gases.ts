/** Gases whose mixing ratio (ppm, ppb) and mass concentration (ug/m3) convert into each other. */

/** Litres that one mole of gas takes at 25 °C and 1 atm, the figure that EPA and WHO tables use. */
export const MOLAR_VOLUME = 24.45;

/** Grams per mole. Nitrogen oxides (NOx) count as NO2, as in the rules of the EU and the EPA. */
export const MOLAR_MASS = {
  CO: 28.0101,
  NO2: 46.0055,
  NO: 30.0061,
  NOx: 46.0055,
  O3: 47.9982,
  SO2: 64.0638,
  CO2: 44.0095,
  NH3: 17.0305,
  H2S: 34.0809,
  CH4: 16.0425,
  C6H6: 78.1118,
  CH2O: 30.026,
} as const;

export type Gas = keyof typeof MOLAR_MASS;

const NAMES: Readonly<Record<Gas, readonly string[]>> = {
  CO: ['co', 'carbon monoxide', 'kohlenmonoxid', 'monoxyde de carbone', 'คาร์บอนมอนอกไซด์'],
  NO2: ['no2', 'nitrogen dioxide', 'stickstoffdioxid', "dioxyde d'azote", 'ไนโตรเจนไดออกไซด์'],
  NO: ['no', 'nitric oxide', 'nitrogen monoxide', 'stickstoffmonoxid', "monoxyde d'azote", 'ไนตริกออกไซด์'],
  NOx: ['nox', 'nitrogen oxides', 'stickoxide', "oxydes d'azote"],
  O3: ['o3', 'ozone', 'ozon', 'โอโซน'],
  SO2: ['so2', 'sulfur dioxide', 'sulphur dioxide', 'schwefeldioxid', 'dioxyde de soufre', 'ซัลเฟอร์ไดออกไซด์'],
  CO2: ['co2', 'carbon dioxide', 'kohlendioxid', 'dioxyde de carbone', 'คาร์บอนไดออกไซด์'],
  NH3: ['nh3', 'ammonia', 'ammoniak', 'ammoniac'],
  H2S: ['h2s', 'hydrogen sulfide', 'hydrogen sulphide', 'schwefelwasserstoff'],
  CH4: ['ch4', 'methane', 'methan', 'méthane'],
  C6H6: ['c6h6', 'benzene', 'benzol', 'benzène'],
  CH2O: ['ch2o', 'hcho', 'formaldehyde', 'formaldehyd', 'formaldéhyde'],
};

const byName = new Map<string, Gas>();
for (const [gas, names] of Object.entries(NAMES)) for (const name of names) byName.set(name.normalize('NFKC'), gas as Gas);

/**
 * The gas that an observed property is about: its formula or its name, alone or as a word of the property's name
 * ("CO concentration", "Carbon monoxide (CO)").
 * @returns `undefined` where no gas, or more than one, is named
 */
export function gasOf(property: string): Gas | undefined {
  const text = property.slice(0, 200).normalize('NFKC').trim();
  const whole = byName.get(text.toLowerCase());
  if (whole !== undefined) return whole;
  let found: Gas | undefined;
  for (const word of text.split(/[^\p{L}\p{M}\p{N}]+/u)) {
    const gas = byName.get(word.toLowerCase());
    // "no" is a word of many languages: as a part of a name only the formula in capitals counts
    if (gas === undefined || (gas === 'NO' && word !== 'NO')) continue;
    if (found !== undefined && found !== gas) return undefined;
    found = gas;
  }
  if (found !== undefined) return found;
  const lower = text.toLowerCase();
  for (const [name, gas] of byName) {
    if (!name.includes(' ') || !lower.includes(name)) continue;
    if (found !== undefined && found !== gas) return undefined;
    found = gas;
  }
  return found;
}
