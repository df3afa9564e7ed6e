/** Smaller work of the rehearsal that has no place in Node-RED's own thread either: it is waited for, and bounded. */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { AdminError } from '../../runtime/admin';
import type { RuleTest } from '../../ecdm/rule-test';
import type { Episode, Outcome, ReadingsAnswer, RehearsalRequest, SavedNode, TestResult } from '../contract';
import type { HistorySpec } from '../history/spec';
import { sendFlow } from '../parcels';
import { rehearsalText } from '../texts';
import { say } from './texts';

/** Milliseconds that one may take, heap of its thread, and how many there are at the same time. */
const LIMIT = 60_000;
const MEMORY_MB = 512;
const MOST_AT_ONCE = 2;
/** How many may wait: an editor with many tests asks for one after the other. */
const MOST_WAITING = 8;

/** What can be asked for. `watched`: in lower case, the properties that some rule looks at; all where it is left out. */
export type Aside =
  /** The readings behind an episode: those it rests on, and all of its key while it lasted. */
  | { is: 'readings'; history: HistorySpec; episode: Episode; watched?: ReadonlySet<string>; until?: number }
  /** A rule test of what a rehearsal has shown. A sample that is too large for it goes into a file of that folder. */
  | { is: 'keep'; history: HistorySpec; outcome: Outcome; request: RehearsalRequest; watched?: ReadonlySet<string>; name: string; folder: string } // prettier-ignore
  /** The tests of a node. Their files are read from that folder only. */
  | { is: 'test'; node: SavedNode; sources: string[]; folder: string; language: string };

export interface Answers {
  readings: ReadingsAnswer;
  keep: RuleTest;
  test: TestResult[];
}
export type FromAside = { answer: unknown } | { fault: string };

export class Asides {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private stopping = new AbortController();

  /**
   * Does it in a thread of its own, when it is its turn.
   * @param nodes of the flow, with what is drawn and not deployed
   * @throws Error with a sentence; AdminError 429 where many wait, 503 where it was ended by {@link endAll}
   */
  async answer<T extends Aside>(task: T, nodes: readonly SavedNode[], language: string): Promise<Answers[T['is']]> {
    const { signal } = this.stopping;
    if (this.waiting.length >= MOST_WAITING) throw new AdminError(429, say(language, 'busy', { n: MOST_WAITING }));
    if (this.running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return (await inThread(task, nodes, language, signal)) as Answers[T['is']];
    } finally {
      // the place goes to whoever waits longest
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  /** Ends what runs and what waits: the flow that it is about is no more. */
  endAll(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
  }
}

function inThread(task: Aside, nodes: readonly SavedNode[], language: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): AdminError => new AdminError(503, say(language, 'ended'));
    if (signal.aborted) return reject(ended());
    const worker = new Worker(path.join(__dirname, 'aside-worker.js'), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      name: 'city-events rehearsal, aside',
    });
    let isOver = false;
    const end = (tell: () => void): void => {
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      worker.removeAllListeners();
      // what it still says does not count, and must not stop Node-RED
      worker.on('error', () => undefined);
      worker.terminate().then(tell, tell);
    };
    const fail = (message: string): void => end(() => reject(new Error(message)));
    const stop = (): void => end(() => reject(ended()));
    signal.addEventListener('abort', stop);
    const timer = setTimeout(() => fail(say(language, 'slow', { n: LIMIT / 1000 })), LIMIT);
    timer.unref();
    worker.on('message', (said: FromAside) => ('fault' in said ? fail(said.fault) : end(() => resolve(said.answer))));
    const broken = (reason: string): void => fail(rehearsalText(language, 'error.broken', { reason }));
    worker.on('error', (thrown: Error & { code?: string }) => {
      if (thrown.code !== 'ERR_WORKER_OUT_OF_MEMORY') return broken(thrown.message);
      fail(`${rehearsalText(language, 'error.memory', { mb: MEMORY_MB })} ${rehearsalText(language, 'error.memoryHint')}`); // prettier-ignore
    });
    worker.on('exit', (code) => broken(`exit ${code}`));
    sendFlow(worker, nodes, () => isOver).catch((thrown: Error) => broken(thrown.message));
  });
}
