/**
 * A file of readings, read in pieces: rows by a mapping (guessed by the same code as in `to-observation`, where there is
 * none), or observations as our own nodes write them.
 */
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { Mapping } from '../../ecdm/mapping-schema';
import type { Observation } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import { withoutMark } from '../../to-observation/mapping/decode';
import { guessMapping } from '../../to-observation/mapping/guess';
import { compileMapping } from '../../to-observation/mapping/mapper';
import { formatOf } from '../../to-observation/mapping/rows';
import type { Note } from '../contract';
import { csvForm, pieces } from './pieces';
import { isLines } from './lines';
import { isOwn, readOwn, SHOWN, type Format } from './own';
import { readSegment } from './ring';
import { type HistorySpec, type OpenOptions, type Told, within } from './spec';
import type { ReadingTable } from './table';
import { say } from './texts';

/** Bytes that a guess looks at. */
const HEAD = 262_144;
/** Bytes of one JSON document: it has to be in memory as a whole. */
const LARGEST_JSON = 64_000_000;

type FileSpec = Extract<HistorySpec, { from: 'file' }>;
/** Makes observations of some rows. @param before lines of the file before them */
type ReadRows = (text: string, before: number, out: Observation[], problems: Problem[]) => number;

export async function readFileInto(table: ReadingTable, spec: FileSpec, options: OpenOptions): Promise<Told> {
  const head = await headOf(spec.file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
    throw new Error(say(options.language, 'file.missing', { file: path.basename(spec.file) }));
  });
  if (head.trim() === '') throw new Error(say(options.language, 'file.empty'));
  if (isLines(head)) {
    await readSegment(spec.file, table, options);
    return { problems: [], problemCount: 0, notes: [] };
  }
  const format = spec.mapping?.format ?? formatOf(head);
  const text = format === 'json' ? await wholeOf(spec.file, options) : head;
  const own = spec.mapping === undefined && isOwn(text, format);
  const guessed = own || spec.mapping !== undefined ? undefined : guessMapping(text, { language: options.language });
  const mapping = guessed?.mapping ?? spec.mapping;
  const read = mapping === undefined ? ownRows(format, options) : mappedRows(mapping, format, head, options);
  const notes: Note[] = guessed ? [{ code: 'guessed', how: guessed.explanation.join(' ') }] : [];
  const told: Told = { problems: [], problemCount: 0, notes };
  const take = (rows: string, before: number): boolean => {
    const out: Observation[] = [];
    const problems: Problem[] = [];
    told.problemCount += read(rows, before, out, problems);
    for (const { code, message, hint } of problems.slice(0, SHOWN - told.problems.length)) {
      told.problems.push({ code, message, hint });
    }
    for (const observation of out) if (within(options, observation.time) && !table.add(observation)) return false;
    options.progress?.(table.count);
    return true;
  };
  if (format === 'json') take(text, 0);
  else {
    const form = format === 'csv' ? csvForm(head, mapping?.csv) : undefined;
    const stream = createReadStream(spec.file, { encoding: 'utf8', highWaterMark: 1_048_576 });
    const tooLong = (): Error => new Error(say(options.language, 'file.longRow'));
    for await (const { rows, before } of pieces(stream, form, tooLong)) if (!take(rows, before)) break;
  }
  if (table.count === 0 && told.problemCount > 0) throw nothingUsable(told, options.language);
  return told;
}

function nothingUsable({ problems, problemCount }: Told, language: string | undefined): Error {
  const [first] = problems;
  return new Error(say(language, 'file.unusable', { n: problemCount, first: `${first?.message} ${first?.hint}` }));
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const text = withoutMark(buffer.toString('utf8', 0, bytesRead));
    // a line that is cut would mislead
    return bytesRead < HEAD ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text;
  } finally {
    await handle.close();
  }
}

async function wholeOf(file: string, { language }: OpenOptions): Promise<string> {
  const { size } = await stat(file);
  if (size > LARGEST_JSON) throw new Error(say(language, 'file.largeJson', { most: LARGEST_JSON / 1_000_000 }));
  return withoutMark(await readFile(file, 'utf8'));
}

function ownRows(format: Format, { language }: OpenOptions): ReadRows {
  return (text, before, out, problems) => readOwn(text, { format, before, language }, out, problems);
}

function mappedRows(mapping: Mapping, format: Format, head: string, options: OpenOptions): ReadRows {
  // what is found out of the whole file must not be found out anew, and otherwise, of a piece of it
  const csv = format === 'csv' ? { csv: { ...mapping.csv, delimiter: csvForm(head, mapping.csv).delimiter } } : {};
  const mapper = compileMapping({ ...mapping, format, ...csv }, { language: options.language, mostProblems: SHOWN });
  return (text, before, out, problems) => mapper.map(text, out, problems, { before }).bad;
}
