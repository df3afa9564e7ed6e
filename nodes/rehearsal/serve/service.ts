/** What is behind the routes of the rehearsal; loaded with the first question. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { RuleTest } from '../../ecdm/rule-test';
import { AdminError } from '../../runtime/admin';
import type { AdminRequest, RuntimeApi } from '../../runtime/node-red';
import type { JobAnswer, Offers, ReadingsAnswer, RehearsalRequest, SavedNode, TestResult, UploadAnswer } from '../contract'; // prettier-ignore
import { RehearsalError } from '../rehearsal-error';
import { eventsOf, propertiesOf } from '../rules';
import { runInWorker } from '../run-in-worker';
import { sliceOf, type FlowSlice } from '../slice';
import { Asides } from './aside';
import { Jobs } from './jobs';
import { deployedNodes, offersFor } from './offers';
import { prepareHistory } from './prepare';
import { languageIn, readOffersRequest, readPiece, readRequest } from './request';
import { say } from './texts';
import { Uploads } from './uploads';

export class Service {
  /** Of this Node-RED; the flow lies in it. */
  private readonly home: string;
  /** For what is there for a while. */
  private readonly folder: string;
  private readonly uploads: Uploads;
  private readonly jobs: Jobs;
  private readonly asides = new Asides();

  constructor(private readonly RED: RuntimeApi) {
    const { userDir } = RED.settings;
    this.home = userDir ?? path.join(tmpdir(), `city-events-${process.pid}`);
    this.folder = path.join(this.home, 'city-events', 'rehearsal');
    this.uploads = new Uploads(this.folder);
    this.jobs = new Jobs(runInWorker);
    // a rehearsal compares with the flow that runs: with another one its answer would mean nothing
    RED.events.on('flows:stopping', () => {
      this.jobs.cancelAll();
      this.asides.endAll();
    });
    process.once('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  offers(body: unknown): Promise<Offers> {
    const request = readOffersRequest(body);
    const deployed = deployedNodes(this.RED);
    const { entries } = sliceFor(deployed, { ...request, history: { from: 'demo' } });
    return offersFor(this.RED, request, deployed, new Set(entries.map(({ source }) => source)));
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
    const { history, request } = job;
    const watched = this.watchedIn(request);
    return this.asides.answer(
      { is: 'readings', history, episode, watched, until: request.until },
      [],
      request.language,
    );
  }

  async keep(body: unknown): Promise<RuleTest> {
    const { job: id, name } = (body ?? {}) as { job?: unknown; name?: unknown };
    const { request, history, answer } = this.jobs.find(String(id), languageIn(body));
    const { language } = request;
    if (!history || !answer.result) throw new AdminError(409, say(language, 'notDone'));
    if (typeof name !== 'string' || name.trim() === '' || name.length > 200)
      throw new AdminError(400, say(language, 'name'));
    const outcome = answer.result.next;
    const watched = this.watchedIn(request);
    const nodes = this.nodesWith(request.undeployed);
    const folder = this.home;
    return this.asides.answer({ is: 'keep', history, outcome, request, watched, name, folder }, nodes, language);
  }

  async test(body: unknown): Promise<TestResult[]> {
    const { node, sources, undeployed, language } = readOffersRequest(body);
    return this.asides.answer(
      { is: 'test', node, sources, folder: this.home, language },
      this.nodesWith(undeployed),
      language,
    );
  }

  private nodesWith(undeployed: readonly SavedNode[]): SavedNode[] {
    const deployed = deployedNodes(this.RED);
    const known = new Set(deployed.map(({ id }) => id));
    return [...deployed, ...undeployed.filter(({ id }) => !known.has(id))];
  }

  /** In lower case, the properties that some rule of the rehearsal looks at; all where it is undefined. */
  private watchedIn(request: RehearsalRequest): ReadonlySet<string> | undefined {
    const { before, next, now } = sliceFor(deployedNodes(this.RED), request);
    return propertiesOf(eventsOf([...before, next, ...(now === undefined ? [] : [now])]));
  }
}

/** @throws AdminError where too much is wired together */
function sliceFor(deployed: readonly SavedNode[], request: RehearsalRequest): FlowSlice {
  try {
    return sliceOf(deployed, request);
  } catch (thrown) {
    if (!(thrown instanceof RehearsalError)) throw thrown;
    throw new AdminError(400, `${thrown.message} ${thrown.hint}`);
  }
}
