/** The readings that a source remembers: files of lines in a folder, the oldest first by their names. */
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { type HistorySpec, type OpenOptions, type Told, within } from './spec';
import { LineReader } from './lines';
import type { ReadingTable } from './table';

/** Name of a segment; they are as long as each other, so that their order is that of the texts. */
export const segmentName = (number: number): string => `${String(number).padStart(9, '0')}.ndjson`;

const SEGMENT = /^(\d{9})\.ndjson$/;
/** Bytes at the beginning and at the end that are looked at for the times. */
const LOOKED_AT = 65_536;
/**
 * Characters of a line that are read: what lies beyond makes it a torn one. The longest that sources write say what a
 * Datastream is, a few thousand characters.
 */
const LONGEST_LINE = 1_000_000;
/** Readings between two words of progress. */
const PROGRESS_EVERY = 20_000;

export interface Segment {
  number: number;
  file: string;
  bytes: number;
}

/** The segments of a folder in their order; none where there is no such folder. */
export async function segmentsOf(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    // only what is not there is empty: a folder that cannot be read now has its segments still
    if (thrown.code === 'ENOENT') return [];
    throw thrown;
  });
  const found = names.map((name) => SEGMENT.exec(name)).filter((match) => match !== null);
  const segments = await Promise.all(
    found.map(async ([name, digits]) => {
      const file = path.join(folder, name);
      // a segment may have been dropped since the folder was read
      const bytes = await stat(file).then(({ size }) => size, () => 0); // prettier-ignore
      return { number: Number(digits), file, bytes };
    }),
  );
  return segments.filter(({ bytes }) => bytes > 0).sort((a, b) => a.number - b.number);
}

/** About from when to when the readings of a folder are, by its first and last lines, and how many bytes they take. */
export async function spanOf(folder: string): Promise<{ bytes: number; since?: number; until?: number }> {
  const segments = await segmentsOf(folder);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const [first, last] = [segments[0], segments.at(-1)];
  if (!first || !last) return { bytes };
  const begin = timesIn(await piece(first.file, 0));
  const end = timesIn(await piece(last.file, Math.max(0, last.bytes - LOOKED_AT)));
  const times = [...begin, ...end];
  if (times.length === 0) return { bytes };
  return { bytes, since: Math.min(...times), until: Math.max(...times) };
}

async function piece(file: string, from: number): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, from);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    // dropped meanwhile
    return '';
  }
}

/** Times of whole lines of readings; where a piece begins or ends in the midst of a line, that one does not match. */
const timesIn = (text: string): number[] =>
  [...text.matchAll(/(?<=\n)\[\d+,(-?\d+),/g)].map((match) => Number(match[1]));

/** Reads all segments. What cannot be read (a line that was torn by a crash) is left out. */
export async function readRingInto(
  table: ReadingTable,
  { folder }: Extract<HistorySpec, { from: 'ring' }>,
  options: OpenOptions,
): Promise<Told> {
  for (const { file } of await segmentsOf(folder)) {
    try {
      await readSegment(file, table, options);
    } catch (thrown) {
      // the oldest one is dropped when a new one is begun
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    }
  }
  return { problems: [], problemCount: 0, notes: [] };
}

/** Reads one file of lines. */
export async function readSegment(file: string, table: ReadingTable, options: OpenOptions): Promise<void> {
  const reader = new LineReader();
  let rest = '';
  const take = (line: string): boolean => {
    const observation = reader.read(line);
    if (observation === undefined || !within(options, observation.time)) return true;
    if (table.count % PROGRESS_EVERY === 0) options.progress?.(table.count);
    return table.add(observation);
  };
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const lines = (chunk as string).split('\n');
    lines[0] = rest.length < LONGEST_LINE ? rest + lines[0]! : rest;
    rest = lines.pop()!;
    if (!lines.every(take)) return;
  }
  take(rest);
}
