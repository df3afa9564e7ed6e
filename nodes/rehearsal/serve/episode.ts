/** The readings behind an episode: looked for once more, in a worker, where somebody wants to see them. */
import * as path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Episode, ReadingsAnswer, RehearsalRequest } from '../contract';
import type { HistorySpec, OpenOptions } from '../history/spec';
import { say } from './texts';

/** Time before and behind an episode in which its readings may lie: the longest windows of rules are days. */
const LEAD = 7 * 86_400_000;
const TAIL = 3_600_000;
/** Milliseconds that may be looked for. */
const LIMIT = 60_000;

/** What the worker is given. */
export interface Search {
  history: HistorySpec;
  options: OpenOptions;
  episode: Pick<Episode, 'key' | 'since' | 'until' | 'evidence'>;
  /** In lower case: what the rule looks at; all where it is left out. */
  watched: ReadonlySet<string> | undefined;
}

/**
 * Those that the episode rests on, and all of its key while it lasted.
 * @param watched properties that the rule looks at, in lower case; all where it is left out
 * @throws Error with a sentence
 */
export function episodeReadings(
  history: HistorySpec,
  { key, since, until, evidence }: Episode,
  { language, until: end }: RehearsalRequest,
  watched?: ReadonlySet<string>,
): Promise<ReadingsAnswer> {
  const options = { since: since - LEAD, until: until === undefined ? end : until + TAIL, language };
  const search: Search = { history, options, episode: { key, since, until, evidence }, watched };
  return new Promise((resolve, reject) => {
    const worker = new Worker(path.join(__dirname, 'episode-worker.js'), {
      workerData: search,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const timer = setTimeout(() => end(() => reject(new Error(say(language, 'slow', { n: LIMIT / 1000 })))), LIMIT);
    const end = (tell: () => void): void => {
      clearTimeout(timer);
      worker.terminate().then(tell, tell);
    };
    worker.once('message', (answer: ReadingsAnswer | string) =>
      end(() => (typeof answer === 'string' ? reject(new Error(answer)) : resolve(answer))),
    );
    worker.once('error', (thrown) => end(() => reject(thrown)));
  });
}
