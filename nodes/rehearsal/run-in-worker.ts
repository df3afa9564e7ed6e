/** Runs rehearsals beside Node-RED, not in it: bounded in time and memory, and ended at once when nobody wants the answer. */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import { durationText } from '../ecdm/words';
import type { RehearsalResult } from './contract';
import { sendFlow } from './parcels';
import { RehearsalError } from './rehearsal-error';
import type { Runner, Step } from './serve/runner';
import { rehearsalText } from './texts';

/** What a rehearsal may take. */
const LONGEST = 600_000;
export const MOST_MEMORY_MB = 1024;

export type FromWorker =
  | { is: 'step'; step: Step }
  | { is: 'result'; result: RehearsalResult }
  | { is: 'error'; message: string; hint: string };

/** Starts a rehearsal in a thread of its own. The result rejects with a {@link RehearsalError}, also where it is cancelled. */
export const runInWorker: Runner = (task, progress) => limited(task, progress, LONGEST, MOST_MEMORY_MB);

/** The same with bounds of one's own. @param longest milliseconds @param megabytes of the heap */
export function limited(
  task: Parameters<Runner>[0],
  progress: Parameters<Runner>[1],
  longest: number,
  megabytes: number,
): ReturnType<Runner> {
  const { deployed, ...rest } = task;
  const { language } = task.request;
  const refusal = (key: string, parameters?: Record<string, string | number>): RehearsalError =>
    new RehearsalError(
      rehearsalText(language, `error.${key}`, parameters),
      rehearsalText(language, `error.${key}Hint`),
    );
  const worker = new Worker(path.join(__dirname, 'worker.js'), {
    workerData: rest,
    // a batch is garbage as soon as the next one comes
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: Math.min(64, megabytes) },
    name: 'city-events rehearsal',
  });
  let cancel: () => void = () => undefined;
  let ended = false;
  const result = new Promise<RehearsalResult>((resolve, reject) => {
    const end = (settle: () => void): void => {
      ended = true;
      clearTimeout(timer);
      worker.removeAllListeners();
      // what it still says does not count, and must not stop Node-RED
      worker.on('error', () => undefined);
      worker.terminate().then(settle, settle);
    };
    const fail = (error: RehearsalError): void => end(() => reject(error));
    const timer = setTimeout(() => fail(refusal('time', { length: durationText(language, longest) })), longest);
    timer.unref();
    worker.on('message', (said: FromWorker) => {
      if (said.is === 'step') progress(said.step);
      else if (said.is === 'result') end(() => resolve(said.result));
      else fail(new RehearsalError(said.message, said.hint));
    });
    worker.on('error', (thrown: Error & { code?: string }) => {
      const memory = thrown.code === 'ERR_WORKER_OUT_OF_MEMORY';
      fail(memory ? refusal('memory', { mb: megabytes }) : refusal('broken', { reason: thrown.message }));
    });
    worker.on('exit', (code) => fail(refusal('broken', { reason: `exit ${code}` })));
    sendFlow(worker, deployed, () => ended).catch((thrown: Error) =>
      fail(refusal('broken', { reason: thrown.message })),
    );
    cancel = () => fail(new RehearsalError(rehearsalText(language, 'error.cancelled'), ''));
  });
  return { result, cancel: () => cancel() };
}
