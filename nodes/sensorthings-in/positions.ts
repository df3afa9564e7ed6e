/**
 * How far each Datastream has been read, and which observations near that position were sent: they are read again with
 * an overlap, and come over MQTT and HTTP. Three times matter per Datastream:
 *
 * - `complete`: up to here HTTP has given everything; MQTT never moves it, because servers lose notices silently
 * - `newest`: newest phenomenon time that was sent
 * - `floor`: up to here observations are no longer remembered one by one; those that are read again count as sent
 *
 * Where a server numbers its observations, those behind a `mark` are remembered whatever their time: they will be read
 * once more by their ids.
 */
import type { Observation } from '../ecdm/observation';
import { contentHash, idKey, type IdKey, numberOf } from './identity';

/** Ids remembered altogether; at this bound the source reads over HTTP, so that fewer must be remembered. */
const MOST_IDS = 100_000;
/** Ids remembered of each, where there are very many Datastreams. */
const IDS_EACH = 5;

/**
 * How an observation came: read over HTTP by time, or by its id because it was stored after the mark; as a live notice,
 * or as an old notice that the broker had kept.
 */
export type Way = 'http' | 'late' | 'live' | 'retained';
export type Verdict = 'new' | 'repeat' | 'update';

export interface Sent {
  time: number;
  hash: number;
  /** Hash before the last update: a notice that was overtaken by its update is no update. */
  before: number | undefined;
  /** Wall-clock time at which the flow had taken it; 0 until then. */
  taken: number;
}

export interface Position {
  readonly id: string;
  complete: number | undefined;
  /** `complete` as of which the flow has taken everything: a restart goes on from here. */
  safe: number | undefined;
  newest: number;
  floor: number;
  readonly ids: Map<IdKey, Sent>;
}

export class Positions {
  private readonly streams = new Map<string, Position>();
  /** Parts of MultiDatastreams that are read apart, by the Datastream that they are read with. */
  private readonly owners = new Map<string, string>();
  private size = 0;
  /** Highest id of an observation up to which all that is stored has been read; where ids have an order. */
  mark: number | undefined;
  /** Observations that came again and were left out. */
  repeats = 0;
  /** Observations that came again with another content. */
  updates = 0;

  constructor(private most = MOST_IDS) {}

  /** So many Datastreams are read: of each some observations must be remembered. */
  expect(streams: number): void {
    this.most = Math.max(MOST_IDS, streams * IDS_EACH);
  }

  get ids(): number {
    return this.size;
  }

  /** More is remembered than should be: only reading over HTTP helps. */
  get crowded(): boolean {
    return this.size > this.most;
  }

  /** Far more than should be remembered: live readings must wait until HTTP has caught up. */
  get swamped(): boolean {
    return this.size > 1.5 * this.most;
  }

  /** The Datastream that is read for another one's sake; itself where that is no part. */
  owner(datastream: string): string {
    return this.owners.size === 0 ? datastream : (this.owners.get(datastream) ?? datastream);
  }

  /** A part that comes with the observations of a whole. */
  belongs(part: string, whole: string): void {
    this.owners.set(part, whole);
  }

  get(datastream: string): Position | undefined {
    return this.streams.get(datastream);
  }

  all(): IterableIterator<Position> {
    return this.streams.values();
  }

  /** The position of a Datastream, made where there is none. */
  of(id: string): Position {
    let position = this.streams.get(id);
    if (!position) {
      position = { id, complete: undefined, safe: undefined, newest: -Infinity, floor: -Infinity, ids: new Map() };
      this.streams.set(id, position);
    }
    return position;
  }

  /** Time to read a Datastream from, or `undefined` for one that was never read. */
  from(datastream: string, overlap: number): number | undefined {
    const position = this.streams.get(datastream);
    if (position?.complete === undefined) return undefined;
    // what lies under the floor would count as sent anyway
    return Math.max(position.complete - overlap, Math.min(position.floor, position.complete));
  }

