/**
 * Work that may be long, done in slices: Node-RED has one loop for all flows, and whoever holds it stops every other node.
 * One thing is done after the other, in the order in which it came.
 */

import type { Work } from '../ecdm/work';

/** Milliseconds of a slice in each turn of the loop. A step may take longer than what is left of it. */
const SLICE = 8;
/** What waits at most; whoever comes then waits for all of it, as they would without slices. Nothing is lost. */
const MOST_WAITING = 10_000;

interface Job {
  work: Work;
  done: () => void;
  failed: (thrown: unknown) => void;
}

export class Slices {
  private readonly queue: Job[] = [];
  /** The end of this turn's slice. */
  private until = 0;
  private turn: NodeJS.Immediate | undefined;
  private working = false;

  /** @param slice milliseconds */
  constructor(private readonly slice = SLICE) {}

  /** @returns a promise only where it could not be finished at once; it throws, or the promise is rejected, as the work does */
  run(work: Work): void | Promise<void> {
    this.begin();
    const first = this.queue.length === 0 && !this.working;
    if (first && this.step(work)) return undefined;
    const finished = new Promise<void>((done, failed) => {
      // what it has brought with it waits until it is finished
      this.queue.splice(first ? 0 : this.queue.length, 0, { work, done, failed });
    });
    if (this.queue.length > MOST_WAITING) this.finish();
    return finished;
  }

  /** @returns a promise only where something is not finished yet: fulfilled when all that has come so far is */
  settled(): void | Promise<void> {
    return this.run(nothing());
  }

  /** Does what waits at once: the node is closed. */
  finish(): void {
    if (this.working) return;
    clearImmediate(this.turn);
    this.turn = undefined;
    this.until = Infinity;
    this.drain();
  }

  /**
   * One slice at a time, whoever asks for it; none for what is asked for in the midst of one. The next one is not of the same
   * turn of the loop: where a timer or a socket has asked, the immediates come behind it without a break.
   */
  private begin(): void {
    if (this.turn !== undefined || this.working) return;
    this.until = performance.now() + this.slice;
    const next = (): void => {
      this.turn = undefined;
      if (this.queue.length === 0) return;
      this.begin();
      this.drain();
    };
    this.turn = setImmediate(() => (this.turn = setImmediate(next)));
  }

  private drain(): void {
    for (let job = this.queue[0]; job !== undefined; job = this.queue[0]) {
      try {
        if (!this.step(job.work)) return;
        job.done();
      } catch (thrown) {
        job.failed(thrown);
      }
      this.queue.shift();
    }
  }

  /** @returns whether it is finished; it is not even begun where the slice is spent */
  private step(work: Work): boolean {
    this.working = true;
    try {
      while (performance.now() < this.until) if (work.next().done === true) return true;
      return false;
    } finally {
      this.working = false;
    }
  }
}

function* nothing(): Work {
  yield;
}
