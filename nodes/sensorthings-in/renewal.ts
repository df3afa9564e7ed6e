/**
 * When to look anew which Datastreams there are and what is known of them: from time to time, and soon after something
 * tells of a change (a notice over MQTT, a reading of a Datastream that was never seen). Where such hints lead to
 * nothing they are followed less and less often: there are servers that tell of a change with every reading.
 */
import type { MqttListener } from '../sensorthings-server/client/mqtt';

/** Milliseconds between two looks that nothing has asked for. */
const EVERY = 600_000;
/** Shortest time between two looks. */
const LEAST = 10_000;
/** Milliseconds that further hints are waited for. */
const GATHER = 1000;
/** Keys of Datastreams that are not read; beyond that they tell nothing new. */
const MOST_STRANGERS = 20_000;

export class Renewal {
  private at = -Infinity;
  private lookedAt = -Infinity;
  private quiet = LEAST;
  /** How often something has told of a change, and how much of that the last look has answered. */
  private hints = 0;
  private answered = 0;
  private readonly strangers = new Set<string>();

  /** @param wake to be told when the next look is due earlier than was known */
  constructor(
    private readonly wake: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds until the next look. */
  get wait(): number {
    return Math.max(0, this.at - this.now());
  }

  /** Something has told of a change since the last look. */
  get hinted(): boolean {
    return this.hints > this.answered;
  }

  /** A look begins: what is told from now on may not be seen by it. */
  begin(): number {
    return this.hints;
  }

  /**
   * A look was made.
   * @param begun as {@link begin} gave it
   */
  looked(changed: boolean, begun = this.hints): void {
    if (begun > this.answered) this.quiet = changed ? LEAST : Math.min(EVERY, this.quiet * 2);
    this.answered = begun;
    this.lookedAt = this.now();
    this.at = this.lookedAt + (this.hinted ? this.quiet : EVERY);
  }

  /** The last look has turned out to be wrong. */
  again(): void {
    this.at = -Infinity;
  }

  /** Something may have changed. */
  hint(): void {
    this.hints++;
    const at = Math.max(this.now() + GATHER, this.lookedAt + this.quiet);
    if (at >= this.at) return;
    this.at = at;
    this.wake();
  }

  /** A reading belongs to a Datastream that is not read: perhaps it is new. */
  stranger(key: string): void {
    if (this.strangers.has(key) || this.strangers.size >= MOST_STRANGERS) return;
    this.strangers.add(key);
    this.hint();
  }

  /** Follows what a server tells of its Datastreams and Things; where it refuses that, time alone tells. */
  listener(): MqttListener {
    const nothing = (): void => undefined;
    return { ready: nothing, state: nothing, refused: nothing, message: () => this.hint() };
  }
}

/** Topics of what is known of a Datastream (18-088, 14.2.1): created, or changed. */
export function metadataTopics(version: string): string[] {
  return ['Datastreams', 'Things', 'Locations'].map((set) => `${version}/${set}`);
}