  /** Whether an observation is to be sent; if so it counts as sent from now on. */
  judge(observation: Observation, way: Way): Verdict {
    const position = this.of(this.owner(observation.datastream));
    const key = idKey(observation, position.id);
    const hash = contentHash(observation);
    const sent = position.ids.get(key);
    if (sent) return this.again(sent, observation.time, hash, way);
    const { time } = observation;
    if ((way === 'http' && time <= position.floor) || (way === 'retained' && time <= position.newest)) {
      this.repeats++;
      return 'repeat';
    }
    this.note(position, key, { time, hash, before: undefined, taken: 0 });
    return 'new';
  }

  /** Was sent with another content: either it has changed since, or the notice is older than what was sent. */
  conflicts(observation: Observation): boolean {
    const position = this.streams.get(this.owner(observation.datastream));
    const sent = position?.ids.get(idKey(observation, position.id));
    if (!sent) return false;
    const hash = contentHash(observation);
    return hash !== sent.hash && hash !== sent.before;
  }

  /** Counts an observation as sent without sending it: it lies before the time from which things are wanted. */
  pass(observation: Observation): void {
    const { time } = observation;
    const hash = contentHash(observation);
    const position = this.of(this.owner(observation.datastream));
    this.note(position, idKey(observation, position.id), { time, hash, before: undefined, taken: 0 });
  }

  /** Takes back what was saved. */
  restore(position: Position, key: IdKey, sent: Sent): void {
    if (sent.time > position.floor || this.isBehindMark(key)) this.note(position, key, sent);
  }

  /** HTTP has given everything up to a time. */
  confirm(id: string, complete: number): void {
    const position = this.of(id);
    if (position.complete === undefined || complete > position.complete) position.complete = complete;
  }

  /** The flow has taken it. */
  took(observation: Observation, when: number): void {
    const position = this.streams.get(this.owner(observation.datastream));
    const sent = position?.ids.get(idKey(observation, position.id));
    if (sent) sent.taken = when;
  }

  /**
   * The flow has taken everything up to a time. What lies further back than twice the overlap is forgotten one by one.
   * @returns true where something changed
   */
  commit(id: string, safe: number, overlap: number): boolean {
    const position = this.of(id);
    if (position.safe !== undefined && safe <= position.safe) return false;
    position.safe = safe;
    if (safe - 2 * overlap > position.floor) this.raise(position, safe - 2 * overlap);
    return true;
  }

  /** Everything up to a time counts as sent, in all Datastreams. */
  settle(floor: number): void {
    for (const position of this.streams.values()) if (floor > position.floor) this.raise(position, floor);
  }

  clear(): void {
    this.streams.clear();
    this.size = 0;
    this.mark = undefined;
  }

  /** Makes room by forgetting what lies before the safe part of the Datastreams that take most of it. */
  shrink(): void {
    if (!this.crowded) return;
    // sorting tens of thousands of them would take longer than it helps
    const usual = this.size / this.streams.size;
    for (const position of this.streams.values()) {
      if (this.size <= this.most * 0.8) return;
      if (position.ids.size < usual || position.safe === undefined) continue;
      if (position.safe - 1 > position.floor) this.raise(position, position.safe - 1);
    }
  }

  private again(sent: Sent, time: number, hash: number, way: Way): Verdict {
    const notice = way === 'live' || way === 'retained';
    if (hash === sent.hash || (notice && hash === sent.before)) {
      this.repeats++;
      return 'repeat';
    }
    this.updates++;
    sent.before = sent.hash;
    sent.hash = hash;
    sent.time = time;
    return 'update';
  }

  private isBehindMark(key: IdKey): boolean {
    return this.mark !== undefined && numberOf(key) > this.mark;
  }

  private note(position: Position, key: IdKey, sent: Sent): void {
    if (!position.ids.has(key)) this.size++;
    position.ids.set(key, sent);
    if (sent.time > position.newest) position.newest = sent.time;
  }

  private raise(position: Position, floor: number): void {
    position.floor = floor;
    for (const [key, { time }] of position.ids) {
      if (time > floor || this.isBehindMark(key)) continue;
      position.ids.delete(key);
      this.size--;
    }
  }
}
