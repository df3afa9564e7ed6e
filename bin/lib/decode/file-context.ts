/** What is known while a file is read: where the service lies, its Datastreams, and how people want it read. */
import type { StreamInfo } from '../../../nodes/sensorthings-server/client/datastream';
import type { DecodeOptions } from '../../../nodes/sensorthings-server/client/decode';
import { rebase, rootIn } from '../../../nodes/sensorthings-server/client/links';
import { isRecord, type Raw, text } from '../../../nodes/sensorthings-server/client/tolerant';
import type { Problem } from '../../../nodes/ecdm/problem';
import type { Document } from './documents';
import type { EntityContext, Shown } from './entity';
import { readObservations } from './observations';
import { KnownStreams, datastreamsIn, propertiesIn } from './streams';
import { kindAt } from './kinds';

export interface ReadOptions {
  readonly root?: string;
  readonly zone?: string;
  readonly nameFrom?: string;
  readonly language?: string;
  readonly records?: 'record' | 'split';
  readonly sentinels?: ReadonlySet<number>;
}

export class FileContext implements EntityContext {
  readonly root: string;
  /** Whether the root is more than a word. */
  readonly known: boolean;
  readonly zone: string | undefined;
  readonly nameFrom: string | undefined;
  readonly language: string | undefined;
  readonly streams: KnownStreams;
  readonly decode: DecodeOptions;
  private found: Problem[] = [];

  constructor(documents: readonly Document[], options: ReadOptions) {
    const root = options.root ?? rootOf(documents);
    this.known = root !== undefined;
    this.root = root ?? 'unknown-server';
    this.zone = options.zone;
    this.nameFrom = options.nameFrom;
    this.language = options.language;
    this.streams = new KnownStreams(this.root, options.nameFrom);
    this.decode = {
      zone: options.zone,
      sentinels: options.sentinels,
      records: options.records,
      language: options.language,
      told: new Set(),
      onProblem: (problem) => this.problem(problem),
    };
    for (const { body } of documents) this.streams.learnProperties(propertiesIn(body));
  }

  /** Looks for Datastreams before a document is read: its Observations may come first. */
  look({ body, request }: Document): void {
    for (const raw of datastreamsIn(body, kindAt(request?.url))) this.streams.learn(raw);
  }

  stream(raw: Raw): StreamInfo | undefined {
    return this.streams.learn(raw);
  }

  link(raw: unknown): string | undefined {
    const link = rebase(raw, this.root);
    return link ?? (this.known ? undefined : text(raw));
  }

  address(path: string): string {
    return this.known ? `${this.root}/${path}` : path;
  }

  problem(problem: Problem): void {
    this.found.push(problem);
  }

  /** What could not be read since the last time. */
  takeProblems(): Problem[] {
    const taken = this.found;
    this.found = [];
    return taken;
  }

  observations(datastream: Raw, list: readonly unknown[]): Shown[] {
    return readObservations(list, this.streams.learn(datastream), this);
  }
}

/** Objects that are looked at to find where the service lies. */
const MOST = 2000;

/** The service root that the addresses in a file show. */
function rootOf(documents: readonly Document[]): string | undefined {
  for (const { headers, request } of documents) {
    const root = rootIn(request?.url) ?? rootIn(headers?.['location']);
    if (root !== undefined) return root;
  }
  let left = MOST;
  const search = (raw: unknown): string | undefined => {
    if (left-- <= 0 || typeof raw !== 'object' || raw === null) return undefined;
    if (isRecord(raw)) {
      for (const [key, value] of Object.entries(raw)) {
        if (!/@|^url$|^location$/i.test(key)) continue;
        const root = rootIn(value);
        if (root !== undefined) return root;
      }
    }
    // the answer to CreateObservations is a bare list of addresses
    for (const value of Object.values(raw)) {
      const root = Array.isArray(raw) && typeof value === 'string' ? rootIn(value) : search(value);
      if (root !== undefined) return root;
    }
    return undefined;
  };
  for (const { body } of documents) {
    const root = typeof body === 'string' ? undefined : search(body);
    if (root !== undefined) return root;
  }
  return undefined;
}
