/** One rehearsal at a time: sends the file, starts the job, asks how far it is, and stops it with the form. */
import type { CurveSetting, JobAnswer, RehearsalRequest, RehearsalResult } from '../contract';
import { get, post, Refused } from './client';
import type { ChosenHistory } from './history-choice';
import { flowOf } from './request';
import type { Host } from './host';
import type { Sender } from './upload';

/** Milliseconds between two questions: short at first, because a small rehearsal is over at once. */
const FIRST_WAIT = 120;
const LONGEST_WAIT = 1000;

export interface Progress {
  what: 'sending' | 'reading' | 'running';
  readings: number;
  share?: number;
}

export interface Finished {
  job: string;
  result: RehearsalResult;
}

export class Run {
  private stopped = false;

  constructor(
    private readonly host: Host,
    private readonly sender: Sender,
    /** Whether the form is still there. */
    private readonly isOpen: () => boolean,
    private readonly told: (progress: Progress) => void,
  ) {}

  /** @returns `undefined` where it was stopped */
  async start(
    chosen: ChosenHistory,
    curve?: { setting: CurveSetting; values: number[] },
  ): Promise<Finished | undefined> {
    const begun = await this.begin(chosen, curve);
    if (begun === undefined) return undefined;
    let answer = begun;
    for (let wait = FIRST_WAIT; answer.state === 'reading' || answer.state === 'running'; wait *= 1.5) {
      this.told({ what: answer.state, readings: answer.readings, share: answer.share });
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, LONGEST_WAIT)));
      if (this.isOver()) {
        // one that is over by now needs no stop
        await post('cancel', { job: answer.job }).catch(() => undefined);
        return undefined;
      }
      answer = await get<JobAnswer>('job', { job: answer.job });
    }
    if (answer.state === 'cancelled') return undefined;
    if (answer.result === undefined) throw new Error([answer.message, answer.hint].filter(Boolean).join('. '));
    return { job: answer.job, result: answer.result };
  }

  stop(): void {
    this.stopped = true;
  }

  private isOver(): boolean {
    return this.stopped || !this.isOpen();
  }

  /** @returns `undefined` where it was stopped */
  private async begin(chosen: ChosenHistory, curve: RehearsalRequest['curve']): Promise<JobAnswer | undefined> {
    const { history, since, until } = chosen;
    const start = (asked: RehearsalRequest['history']): Promise<JobAnswer> => {
      const request: RehearsalRequest = {
        ...flowOf(this.host),
        history: asked,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(curve === undefined ? {} : { curve }),
      };
      return post<JobAnswer>('start', request);
    };
    if (history.from !== 'file') return start(history);
    const { file, mapping } = history;
    const startWith = (upload: string): Promise<JobAnswer> =>
      start({ from: 'file', upload, ...(mapping === undefined ? {} : { mapping }) });
    const known = await this.sender.known(file);
    const answer = known === undefined ? undefined : await startWith(known).catch(nothingIfGone);
    if (answer !== undefined) return answer;
    const sent = (share: number): void => this.told({ what: 'sending', readings: 0, share });
    const upload = await this.sender.send(file, sent, () => this.isOver());
    return upload === undefined || this.isOver() ? undefined : startWith(upload);
  }
}

/** The runtime keeps a file for an hour, and only a few of them. */
function nothingIfGone(error: unknown): undefined {
  if (!(error instanceof Refused && error.status === 404)) throw error;
}
