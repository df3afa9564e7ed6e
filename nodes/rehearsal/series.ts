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
  columns: Map<number, [low: number, high: number]>;
}

export class SeriesKeeper {
  private readonly streams = new Map<string, Followed>();
  private width = NARROWEST;
  private first = Infinity;
  private last = -Infinity;

  /** @param properties in lower case: those that are drawn; all where it is left out */
  constructor(private readonly properties?: ReadonlySet<string>) {}

  add(batch: readonly Observation[]): void {
    for (const observation of batch) {
      const { value, time } = observation;
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const stream = this.streams.get(observation.datastream) ?? this.follow(observation);
      if (stream === undefined) continue;
      if (time < this.first) this.first = time;
      if (time > this.last) this.last = time;
      const at = Math.floor(time / this.width);
      const column = stream.columns.get(at);
      if (column === undefined) stream.columns.set(at, [value, value]);
      else if (value < column[0]) column[0] = value;
      else if (value > column[1]) column[1] = value;
    }
    while ((this.last - this.first) / this.width > MOST_COLUMNS) this.widen();
  }

  /** @param wanted keys whose series come first */
  list(wanted: readonly string[]): Series[] {
    const rank = new Map(wanted.map((key, n) => [key, n]));
    const rankOf = ({ key }: Followed): number => rank.get(key) ?? wanted.length;
    const chosen = [...this.streams.values()].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, MOST_SHOWN);
    return chosen.map(({ key, name, property, unit, columns }) => ({
      key,
      ...(name === undefined || name === key ? {} : { name }),
      property,
      ...(unit === undefined ? {} : { unit }),
      points: [...columns].sort(([a], [b]) => a - b).map(([at, [low, high]]) => ({ time: at * this.width, low, high })),
    }));
  }

  private follow({ datastream, thing, property, unit, meta }: Observation): Followed | undefined {
    if (this.streams.size >= MOST_FOLLOWED) return undefined;
    if (this.properties !== undefined && !this.properties.has(property.toLowerCase())) return undefined;
    const stream: Followed = {
      key: thing ?? datastream,
      name: meta?.thing?.name ?? meta?.datastream.name,
      property,
      unit,
      columns: new Map(),
    };
    this.streams.set(datastream, stream);
    return stream;
  }

  private widen(): void {
    this.width *= 2;
    for (const stream of this.streams.values()) {
      const wide: Followed['columns'] = new Map();
      for (const [at, [low, high]] of stream.columns) {
        const column = wide.get(Math.floor(at / 2));
        if (column === undefined) wide.set(Math.floor(at / 2), [low, high]);
        else {
          column[0] = Math.min(column[0], low);
          column[1] = Math.max(column[1], high);
        }
      }
      stream.columns = wide;
    }
  }
}
