import { parseDuration } from '../../ecdm/duration';
import type { RosterEntry } from '../../ecdm/city';
import type { Mapping } from '../../ecdm/mapping-schema';
import type { Observation } from '../../ecdm/observation';
import type { Problem } from '../../ecdm/problem';
import type { MessageContext } from './columns';
import { compileReader, type RowReader } from './reader';
import { Report, Units } from './report';
import { readRows, type Rows } from './rows';
import { Streams } from './streams';

export interface MapResult {
  /** Rows that were looked at. */
  rows: number;
  /** Rows of which something could not be used. */
  bad: number;
  /** Observations that were made. */
  observations: number;
  /** The input was one thing, not a list: one reading of it stays single. */
  single: boolean;
}

export interface Mapper {
  /** Turns one message into observations. What cannot be used becomes a problem, never an exception. */
  map(input: unknown, out: Observation[], problems: Problem[], context?: MessageContext): MapResult;
  /** The Datastreams that were seen for the first time since this was asked last. */
  takeRoster(): RosterEntry[];
}

export interface MapperOptions {
  /** Language of problems: "en-US", "th". */
  language?: string;
  /** Most problems of one input that are written out (100); the others are counted in a last one. */
  mostProblems?: number;
}

/** Compiles a mapping; the mapper remembers the Datastreams that it has seen. */
export function compileMapping(mapping: Mapping, options: MapperOptions = {}): Mapper {
  const { language = 'en-US', mostProblems = 100 } = options;
  const streams = new Streams(mapping.source, parseDuration(mapping.time.interval));
  const units = new Units();
  /** Of the message that is being read; readers outlive it. */
  const current: MessageContext = {};
  let lastHeaders: readonly string[] | undefined;
  let lastReader: RowReader | undefined;

  /** The reader is bound to the headers; most messages repeat those of the one before. */
  const readerOf = (rows: Rows, report: Report): RowReader | undefined => {
    const fresh = lastReader === undefined || rows.headers === undefined || !sameHeaders(rows.headers, lastHeaders);
    if (fresh) {
      lastReader = compileReader(mapping, rows, streams, units, report);
      // a table that lacks a column says so with every message
      lastHeaders = lastReader?.complete === true ? rows.headers : undefined;
    }
    return lastReader;
  };

  return {
    takeRoster: () => streams.takeRoster(),
    map(input, out, problems, { topic, now, before: linesBefore } = {}) {
      Object.assign(current, { topic, now, before: linesBefore } satisfies MessageContext);
      const report = new Report(problems, language, mostProblems);
      const result: MapResult = { rows: 0, bad: 0, observations: 0, single: false };
      const rows = readRows(input, mapping, current, report.add);
      if (rows === undefined) {
        report.finish();
        return { ...result, bad: 1 };
      }
      const before = out.length;
      const reader = readerOf(rows, report);
      result.rows = rows.rows.length;
      result.single = rows.single;
      result.bad = reader === undefined ? rows.rows.length : readAll(reader, rows, out, report);
      result.observations = out.length - before;
      report.finish();
      return result;
    },
  };
}

function readAll(reader: RowReader, rows: Rows, out: Observation[], report: Report): number {
  let bad = 0;
  const list = rows.rows;
  for (let i = 0; i < list.length; i++) {
    if (!reader.read(list[i], rows.numberOf(i), out, report)) bad++;
  }
  return bad;
}

function sameHeaders(a: readonly string[], b: readonly string[] | undefined): boolean {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
