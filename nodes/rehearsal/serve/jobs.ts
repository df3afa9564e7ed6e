/** Rehearsals that run, and the answers of those that have ended, for as long as a form may ask. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AdminError } from '../../runtime/admin';
import { asError } from '../../runtime/input';
import type { JobAnswer, RehearsalRequest, SavedNode } from '../contract';
import type { HistorySpec } from '../history/spec';
import type { Prepare } from './prepare';
import type { Runner, Running } from './runner';
import { say } from './texts';

/** Rehearsals at the same time. */
const MOST_AT_ONCE = 2;
/** Answers that are kept; the one that was asked for longest ago goes first. */
const MOST_KEPT = 8;
/** Of them with readings of a server on the disk, those that run included: each may be 200 MB. */
const MOST_ON_DISK = 2;
/** An answer is kept for so long after it was asked for last. */
const KEPT_MS = 600_000;
/** A form asks every second: one that does not has gone, and nobody waits for the answer. */
const ORPHANED_MS = 60_000;

export interface Job {
  readonly request: RehearsalRequest;
  readonly answer: JobAnswer;
  /** The readings, as soon as they are ready. */
  history?: HistorySpec;
}

interface Kept extends Job {
  readonly stopping: AbortController;
  running?: Running;
  folder?: string;
  timer: NodeJS.Timeout;
}

export class Jobs {
  /** In the order in which they were asked for. */
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly run: Runner) {}

  /**
   * One of the same node that still runs is cancelled: its form asks for this one now.
   * @param deployed gives all nodes of the flow
   * @throws AdminError 429 where others run
   */
  start(request: RehearsalRequest, prepare: Prepare, deployed: () => SavedNode[]): JobAnswer {
    for (const [id, job] of this.kept) if (job.request.node.id === request.node.id && isOpen(job)) this.cancel(id);
    const open = [...this.kept.values()].filter(isOpen);
    if (open.length >= MOST_AT_ONCE) throw new AdminError(429, say(request.language, 'busy', { n: MOST_AT_ONCE }));
    const [oldest] = [...this.kept].filter(([, job]) => !isOpen(job));
    if (this.kept.size >= MOST_KEPT && oldest) this.forget(oldest[0]);
    if (isOnDisk({ request })) this.makeRoom();
    const id = randomUUID();
    const answer: JobAnswer = { job: id, state: 'reading', readings: 0 };
    const job: Kept = { request, answer, stopping: new AbortController(), timer: setTimeout(() => undefined, 0) };
    this.kept.set(id, job);
    this.await(id, job);
    this.work(job, prepare, deployed).catch((thrown: unknown) => this.fail(id, job, thrown));
    return answer;
  }

  /** @throws AdminError 404 */
  find(id: string, language?: string): Job {
    const job = this.kept.get(id);
    if (!job) throw new AdminError(404, say(language, 'noJob'));
    this.kept.delete(id);
    this.kept.set(id, job);
    this.await(id, job);
    return job;
  }

  /** @throws AdminError 404 */
  cancel(id: string, language?: string): JobAnswer {
    this.find(id, language);
    const job = this.kept.get(id)!;
    if (isOpen(job)) {
      job.answer.state = 'cancelled';
      job.stopping.abort();
      job.running?.cancel();
      this.await(id, job);
    }
    return job.answer;
  }

  /** Ends what runs: its answer would be about a flow that is no more. */
  cancelAll(): void {
    for (const [id, job] of this.kept) if (isOpen(job)) this.cancel(id);
  }

  private async work(job: Kept, prepare: Prepare, deployed: () => SavedNode[]): Promise<void> {
    const { answer, stopping, request } = job;
    const { spec, folder, notes } = await prepare(stopping.signal, (readings) => (answer.readings = readings));
    job.folder = folder;
    job.history = spec;
    if (!isOpen(job)) return this.clean(job);
    job.running = this.run({ request, deployed: deployed(), history: spec }, (step) => {
      if (isOpen(job)) Object.assign(answer, step);
    });
    const result = await job.running.result;
    if (!isOpen(job)) return;
    result.notes.push(...(notes ?? []));
    Object.assign(answer, { state: 'done', readings: result.readings, share: 1, result });
    this.await(answer.job, job);
  }

  private makeRoom(): void {
    const others = [...this.kept].filter(([, job]) => isOnDisk(job));
    const ended = others.filter(([, job]) => !isOpen(job)).map(([id]) => id);
    for (const id of ended.slice(0, others.length - MOST_ON_DISK + 1)) this.forget(id);
  }

  /** Nobody asks for readings where there is no result. */
  private fail(id: string, job: Kept, thrown: unknown): void {
    this.clean(job);
    if (!isOpen(job)) return;
    const { message, hint } = asError(thrown) as Error & { hint?: string };
    Object.assign(job.answer, { state: 'failed', message, hint });
    this.await(id, job);
  }

  /** One that runs is ended when nobody asks for it; one that has ended is forgotten. */
  private await(id: string, job: Kept): void {
    clearTimeout(job.timer);
    if (this.kept.get(id) !== job) return this.clean(job);
    const end = isOpen(job) ? () => void this.cancel(id) : () => this.forget(id);
    job.timer = setTimeout(end, isOpen(job) ? ORPHANED_MS : KEPT_MS);
    job.timer.unref();
  }

  private forget(id: string): void {
    const job = this.kept.get(id);
    if (!job) return;
    clearTimeout(job.timer);
    this.kept.delete(id);
    this.clean(job);
  }

  private clean({ folder }: Kept): void {
    // what cannot be removed now is removed with its folder at the next start
    if (folder !== undefined) rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

const isOnDisk = ({ request }: Pick<Job, 'request'>): boolean => request.history.from === 'server';
const isOpen = ({ answer }: Job): boolean => answer.state === 'reading' || answer.state === 'running';
