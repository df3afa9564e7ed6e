/** What is behind the routes of the rehearsal; loaded with the first question. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AdminError } from '../../runtime/admin';
import type { AdminRequest, RuntimeApi } from '../../runtime/node-red';
import type { JobAnswer, Offers, ReadingsAnswer, UploadAnswer } from '../contract';
import { eventsOf, propertiesOf } from '../rules';
import { runInWorker } from '../run-in-worker';
import { sliceOf } from '../slice';
import { episodeReadings } from './episode';
import { Jobs } from './jobs';
import { deployedNodes, offersFor } from './offers';
import { prepareHistory } from './prepare';
import { languageIn, readOffersRequest, readPiece, readRequest } from './request';
import { say } from './texts';
import { Uploads } from './uploads';

export class Service {
  private readonly folder: string;
  private readonly uploads: Uploads;
  private readonly jobs: Jobs;

  constructor(private readonly RED: RuntimeApi) {
    const { userDir } = RED.settings;
    this.folder =
      userDir === undefined
        ? path.join(tmpdir(), `city-events-rehearsal-${process.pid}`)
        : path.join(userDir, 'city-events', 'rehearsal');
    this.uploads = new Uploads(this.folder);
    this.jobs = new Jobs(runInWorker);
    // a rehearsal compares with the flow that runs: with another one its answer would mean nothing
    RED.events.on('flows:stopping', () => this.jobs.cancelAll());
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  offers(body: unknown): Promise<Offers> {
    const request = readOffersRequest(body);
    const deployed = deployedNodes(this.RED);
    const { entries } = sliceOf(deployed, { ...request, history: { from: 'demo' } });
    return offersFor(this.RED, request, deployed, entries.map(({ source }) => source)); // prettier-ignore
  }

  upload(body: unknown): Promise<UploadAnswer> {
    return this.uploads.take(readPiece(body), languageIn(body));
  }

  start(body: unknown): JobAnswer {
    const request = readRequest(body);
    const { RED, uploads, folder } = this;
    return this.jobs.start(request, prepareHistory(request, { RED, uploads, folder }), () => deployedNodes(RED));
  }

  job({ job }: AdminRequest['query']): JobAnswer {
    return this.jobs.find(String(job)).answer;
  }

  cancel(body: unknown): JobAnswer {
    const { job } = (body ?? {}) as { job?: unknown };
    return this.jobs.cancel(String(job), languageIn(body));
  }

  async readings({ job: id, of, episode: number }: AdminRequest['query']): Promise<ReadingsAnswer> {
    const job = this.jobs.find(String(id));
    const { result } = job.answer;
    const outcome = of === 'now' ? result?.now : of === 'next' ? result?.next : undefined;
    const episode = outcome?.episodes[Number(number)];
    if (!job.history || !episode) throw new AdminError(404, say(job.request.language, 'noEpisode'));
    const { before, next, now } = sliceOf(deployedNodes(this.RED), job.request);
    const watched = propertiesOf(eventsOf([...before, next, ...(now === undefined ? [] : [now])]));
    return episodeReadings(job.history, episode, job.request, watched);
  }
}
