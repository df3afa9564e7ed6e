/** Worker threads for the calls to one file. A thread is started when it is needed, and a new one where it has ended. */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { text } from '../../../ecdm/text';
import type { Answer, Ask, Call, Calls, WorkerSettings } from './protocol';

/** Threads that were given up and still hang in the disk; from then on nobody is served until one of them ends. */
const MOST_HUNG = 3;
/** Calls that wait for a thread: a disk that hangs must not gather questions. */
const MOST_WAITING = 100;

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
}

/** One thread and the calls that it has not answered: what becomes of it is no matter of another one. */
class Thread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;

  /** @param onEnd the thread is gone */
  constructor(
    private readonly settings: WorkerSettings,
    onEnd: () => void,
  ) {
    this.worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: settings });
    this.worker.on('message', (answer: Answer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if ('error' in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result as never);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => {
      this.fail(new Error(text(settings.language, 'journal.threadEnded')));
      onEnd();
    });
  }

  ask<K extends Call>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    if (this.waiting.size >= MOST_WAITING) {
      return Promise.reject(new Error(text(this.settings.language, 'journal.busy', { count: MOST_WAITING })));
    }
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.worker.postMessage({ id, call, args } satisfies Ask);
      this.waiting.set(id, { resolve, reject });
    });
  }

  fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  /** Resolves when it is gone: a thread that hangs in the disk ends only when the disk answers. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

export class WorkerLine {
  private thread: Thread | undefined;
  private hung = 0;
  private closed = false;

  constructor(private readonly settings: WorkerSettings) {}

  ask<K extends Call>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    if (this.closed) return Promise.reject(this.error('closed'));
    if (this.thread === undefined && this.hung >= MOST_HUNG) return Promise.reject(this.error('noAnswer'));
    this.thread ??= this.start();
    return this.thread.ask(call, ...args);
  }

  /** Lets the thread finish, and ends it. */
  async close(): Promise<void> {
    this.closed = true;
    await this.rest();
  }

  /** Ends the thread until one is needed again. */
  async rest(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    this.thread = undefined;
    await thread.ask('close').catch(() => undefined);
    await thread.end();
  }

  /** Gives up a thread that does not answer; what it had not answered fails. */
  async kill(): Promise<void> {
    const { thread } = this;
    if (thread === undefined) return;
    this.thread = undefined;
    thread.fail(this.error('noAnswer'));
    this.hung++;
    await thread.end();
    this.hung--;
  }

  private start(): Thread {
    const thread: Thread = new Thread(this.settings, () => {
      if (this.thread === thread) this.thread = undefined;
    });
    return thread;
  }

  private error(what: 'closed' | 'noAnswer'): Error {
    return new Error(text(this.settings.language, `journal.${what}`));
  }
}
