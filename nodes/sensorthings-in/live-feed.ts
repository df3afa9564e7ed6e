/**
 * The MQTT side of a source: a topic per Datastream, or one for all where the server refuses that; a buffer while HTTP
 * catches up; echoes and what belongs to other Datastreams left out.
 */
import type { Observation } from '../ecdm/observation';
import type { Problem } from '../ecdm/problem';
import { datastreamKey, type DecodeOptions, decodeObservations } from '../sensorthings-server/client/decode';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import { parseTolerant } from '../sensorthings-server/client/json';
import type { MqttLink, MqttListener, MqttState, Notice } from '../sensorthings-server/client/mqtt';
import { decodeProblem, refusedTopic } from '../sensorthings-server/client/texts';
import { idOf, isRecord, type Raw } from '../sensorthings-server/client/tolerant';
import type { Way } from './positions';

export interface LiveHost {
  readonly decode: DecodeOptions;
  /** Finds out where a Thing that moves is; to be awaited before its reading is decoded. */
  locate(stream: StreamInfo, body: unknown): Promise<void>;
  accept(observation: Observation, way: Way): void;
  /** The flow does not keep up. */
  full(): boolean;
  /** Subscriptions are in place, or readings were passed over: HTTP must catch up. */
  catchUp(): void;
  /** A reading of a Datastream that is not read. */
  stranger(key: string): void;
  /** The connection came or went. */
  changed(): void;
  problem(problem: Problem): void;
  /** Something went wrong that is not known. */
  failed(thrown: unknown): void;
}

/** Readings kept while HTTP catches up, and bytes of the messages that they came in. */
export const MOST_BUFFERED = 10_000;
const MOST_BUFFERED_BYTES = 50_000_000;
/** Milliseconds that live readings wait for HTTP that does not answer. */
const LONGEST_WAIT = 60_000;
/** Longest message that is read. */
const MOST_BYTES = 1_000_000;
/** Topics of single Datastreams; more Datastreams than that share one topic. */
const MOST_TOPICS = 2000;
/** Milliseconds between two looks over HTTP after a notice that does not say what it belongs to. */
const HINT_EVERY = 2000;

/** What is subscribed to: each Datastream, or all Observations in two forms. */
type Level = 'each' | 'expanded' | 'plain';
const NEXT: Readonly<Record<Level, Level | undefined>> = { each: 'expanded', expanded: 'plain', plain: undefined };

interface Buffered {
  observation: Observation;
  way: Way;
}

export class LiveFeed implements MqttListener {
  private byTopic: ReadonlyMap<string, StreamInfo> = new Map();
  private byKey: ReadonlyMap<string, StreamInfo> = new Map();
  private level: Level;
  private topics: readonly string[] = [];
  private buffer: Buffered[] | undefined = [];
  private bufferedBytes = 0;
  /** Readings were passed over since the last catch-up began. */
  private gap = false;
  private bufferedSince = performance.now();
  private lastHint = -Infinity;
  connected = false;
  /** Why there is no connection; `undefined` until the first try has ended. */
  reason: string | undefined;
  /** Topics that the server refused. */
  refusals = 0;

  constructor(
    private readonly link: Pick<MqttLink, 'add' | 'remove'>,
    private readonly version: string,
    streams: readonly StreamInfo[],
    private readonly host: LiveHost,
  ) {
    this.level = streams.length > MOST_TOPICS ? 'expanded' : 'each';
    this.update(streams);
  }

  /** The same Datastreams, of which other things are known now. */
  update(streams: readonly StreamInfo[]): void {
    const topicOf = ({ path }: StreamInfo): string => `${this.version}/${topicPath(path)}/Observations`;
    if (streams.length <= MOST_TOPICS) this.byTopic = new Map(streams.map((stream) => [topicOf(stream), stream]));
    this.byKey = new Map(streams.map((stream) => [stream.key, stream]));
  }

  /** Readings that wait for HTTP. */
  get buffered(): number {
    return this.buffer?.length ?? 0;
  }

  open(): void {
    this.topics = this.topicsOf(this.level);
    this.link.add(this, this.topics);
  }

  close(): void {
    this.link.remove(this);
  }

  beginCatchUp(): void {
    this.hold();
    this.gap = false;
  }

  /**
   * What came meanwhile goes on. While HTTP does not answer it waits, so that the order is kept; but not for long:
   * then it goes on, and what was missed comes later.
   */
  endCatchUp(good: boolean): void {
    if (!this.buffer) return;
    if (!good && performance.now() - this.bufferedSince < LONGEST_WAIT) return;
    const buffered = this.buffer;
    this.buffer = undefined;
    for (const { observation, way } of buffered) this.host.accept(observation, way);
    if (good && this.gap) this.host.catchUp();
  }

