/**
 * The readings as a chart shows them: the least and the greatest value of each column. How long the data is shows itself
 * only at its end, so the columns begin narrow and two become one when there are too many.
 */
import type { Observation } from '../ecdm/observation';
import type { Series } from './contract';

/** Columns of a chart. */
const MOST_COLUMNS = 600;
/** Streams that are followed, and that an answer holds. */
const MOST_FOLLOWED = 500;
const MOST_SHOWN = 12;
const NARROWEST = 1000;

interface Followed {
  key: string;
  name: string | undefined;
  property: string;
  unit: string | undefined;
  /** By column; the lowest is `Infinity` where there is no reading. */
  low: Float64Array;
  high: Float64Array;
}

export class SeriesKeeper {
  private readonly streams = new Map<string, Followed>();
  private width = NARROWEST;
  /** Begin of the first column; a whole number of columns since the epoch, so that the same data has the same columns. */
  private begin = NaN;

  /** @param properties in lower case: those that are drawn; all where it is left out */
  constructor(private readonly properties?: ReadonlySet<string>) {}

  add(batch: readonly Observation[]): void {
    for (const observation of batch) {
      const { value, time } = observation;
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const stream = this.streams.get(observation.datastream) ?? this.follow(observation);
      if (stream === undefined) continue;
      const at = this.columnOf(time);
      if (at < 0) continue;
      if (value < stream.low[at]!) stream.low[at] = value;
      if (value > stream.high[at]!) stream.high[at] = value;
    }
  }

  /** @param wanted keys whose series come first */
  list(wanted: readonly string[]): Series[] {
    const rank = new Map<string, number>();
    for (const key of wanted) if (!rank.has(key)) rank.set(key, rank.size);
    const rankOf = ({ key }: Followed): number => rank.get(key) ?? rank.size;
    const chosen = [...this.streams.values()].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, MOST_SHOWN);
    return chosen.map(({ key, name, property, unit, low, high }) => {
      const points: Series['points'] = [];
      low.forEach((least, at) => {
        if (least !== Infinity) points.push({ time: this.begin + at * this.width, low: least, high: high[at]! });
      });
      return {
        key,
        ...(name === undefined || name === key ? {} : { name }),
        property,
        ...(unit === undefined ? {} : { unit }),
        points,
      };
    });
  }

  /** What lies before the first column is late, and not drawn: readings come in order of time. */
  private columnOf(time: number): number {
    if (Number.isNaN(this.begin)) this.begin = Math.floor(time / this.width) * this.width;
    while (time >= this.begin + MOST_COLUMNS * this.width) this.widen();
    return Math.floor((time - this.begin) / this.width);
  }

  private follow({ datastream, thing, property, unit, meta }: Observation): Followed | undefined {
    if (this.streams.size >= MOST_FOLLOWED) return undefined;
    if (this.properties !== undefined && !this.properties.has(property.toLowerCase())) return undefined;
    const stream: Followed = {
      key: thing ?? datastream,
      name: meta?.thing?.name ?? meta?.datastream.name,
      property,
      unit,
      low: new Float64Array(MOST_COLUMNS).fill(Infinity),
      high: new Float64Array(MOST_COLUMNS).fill(-Infinity),
    };
    this.streams.set(datastream, stream);
    return stream;
  }

  private widen(): void {
    const { begin } = this;
    this.width *= 2;
    this.begin = Math.floor(begin / this.width) * this.width;
    // the first column may have become the second half of one
    const shift = this.begin === begin ? 0 : 1;
    for (const { low, high } of this.streams.values()) {
      merge(low, shift, Math.min, Infinity);
      merge(high, shift, Math.max, -Infinity);
    }
  }
}

/** Makes one column of two, in place. */
function merge(columns: Float64Array, shift: number, join: (a: number, b: number) => number, none: number): void {
  const before = columns.slice();
  columns.fill(none);
  before.forEach((value, at) => {
    const to = (at + shift) >> 1;
    columns[to] = join(columns[to]!, value);
  });
}
