/** Reads a saved answer of a SensorThings server: everything the client understands of it. */
import { versionOf } from '../../../nodes/sensorthings-server/client/links';
import type { Problem } from '../../../nodes/ecdm/problem';
import { documentsOf } from './documents';
import { FileContext, type ReadOptions } from './file-context';
import { type Reading, readDocument } from './reading';

export type { ReadOptions } from './file-context';

export interface PartReading extends Reading {
  /** Where in the file it stands, where the file holds several answers. */
  part?: string;
  /** What was read, but should be looked at. */
  warnings?: Told[];
  /** What could not be read. */
  problems?: Told[];
}

export type Told = Omit<Problem, 'node'>;

const WARNINGS: ReadonlySet<string> = new Set(['time', 'naive-time', 'big-id', 'unit-unknown', 'place-swapped']);

const shown = ({ code, message, hint, item }: Problem): Told => ({ code, message, hint, item });

export interface FileReading {
  /** The service root: the one that was given, else the one that the addresses in the file show. */
  root?: string;
  /** Version of the service, as far as it can be told. */
  version?: string;
  parts: PartReading[];
}

/** Reads the text of a file; never throws for what stands in it. */
export function readSaved(text: string, options: ReadOptions = {}): FileReading {
  const documents = documentsOf(text);
  const context = new FileContext(documents, options);
  const parts = documents.map((document): PartReading => {
    context.look(document);
    const reading = readDocument(document, context);
    const told = context.takeProblems();
    const warnings = told.filter(({ code }) => WARNINGS.has(code)).map(shown);
    const problems = told.filter(({ code }) => !WARNINGS.has(code)).map(shown);
    const named = document.part === '' ? reading : { part: document.part, ...reading };
    return { ...named, ...(warnings.length > 0 ? { warnings } : {}), ...(problems.length > 0 ? { problems } : {}) };
  });
  const root = context.known ? context.root : undefined;
  const topic = documents.find((document) => document.topic !== undefined)?.topic;
  const version = (root && versionOf(root)) ?? (topic && versionOf(`/${topic}`)) ?? versionByKeys(text);
  return { root, version, parts };
}

/** Keys of a file without any address; a page may mix both spellings, so the more frequent one decides. */
function versionByKeys(text: string): string | undefined {
  const head = text.slice(0, 1_000_000);
  const old = head.match(/"[A-Za-z]*@iot\./g)?.length ?? 0;
  const young = head.match(/"[A-Za-z]*@(?:id|context|nextLink|navigationLink|count)"/g)?.length ?? 0;
  if (old === 0 && young === 0) return undefined;
  return young > old ? 'v2.0' : 'v1.x';
}