  // ---- MqttListener

  ready(): void {
    // an error would end in a promise that nobody awaits
    this.safely(() => this.isReady());
  }

  message(topic: string, payload: Uint8Array, notice: Notice): void {
    // an error would end in the socket of the MQTT client, and with it the runtime
    this.safely(() => this.read(topic, payload, notice));
  }

  state(state: MqttState): void {
    if (state.state !== 'down') return;
    const news = this.connected || this.reason !== state.code;
    this.reason = state.code;
    this.refusals = 0;
    this.connected = false;
    if (news) this.host.changed();
  }

  refused(topic: string, code: number): void {
    if (this.refusals++ === 0) this.host.problem(refusedTopic(topic, code, this.host.decode.language));
  }

  private topicsOf(level: Level): string[] {
    if (level === 'each') return [...this.byTopic.keys()];
    const all = `${this.version}/Observations`;
    return [level === 'expanded' ? `${all}?$expand=Datastream($select=id)` : all];
  }

  private safely(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.host.failed(thrown);
    }
  }

  private isReady(): void {
    const next = NEXT[this.level];
    if (this.refusals > 0 && next !== undefined) {
      // one topic for all instead, looked through here
      this.link.remove(this);
      this.level = next;
      this.refusals = 0;
      this.open();
      return;
    }
    this.connected = this.refusals < this.topics.length;
    if (!this.connected) this.reason = 'refused';
    this.hold();
    this.host.catchUp();
    this.host.changed();
  }

  private hold(): void {
    if (this.buffer) return;
    this.buffer = [];
    this.bufferedBytes = 0;
    this.bufferedSince = performance.now();
  }

  private read(topic: string, payload: Uint8Array, { retained, deleted }: Notice): void {
    const stream = this.byTopic.get(topic);
    if (!stream && !this.topics.includes(topic)) return;
    if (deleted) return;
    if (payload.length > MOST_BYTES) {
      this.tell('mqtt-size', topic);
      return;
    }
    const parsed = parseTolerant(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8'));
    if ('error' in parsed) {
      this.tell('mqtt-json', topic);
      return;
    }
    const body = parsed.value;
    // FROST echoes what clients publish before it has stored it: only what has an id is an Observation
    if (!isRecord(body) || idOf(body) === undefined) return;
    const owner = stream ?? this.ownerOf(body);
    if (!owner) return;
    const bytes = payload.length;
    if (!owner.moving) this.decode(body, owner, retained, bytes);
    else {
      const failed = (thrown: unknown): void => this.host.failed(thrown);
      this.host.locate(owner, body).then(() => this.safely(() => this.decode(body, owner, retained, bytes)), failed);
    }
  }

  private tell(code: 'mqtt-size' | 'mqtt-json', topic: string): void {
    this.host.problem(decodeProblem(code, topic, this.host.decode.language, { topic }));
  }

  private decode(body: Raw, owner: StreamInfo, retained: boolean, bytes: number): void {
    if (this.buffer) this.bufferedBytes += bytes;
    for (const observation of decodeObservations(body, owner, this.host.decode)) this.take(observation, retained);
  }

  /** The Datastream of a message on the topic of all; where it does not say, HTTP does. */
  private ownerOf(body: Raw): StreamInfo | undefined {
    const key = datastreamKey(body);
    if (key !== undefined) {
      const stream = this.byKey.get(key);
      if (!stream) this.host.stranger(key);
      return stream;
    }
    if (performance.now() - this.lastHint > HINT_EVERY) {
      this.lastHint = performance.now();
      this.host.catchUp();
    }
    return undefined;
  }

  private take(observation: Observation, retained: boolean): void {
    const way = retained ? 'retained' : 'live';
    if (this.buffer) {
      const fits = this.buffer.length < MOST_BUFFERED && this.bufferedBytes <= MOST_BUFFERED_BYTES;
      if (fits) this.buffer.push({ observation, way });
      else this.gap = true;
    } else if (this.host.full()) {
      // nothing is lost: HTTP reads it when the flow has room again
      this.hold();
      this.gap = true;
      this.host.catchUp();
    } else this.host.accept(observation, way);
  }
}

/** Topics are written plainly, but for the signs that MQTT keeps for itself. */
function topicPath(path: string): string {
  return decodeURIComponent(path).replaceAll('+', '%2B').replaceAll('#', '%23');
}
