/** A large text cut into pieces of whole rows, each of which can be read by itself. */
import { parse } from 'papaparse';
import type { Mapping } from '../../ecdm/mapping-schema';
import { withoutLastBreaks } from '../../to-observation/mapping/decode';

/** Characters of a piece; one row may be longer, up to {@link LONGEST_ROW}. */
const PIECE = 1_000_000;
/** Characters without an end of a row: a quotation mark that is never closed must not take all memory. */
const LONGEST_ROW = 16_000_000;

export interface Piece {
  rows: string;
  /** What to add to the number of a line of the piece for that of the file. */
  before: number;
}

/** What the rows of a table need to be read without those before them. */
export interface CsvForm {
  /** The row with the names of the columns; empty where there is none. */
  header: string;
  quote: string;
  delimiter: string;
}

/** @param head beginning of the file */
export function csvForm(head: string, csv: Mapping['csv']): CsvForm {
  const quote = csv?.quote ?? '"';
  const { delimiter: guessed } = parse<string[]>(withoutLastBreaks(head), {
    preview: 20,
    quoteChar: quote,
    comments: csv?.comment ?? false,
    delimitersToGuess: [',', ';', '\t', '|'],
  }).meta;
  const lines = head.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !(csv?.comment && line.startsWith(csv.comment)));
  let header = lines[first] ?? '';
  // names of columns may hold line breaks
  for (let i = first + 1; open(header, quote) && i < lines.length; i++) header += `\n${lines[i]}`;
  return { header: csv?.header === false ? '' : `${header}\n`, quote, delimiter: csv?.delimiter ?? guessed };
}

/**
 * @param form of a table; without it each line is a row
 * @param tooLong says that there is a row without an end
 */
export async function* pieces(
  text: AsyncIterable<unknown>,
  form: CsvForm | undefined,
  tooLong: () => Error,
): AsyncGenerator<Piece> {
  let rest = '';
  let lines = 0;
  const piece = (rows: string): Piece => {
    const header = lines === 0 ? '' : (form?.header ?? '');
    const before = lines - linesIn(header);
    lines += linesIn(rows);
    return { rows: header + rows, before };
  };
  for await (const chunk of text) {
    rest += chunk as string;
    if (rest.length < PIECE) continue;
    const end = endOfRow(rest, form?.quote);
    if (end > 0) {
      yield piece(rest.slice(0, end));
      rest = rest.slice(end);
    }
    if (rest.length > LONGEST_ROW) throw tooLong();
  }
  if (rest.trim() !== '') yield piece(rest);
}

/** Where the last whole row ends; 0 where there is none. */
function endOfRow(text: string, quote: string | undefined): number {
  const end = text.lastIndexOf('\n') + 1;
  if (quote === undefined || !open(text.slice(0, end), quote)) return end;
  // the last line break is inside of quotation marks: the one before the mark that opens them
  return text.lastIndexOf('\n', text.lastIndexOf(quote, end - 1)) + 1;
}

/** The text ends inside of quotation marks; one that stands twice is none. */
function open(text: string, quote: string): boolean {
  let odd = false;
  for (let i = text.indexOf(quote); i >= 0; i = text.indexOf(quote, i + 1)) odd = !odd;
  return odd;
}

function linesIn(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++;
  return count;
}
