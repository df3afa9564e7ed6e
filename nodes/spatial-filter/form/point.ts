/** A point as it is typed: latitude and longitude in two fields, with a point or a comma. */
const BOUND = { lat: 90, lon: 180 } as const;

const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text.trim().replace(',', '.')));

export function pointFault(side: 'lat' | 'lon', text: string): boolean {
  return !(Math.abs(numberOf(text)) <= BOUND[side]);
}

/** @returns `[longitude, latitude]`, or `null` where one of the two is missing or not on Earth */
export function readPoint(lat: string, lon: string): [number, number] | null {
  return pointFault('lat', lat) || pointFault('lon', lon) ? null : [numberOf(lon), numberOf(lat)];
}
