/** Why an address of tiles cannot be used; a key of `invalid.*`. */
export function tilesFault(address: string): 'tilesAddress' | 'tilesPlaces' | undefined {
  if (address === '') return undefined;
  try {
    if (!['http:', 'https:'].includes(new URL(address).protocol)) return 'tilesAddress';
  } catch {
    return 'tilesAddress';
  }
  return ['{z}', '{x}', '{y}'].every((gap) => address.includes(gap)) ? undefined : 'tilesPlaces';
}
