/** One worker thread and the calls that it has not answered yet. Started when it is needed. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Ask, Call, Calls, WorkerSettings } from './protocol';

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

export class WorkerLine {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private ended = false;

  constructor(private readonly settings: WorkerSettings) {}

  ask<K extends Call>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    if (this.ended) return Promise.reject(new Error('the journal is closed'));
    const worker = (this.worker ??= this.start());
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, call, args } satisfies Ask);
    });
  }

  get isRunning(): boolean {
    return this.worker !== undefined;
  }

  /** Lets the worker finish, and ends it. */
  async close(): Promise<void> {
    this.ended = true;
    await this.rest();
  }

  /** Ends the thread until it is needed again. */
  async rest(): Promise<void> {
    const { worker } = this;
    if (worker === undefined) return;
    const closed = new Promise<void>((resolve, reject) => {
      const id = ++this.calls;
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, call: 'close', args: [] } satisfies Ask);
    });
    this.worker = undefined;
    await closed.catch(() => undefined);
    await worker.terminate();
  }

  /** Ends a thread that does not answer; what it had not answered fails. */
  async kill(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    this.fail(new Error('the disk does not answer'));
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: this.settings });
    worker.on('message', (answer: Answer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result as never);
    });
    const gone = (error: Error): void => {
      if (this.worker === worker) this.worker = undefined;
      this.fail(error);
    };
    worker.on('error', gone);
    worker.on('exit', () => gone(new Error('the thread of the journal has ended')));
    return worker;
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
