/** Quotes that are never closed: most often they are, by a sign of another kind. */
import type { Span, Token } from './tokens';

/** Longer names are not written in a message. */
const LONGEST = 60;
/** What stands in front of a sign that closes something: it follows without a blank. */
const CLOSED = /^(?:\\.|[^\\"“”„\r\n])*(?<!\s)(?=["“”„])/;
/** A sign of another language that opens quotes, and what stands behind it. */
const OPENED = /[„‚‘”«»]([^"“”„\r\n]*[^\s"“”„])$/;

export interface Quoted extends Span {
  /** What was meant to stand in the quotes; empty where that cannot be told. */
  name: string;
}

/**
 * The quotes that are closed by a wrong sign, with this sign.
 * @param open where the quotes begin that are never closed
 * @param tokens before them
 * @param known whether a name is one that may have such signs in it
 */
export function wronglyClosed(
  text: string,
  open: number,
  tokens: readonly Token[],
  known: (name: string) => boolean,
): Quoted | undefined {
  // in "smoke” and "rain" the second of the straight signs closes what the first one opens
  const lineAt = Math.max(text.lastIndexOf('\n', open - 1), text.lastIndexOf('\r', open - 1));
  const before = tokens.find(
    ({ kind, value, start }) => kind === 'text' && start > lineAt && /[“”„]/.test(value) && !known(value),
  );
  const mixed =
    (before && closedFrom(text, before.start)) ?? openedBefore(text, lineAt + 1, open) ?? closedFrom(text, open);
  // in smoke" the sign closes what was never opened
  const closes = /\S/.test(text[open - 1] ?? ' ') && /\s/.test(text[open + 1] ?? ' ');
  return mixed ?? (closes ? { start: open, end: open + 1, name: '' } : undefined);
}

function closedFrom(text: string, open: number): Quoted | undefined {
  const inside = CLOSED.exec(text.slice(open + 1))?.[0] ?? '';
  return inside === '' ? undefined : quoted(open, open + inside.length + 2, inside);
}

/** Of „smoke“, where the sign that closes is the one that opens in other languages. */
function openedBefore(text: string, from: number, close: number): Quoted | undefined {
  const found = OPENED.exec(text.slice(Math.max(from, close - LONGEST - 1), close));
  return found === null ? undefined : quoted(close - found[0].length, close + 1, found[1]!);
}

const quoted = (start: number, end: number, inside: string): Quoted => ({
  start,
  end,
  name: inside.length > LONGEST ? '' : inside.trim(),
});
