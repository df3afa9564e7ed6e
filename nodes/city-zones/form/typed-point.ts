import type { Position } from '../zones/model';

/**
 * A point as people type or paste it: latitude, then longitude in degrees, with a point or a comma, apart from each other
 * by a blank, a semicolon or a comma.
 * @returns `undefined` where it is not two numbers on Earth
 */
export function readTypedPoint(text: string): Position | undefined {
  const parts = /[\s;]/.test(text.trim()) ? text.trim().split(/[\s;]+/) : text.trim().split(',');
  const [lat, lon, ...more] = parts.map((part) => {
    const number = part.replace(/,$/, '').replace(',', '.');
    return number === '' ? NaN : Number(number);
  });
  const isPlace = lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return isPlace && more.length === 0 ? [lon, lat] : undefined;
}
