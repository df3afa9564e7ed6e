/**
 * How far each Datastream has been read, and which of its newest observations were already sent: readings are read
 * again with an overlap, and come over MQTT and HTTP.
 */
import type { Observation } from '../ecdm/observation';

/** Ids remembered altogether, and per Datastream at most and at least. */
const MOST_IDS = 100_000;
const MOST_PER_STREAM = 512;
const LEAST_PER_STREAM = 16;

interface Position {
  /** Newest phenomenon time that was sent. */
  last: number;
  /** Ids with their times, oldest first. */
  readonly ids: Map<string, number>;
  /** Readings up to this time are no longer remembered one by one: they count as sent. */
  floor: number;
}

export class Positions {
  private readonly streams = new Map<string, Position>();
  private readonly marked = new Map<string, number>();
  private perStream = MOST_PER_STREAM;
  /** Readings that came again and were left out. */
  repeats = 0;

  /** Tells how many Datastreams share the memory. */
  share(streams: number): void {
    this.perStream = Math.max(LEAST_PER_STREAM, Math.min(MOST_PER_STREAM, Math.floor(MOST_IDS / Math.max(1, streams))));
  }

  /** Newest time that was sent of a Datastream before anything was missed. */
  from(datastream: string): number | undefined {
    return this.marked.get(datastream) ?? this.streams.get(datastream)?.last;
  }

  /** From now on something may be missed, though newer readings come: reading again begins here. */
  mark(): void {
    for (const [datastream, { last }] of this.streams)
      if (!this.marked.has(datastream)) this.marked.set(datastream, last);
  }

  /** All that was missed has been read. */
  unmark(): void {
    this.marked.clear();
  }

  /**
   * True for a reading that was not sent before; it counts as sent from now on.
   * @param old a retained message: only news when it is newer than all that was sent
   */
  accept({ datastream, id, time }: Observation, old = false): boolean {
    let position = this.streams.get(datastream);
    if (!position) {
      position = { last: -Infinity, ids: new Map(), floor: -Infinity };
      this.streams.set(datastream, position);
    }
    if (position.ids.has(id) || time <= position.floor || (old && time <= position.last)) {
      this.repeats++;
      return false;
    }
    position.ids.set(id, time);
    if (position.ids.size > this.perStream) {
      const [oldest, at] = position.ids.entries().next().value!;
      position.ids.delete(oldest);
      position.floor = Math.max(position.floor, at);
    }
    if (time > position.last) position.last = time;
    return true;
  }
}
