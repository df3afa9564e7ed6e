/**
 * Where a reading was taken, in this order: the FeatureOfInterest that it was read with; of Things that move the
 * HistoricalLocation of that time; the Thing's Location; the middle of the observed area (the last two are part of the
 * Datastream's metadata). A FeatureOfInterest that is only a copy of a Location of a Thing that has moved since is no
 * answer: servers make such copies when an Observation is stored without one.
 */
import type { Place } from '../../ecdm/observation';
import { parseTimeInterval } from '../../ecdm/time';
import { type Feature, type PlaceFinder, rowsOf } from './decode';
import type { StreamInfo } from './datastream';
import { isRecord, pick } from './tolerant';
import { samePlace, type Track, type Tracks } from './tracks';

/** A Datastream counts as sampled here and there when its last readings had more than one FeatureOfInterest. */
const REMEMBERED = 20;
/** Datastreams whose features are remembered. */
const MOST_STREAMS = 20_000;

export class Places implements PlaceFinder {
  /** The last FeaturesOfInterest by Datastream, only of those that had any. */
  private readonly features = new Map<string, (string | number)[]>();

  constructor(private readonly tracks: Tracks) {}

  /** Whether readings of a Datastream should be asked for with their FeatureOfInterest. */
  isSampled(stream: StreamInfo): boolean {
    return stream.moving === true || new Set(this.features.get(stream.id)).size > 1;
  }

  /**
   * Reads the ways of the Things that move, as far as an answer needs them. To be called before it is decoded.
   * @throws StaError of the network; a server that cannot tell is no error
   */
  async prepare(streams: readonly StreamInfo[], body: unknown): Promise<void> {
    const things = new Set(streams.filter(({ moving }) => moving).map(({ thingPath }) => thingPath));
    things.delete(undefined);
    if (things.size === 0) return;
    const span = spanOf(body);
    if (!span) return;
    for (const thing of things) await this.tracks.read(thing!, span[0], span[1]);
  }

  find(
    stream: StreamInfo,
    time: number,
    feature: Feature | undefined,
  ): { place: Place; from: 'foi' | 'historical' } | undefined {
    const track = stream.moving && stream.thingPath !== undefined ? this.tracks.of(stream.thingPath) : undefined;
    const was = track?.at(time);
    if (feature) {
      this.remember(stream, feature);
      if (!was || !isCopy(feature.place, stream, track!)) return { place: feature.place, from: 'foi' };
    }
    return was && { place: was, from: 'historical' };
  }

  private remember(stream: StreamInfo, { id, place }: Feature): void {
    const list = this.features.get(stream.id) ?? [];
    list.push(id ?? place.join());
    if (list.length > REMEMBERED) list.shift();
    if (list.length > 1) return;
    this.features.set(stream.id, list);
    if (this.features.size > MOST_STREAMS) this.features.delete(this.features.keys().next().value!);
  }
}

/** A Location that the Thing has or had, while it has been elsewhere too. */
function isCopy(place: Place, stream: StreamInfo, track: Track): boolean {
  return track.moved && (track.has(place) || samePlace(place, stream.place));
}

/** First and last time of an answer, whatever its form. */
function spanOf(body: unknown): [number, number] | undefined {
  if (!isRecord(body)) return undefined;
  const value = pick(body, 'value');
  let span: [number, number] | undefined;
  const widen = (raw: unknown): void => {
    const { start, end } = parseTimeInterval(raw) ?? {};
    const time = start ?? end;
    if (time !== undefined) span = span ? [Math.min(span[0], time), Math.max(span[1], time)] : [time, time];
  };
  for (const item of Array.isArray(value) ? (value as unknown[]) : [body]) {
    if (!isRecord(item)) continue;
    const rows = rowsOf(item);
    if (!rows) widen(item['phenomenonTime'] ?? item['resultTime']);
    else {
      const components = pick(item, 'components');
      const at = Array.isArray(components) ? (components as unknown[]).indexOf('phenomenonTime') : -1;
      for (const row of rows) if (Array.isArray(row)) widen((row as unknown[])[at]);
    }
  }
  return span;
}
