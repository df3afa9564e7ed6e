/** Holds one rehearsal in a thread of its own, and tells how far it is. */
import { parentPort, workerData } from 'node:worker_threads';
import { asError } from '../runtime/input';
import { openHistory } from './history/open';
import { RehearsalError } from './rehearsal-error';
import { rehearse } from './rehearse';
import type { FromWorker } from './run-in-worker';
import { Unpacker, type Parcel } from './parcels';
import type { Task } from './serve/runner';
import { knowsAllStreams, sliceOf } from './slice';
import { rehearsalText } from './texts';

/** Milliseconds between two words of how far it is. */
const TELL_EVERY = 200;
const MOST_PROBLEMS = 20;

const tell = (message: FromWorker): void => parentPort!.postMessage(message);

/** Tells the newest state, not more often than people can see. */
function teller(): (step: Extract<FromWorker, { is: 'step' }>['step']) => void {
  let last = -Infinity;
  return (step) => {
    const now = performance.now();
    if (now - last < TELL_EVERY) return;
    last = now;
    tell({ is: 'step', step });
  };
}

async function hold({ request, deployed, history }: Task): Promise<void> {
  const progress = teller();
  const { since, until, language } = request;
  const opened = await openHistory(history, {
    since,
    until,
    language,
    progress: (readings) => progress({ state: 'reading', readings }),
  });
  const { total, roster, slices } = opened;
  const slice = sliceOf(deployed, request);
  const result = await rehearse(request, slice, slices, {
    roster: knowsAllStreams(slice) ? roster : undefined,
    onProgress: (readings) =>
      progress({ state: 'running', readings, share: Math.min(1, readings / Math.max(1, total)) }),
  }).catch((thrown: unknown) => {
    throw explained(thrown, language);
  });
  // what could not be read is told with what could not be judged
  result.notes.push(...opened.notes);
  result.next.problems.unshift(...opened.problems);
  result.next.problems.length = Math.min(result.next.problems.length, MOST_PROBLEMS);
  result.next.problemCount += opened.problemCount;
  tell({ is: 'result', result });
}

/** What a node throws while it is made is no sentence for people. */
function explained(thrown: unknown, language: string): RehearsalError {
  if (thrown instanceof RehearsalError) return thrown;
  const reason = asError(thrown).message;
  return new RehearsalError(
    rehearsalText(language, 'error.broken', { reason }),
    rehearsalText(language, 'error.brokenHint'),
  );
}

/** The flow comes piece by piece behind the task. */
const unpacker = new Unpacker();
parentPort!.on('message', (parcel: Parcel) => {
  if (!unpacker.take(parcel)) return;
  hold({ ...(workerData as Omit<Task, 'deployed'>), deployed: unpacker.nodes }).catch((thrown: unknown) => {
    const { message, hint = '' } = asError(thrown) as Error & { hint?: string };
    tell({ is: 'error', message, hint });
  });
});
