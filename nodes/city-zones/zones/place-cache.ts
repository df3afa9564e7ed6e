import type { ZoneRef } from '../../ecdm/zone';

interface Entry<T> {
  lon: number;
  lat: number;
  zones: T;
}

/** Sensors that are remembered. */
const MOST_SENSORS = 100_000;

/**
 * Remembers the zones (or what else depends on the place alone) of each sensor as long as it does not move. Bounded: at 100,000 sensors the one that came
 * first is forgotten, and costs a look into the index at its next reading.
 */
export class PlaceCache<T = readonly ZoneRef[]> {
  private readonly entries = new Map<string, Entry<T>>();
  /** Goes on where it stood: from the beginning it would have to pass all that was taken away before. */
  private readonly oldest = this.entries.keys();

  constructor(
    private readonly index: { zonesAt(lon: number, lat: number): T },
    private readonly bound = MOST_SENSORS,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** The zones of a sensor at its place. */
  zonesOf(sensor: string, lon: number, lat: number): T {
    const entry = this.entries.get(sensor);
    if (entry !== undefined) {
      if (entry.lon === lon && entry.lat === lat) return entry.zones;
      entry.lon = lon;
      entry.lat = lat;
      return (entry.zones = this.index.zonesAt(lon, lat));
    }
    if (this.entries.size >= this.bound) this.entries.delete(this.oldest.next().value!);
    const zones = this.index.zonesAt(lon, lat);
    this.entries.set(sensor, { lon, lat, zones });
    return zones;
  }
}
