/** Readings of the past, opened where they are judged: in a worker, or on the command line. */
import { openDemo } from './demo';
import { readFileInto } from './file';
import { readRingInto } from './ring';
import { type HistorySpec, type OpenHistory, type OpenOptions, SLICE } from './spec';
import { MOST_READINGS, ReadingTable } from './table';

/**
 * Opens readings of the past and puts them in order of time.
 * @throws Error with a sentence for people, where nothing can be read at all
 */
export async function openHistory(spec: HistorySpec, options: OpenOptions = {}): Promise<OpenHistory> {
  if (spec.from === 'demo') return openDemo(spec, options);
  const table = new ReadingTable(options.most ?? MOST_READINGS);
  const told = await (spec.from === 'ring' ? readRingInto(table, spec, options) : readFileInto(table, spec, options));
  if (table.full) told.notes.push({ code: 'cut', most: table.most });
  return { roster: table.roster(), total: table.count, slices: table.slices(SLICE), ...told };
}
