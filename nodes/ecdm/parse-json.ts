/** JSON that others have written. */
import { DEEPEST_JSON } from './depth';

/** Characters that are parsed within a third of a second, whatever they are. */
const LARGE = 4_000_000;
export class TooDeep extends SyntaxError {
  constructor() {
    super(`it is nested more than ${DEEPEST_JSON} levels deep`);
  }
}

const [QUOTE, BACKSLASH] = [34, 92];

/**
 * As `JSON.parse`, but for large texts that are nested deeper than anything honest: 60 million brackets, which a packed answer
 * of 60 kB unfolds into, would hold everything else up for twenty seconds.
 * @throws SyntaxError, which is a {@link TooDeep} for these
 */
export function parseJson(text: string): unknown {
  if (text.length > LARGE && nestsDeeper(text, DEEPEST_JSON)) throw new TooDeep();
  return JSON.parse(text) as unknown;
}

function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfText(text, i + 1);
    // braces and brackets differ by this bit
    else if ((code | 32) === 123) {
      if (++depth > limit) return true;
    } else if ((code | 32) === 125) depth--;
  }
  return false;
}

/** The closing quote; brackets in a text are none. */
function endOfText(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i;
}
