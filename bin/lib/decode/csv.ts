/** CSV of FROST (`$resultFormat=CSV`): names of nested fields are paths, the first line names them. */
import { parse } from 'papaparse';
import type { Raw } from '../../../nodes/sensorthings-server/client/tolerant';
import { fromCsv } from './flat';

/** A first line of these is no sentence. */
const COLUMN = /^"?(?:@?iot\.id|@iot\.id|id|name|phenomenonTime|resultTime|result|[A-Z][A-Za-z]+\/\S+)"?$/;

/** Rows as entities; `undefined` where the text is not such a table. */
export function readCsv(text: string): Raw[] | undefined {
  const head = /^[^\r\n]*/.exec(text)![0];
  const columns = head.split(/[,;\t]/).map((name) => name.trim());
  if (columns.length < 2 || !columns.some((name) => COLUMN.test(name))) return undefined;
  const { data } = parse<Record<string, unknown>>(text, { header: true, skipEmptyLines: 'greedy' });
  return data.map(fromCsv);
}
