/** The MQTT side of a source: a topic per Datastream, a buffer while HTTP catches up, echoes and old messages out. */
import type { Observation } from '../ecdm/observation';
import { makeProblem, type Problem } from '../ecdm/problem';
import { decodeObservations } from '../sensorthings-server/client/decode';
import type { StreamInfo } from '../sensorthings-server/client/datastream';
import type { MqttLink, MqttListener, MqttState } from '../sensorthings-server/client/mqtt';
import { idOf, isRecord } from '../sensorthings-server/client/tolerant';

export interface LiveHost {
  zone: string | undefined;
  sentinels: ReadonlySet<number>;
  accept(observation: Observation, old: boolean): void;
  /** The flow does not keep up. */
  full(): boolean;
  /** Subscriptions are in place, or readings were passed over: HTTP must catch up. */
  catchUp(): void;
  /** The connection came or went. */
  changed(): void;
  /** From now on something may be missed. */
  missing(): void;
  problem(problem: Problem): void;
  /** Something went wrong that is not known. */
  failed(thrown: unknown): void;
}

/** Readings kept while HTTP catches up. */
const MOST_BUFFERED = 10_000;
/** Milliseconds that live readings wait for HTTP. */
const LONGEST_WAIT = 60_000;
/** Longest message that is read. */
const MOST_BYTES = 1_000_000;

export class LiveFeed implements MqttListener {
  private readonly topics: ReadonlyMap<string, StreamInfo>;
  private buffer: { observation: Observation; old: boolean }[] | undefined = [];
  /** Readings were passed over since the last catch-up began. */
  private gap = false;
  private bufferedSince = performance.now();
  connected = false;
  /** Why there is no connection; `undefined` until the first try has ended. */
  reason: string | undefined;
  /** Topics that the server refused. */
  refusals = 0;

  constructor(
    private readonly link: MqttLink,
    version: string,
    streams: readonly StreamInfo[],
    private readonly host: LiveHost,
  ) {
    this.topics = new Map(
      streams.map((stream) => [`${version}/Datastreams(${topicKey(stream.key)})/Observations`, stream]),
    );
  }

  open(): void {
    this.link.add(this, [...this.topics.keys()]);
  }

  close(): void {
    this.link.remove(this);
  }

  beginCatchUp(): void {
    this.hold();
    this.gap = false;
  }

  private hold(): void {
    if (this.buffer) return;
    this.buffer = [];
    this.bufferedSince = performance.now();
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
    for (const { observation, old } of buffered) this.host.accept(observation, old);
    if (good && this.gap) this.host.catchUp();
  }

  // ---- MqttListener

  ready(): void {
    // an error would end in a promise that nobody awaits
    this.safely(() => this.isReady());
  }

  message(topic: string, payload: Uint8Array, retained: boolean): void {
    // an error would end in the socket of the MQTT client, and with it the runtime
    this.safely(() => this.read(topic, payload, retained));
  }

  private safely(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.host.failed(thrown);
    }
  }

  private isReady(): void {
    this.connected = this.refusals < this.topics.size;
    if (!this.connected) this.reason = 'refused';
    this.hold();
    this.host.catchUp();
    this.host.changed();
  }

  state(state: MqttState): void {
    if (state.state !== 'down') return;
    const news = this.connected || this.reason !== state.code;
    if (this.connected) this.host.missing();
    this.reason = state.code;
    this.refusals = 0;
    this.connected = false;
    if (news) this.host.changed();
  }

  refused(topic: string): void {
    if (this.refusals++ > 0) return;
    this.host.problem(makeProblem('mqtt-refused', `The server refused the topic ${topic}.`, '', topic));
  }

  private read(topic: string, payload: Uint8Array, retained: boolean): void {
    const stream = this.topics.get(topic);
    if (!stream) return;
    if (payload.length > MOST_BYTES) {
      this.host.problem(makeProblem('mqtt-size', `The message on ${topic} is too large.`, '', topic));
      return;
    }
    let body: unknown;
    try {
      body = JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8'));
    } catch {
      this.host.problem(makeProblem('mqtt-json', `The message on ${topic} is not JSON.`, '', topic));
      return;
    }
    // FROST echoes what clients publish before it has stored it: only what has an id is an Observation
    if (!isRecord(body) || idOf(body) === undefined) return;
    const { zone, sentinels } = this.host;
    const options = { zone, sentinels, onProblem: (problem: Problem): void => this.host.problem(problem) };
    for (const observation of decodeObservations(body, stream, options)) this.take(observation, retained);
  }

  private take(observation: Observation, old: boolean): void {
    if (this.buffer) {
      if (this.buffer.length < MOST_BUFFERED) this.buffer.push({ observation, old });
      else {
        if (!this.gap) this.host.missing();
        this.gap = true;
      }
    } else if (this.host.full()) {
      // nothing is lost: HTTP reads it when the flow has room again
      this.host.missing();
      this.hold();
      this.gap = true;
      this.host.catchUp();
    } else this.host.accept(observation, old);
  }
}

/** Topics are written plainly, but for the signs that MQTT keeps for itself. */
function topicKey(key: string): string {
  return decodeURIComponent(key).replaceAll('+', '%2B').replaceAll('#', '%23');
}
