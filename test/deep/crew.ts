/** Threads that run slices at the same time. */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Done, Slice } from './slice';

export class Crew {
  /** One number that all threads see: 1 when they are to end. */
  private readonly over = new Int32Array(new SharedArrayBuffer(4));
  private readonly workers: Worker[];

  constructor(threads: number) {
    const file = path.join(__dirname, 'worker.js');
    this.workers = Array.from({ length: threads }, () => this.worker(file));
  }

  private worker(file: string): Worker {
    const worker = new Worker(file, { workerData: this.over });
    // one that fails while it has nothing to do would end the process, and what the others have under way were lost
    worker.on('error', () => this.stop());
    return worker;
  }

  /** The slices that are under way end with the case that they are at; no other is begun. */
  stop(): void {
    Atomics.store(this.over, 0, 1);
  }

  /**
   * Lets each thread take one slice after the other, until `next` has none or the crew is stopped.
   * @throws what a thread ended with; what the others had under way is kept before
   */
  async work<Task extends Slice>(next: () => Task | undefined, keep: (task: Task, done: Done) => void): Promise<void> {
    const ends = this.workers.map(async (worker) => {
      while (Atomics.load(this.over, 0) === 0) {
        const task = next();
        if (task === undefined) return;
        keep(task, await ran(worker, task));
      }
    });
    for (const end of ends) end.catch(() => this.stop());
    const ended = await Promise.allSettled(ends);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }
}

function ran(worker: Worker, { id, seed, cases, failures }: Slice): Promise<Done> {
  return new Promise((resolve, reject) => {
    const within = `in property ${id}, one of the ${cases} seeds from ${seed} on`;
    const failed = (cause: unknown): void => reject(new Error(`a thread failed ${within}`, { cause }));
    const ended = (code: number): void => reject(new Error(`a thread ended by itself with code ${code}, ${within}`));
    worker.once('error', failed);
    worker.once('exit', ended);
    worker.once('message', (done: Done) => {
      worker.off('error', failed);
      worker.off('exit', ended);
      resolve(done);
    });
    worker.postMessage({ id, seed, cases, failures } satisfies Slice);
  });
}
