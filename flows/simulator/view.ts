/** One Observation of the columns, as the other entities look. */
import type { Entity, Id, Store } from './store';

/** An Observation, read from the columns when it is asked for. */
export class ObservationView implements Entity {
  readonly set = 'Observations';
  /** Kept beside the row, which another Observation may have after a delete. */
  readonly id: Id;

  constructor(
    private readonly store: Store,
    readonly row: number,
  ) {
    this.id = store.observations.ids[row]!;
  }

  get fields(): Record<string, unknown> {
    const { observations: t } = this.store;
    const { row } = this;
    const end = t.end[row]!;
    const from = new Date(t.start[row]!).toISOString();
    const resultTime = t.resultTime[row]!;
    return {
      phenomenonTime: Number.isNaN(end) ? from : `${from}/${new Date(end).toISOString()}`,
      resultTime: Number.isNaN(resultTime) ? null : new Date(resultTime).toISOString(),
      result: t.result(row),
      ...t.extra.get(row),
    };
  }

  get links(): Record<string, Entity | undefined> {
    const { observations, features } = this.store;
    const { stream } = this;
    const name = stream.set === 'Datastreams' ? 'Datastream' : 'MultiDatastream';
    return { [name]: stream, FeatureOfInterest: features[observations.feature[this.row]!] };
  }

  /** The Datastream or MultiDatastream that it belongs to. */
  get stream(): Entity {
    return this.store.streams[this.store.observations.stream[this.row]!]!;
  }

  get isInterval(): boolean {
    return !Number.isNaN(this.store.observations.end[this.row]!);
  }

  /** NaN for null. */
  get resultTime(): number {
    return this.store.observations.resultTime[this.row]!;
  }

  get extra(): Readonly<Record<string, unknown>> | undefined {
    return this.store.observations.extra.get(this.row);
  }

  get start(): number {
    return this.store.observations.start[this.row]!;
  }

  get end(): number {
    return this.store.observations.endOf(this.row);
  }

  get result(): unknown {
    return this.store.observations.result(this.row);
  }
}
