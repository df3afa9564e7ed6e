/** Texts of observations as our own nodes write them: one for each line, a list, or whole messages. */
import type { Observation } from '../../ecdm/observation';
import { isProblem, readObservation } from '../../ecdm/observation-reader';
import { parseJson } from '../../ecdm/parse-json';
import type { Problem } from '../../ecdm/problem';
import { Report } from '../../to-observation/mapping/report';
import { readRows } from '../../to-observation/mapping/rows';

export type Format = 'csv' | 'json' | 'ndjson';

/** Problems that are written out; the others are counted. */
export const SHOWN = 20;

/** True for such a text, by its first observation. @param text whole where it is one JSON document */
export function isOwn(text: string, format: Format): boolean {
  if (format === 'csv') return false;
  try {
    const value = parseJson(format === 'json' ? text : firstLine(text.trimStart()));
    const [first] = unwrap(Array.isArray(value) ? value[0] : value);
    return typeof first === 'object' && first !== null && 'datastream' in first && !isProblem(readObservation(first));
  } catch {
    return false;
  }
}

/**
 * Reads some lines, or the whole of a document.
 * @param before lines of the file before them
 * @param out gets the observations
 * @param problems gets the first of what could not be used
 * @returns how many could not be used
 */
export function readOwn(
  text: string,
  { format, before, language }: { format: Format; before: number; language: string | undefined },
  out: Observation[],
  problems: Problem[],
): number {
  const report = new Report(problems, language ?? 'en-US', SHOWN);
  let bad = 0;
  const rows = readRows(text, { format }, { before }, (key, parameters, item) => {
    bad++;
    report.add(key, parameters, item);
  });
  for (const item of rows?.rows.flatMap(unwrap) ?? []) {
    const read = readObservation(item, language);
    if (!isProblem(read)) out.push(read);
    else if (++bad <= SHOWN) problems.push(read);
  }
  return bad;
}

const firstLine = (text: string): string => text.slice(0, text.indexOf('\n') + 1 || undefined);

/** A message that was written to a file whole. */
function unwrap(value: unknown): unknown[] {
  const payload = (value as { payload?: unknown } | null)?.payload;
  return payload === undefined ? [value] : Array.isArray(payload) ? (payload as unknown[]) : [payload];
}
