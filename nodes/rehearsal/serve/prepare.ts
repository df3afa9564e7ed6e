/** From the choice in the form to readings that a worker can open: what is on a server is read to the disk before. */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Observation } from '../../ecdm/observation';
import { AdminError } from '../../runtime/admin';
import type { RuntimeApi } from '../../runtime/node-red';
import type { Note, RehearsalRequest } from '../contract';
import { LineWriter } from '../history/lines';
import { segmentName } from '../history/ring';
import { asHistorySource, type HistorySource, type ServerHistory } from '../history/source';
import type { HistorySpec } from '../history/spec';
import { readMapping } from './request';
import { say } from './texts';
import type { Uploads } from './uploads';

/** Bytes of what is read from a server. */
const MOST_BYTES = 200_000_000;
/** Time that is read from a server where nothing is said. */
const USUAL_SPAN = 7 * 86_400_000;

export interface Prepared {
  spec: HistorySpec;
  /** What is not needed after the job. */
  folder?: string;
  notes?: Note[];
}

/** Makes the readings ready. @throws Error with a sentence, also where the signal ends it */
export type Prepare = (signal: AbortSignal, progress: (readings: number) => void) => Promise<Prepared>;

export interface PrepareOptions {
  RED: RuntimeApi;
  uploads: Uploads;
  /** For what is read from servers. */
  folder: string;
}

/**
 * Finds the history that a form has chosen. Only what sources of the deployed flow read can be asked of a server: the
 * request names a source, never an address.
 * @throws AdminError where there is no such history
 */
export function prepareHistory(request: RehearsalRequest, { RED, uploads, folder }: PrepareOptions): Prepare {
  const { history, language } = request;
  switch (history.from) {
    case 'file': {
      const file = uploads.fileOf(history.upload, language);
      const mapping = readMapping(history.mapping, language);
      return () => Promise.resolve({ spec: { from: 'file', file, mapping } });
    }
    case 'demo': {
      const spec: HistorySpec = { from: 'demo', seed: history.seed ?? 1, until: request.until ?? Date.now() };
      return () => Promise.resolve({ spec });
    }
    case 'remembered': {
      const { remembered } = sourceOf(RED, history.source, language);
      if (!remembered) throw new AdminError(404, say(language, 'remembersNothing'));
      return async () => {
        await remembered.flush();
        return { spec: { from: 'ring', folder: remembered.folder } };
      };
    }
    case 'server': {
      const { server } = sourceOf(RED, history.source, language);
      if (!server) throw new AdminError(404, say(language, 'noServer'));
      return fromServer(server, request, path.join(folder, randomUUID()));
    }
  }
}

function sourceOf(RED: RuntimeApi, id: string, language: string): HistorySource {
  const source = asHistorySource(RED.nodes.getNode(id));
  if (!source) throw new AdminError(404, say(language, 'noSource'));
  return source;
}

function fromServer(server: ServerHistory, { since, until, language }: RehearsalRequest, folder: string): Prepare {
  const end = until ?? Date.now();
  return async (signal, progress) => {
    const demo = server.demo?.();
    if (demo) return { spec: { from: 'demo', ...demo, until: end } };
    // a server may refuse each of many thousand Datastreams
    let lost = 0;
    let first = '';
    const range = {
      since: since ?? end - USUAL_SPAN,
      until: end,
      signal,
      lost: (what: string) => {
        if (lost++ === 0) first = what;
      },
    };
    try {
      await mkdir(folder, { recursive: true });
      await keep(server.read(range), path.join(folder, segmentName(1)), progress, language);
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
    const notes = lost > 0 ? [{ code: 'lost', n: lost, first }] : [];
    return { spec: { from: 'ring', folder }, folder, notes };
  };
}

async function keep(
  slices: AsyncIterable<Observation[]>,
  file: string,
  progress: (readings: number) => void,
  language: string,
): Promise<void> {
  const writer = new LineWriter();
  let bytes = 0;
  let readings = 0;
  for await (const slice of slices) {
    const lines = Buffer.from(writer.write(slice), 'utf8');
    bytes += lines.length;
    if (bytes > MOST_BYTES) throw new Error(say(language, 'tooMuch', { n: readings }));
    await appendFile(file, lines, { mode: 0o600 }).catch((thrown: Error) => {
      throw new Error(say(language, 'disk', { reason: thrown.message }));
    });
    readings += slice.length;
    progress(readings);
  }
}
