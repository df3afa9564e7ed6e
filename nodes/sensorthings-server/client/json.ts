/** JSON of servers that write what is not JSON: NaN and Infinity where a value is missing. */
import { parseJson, TooDeep } from '../../ecdm/parse-json';

/** `deep`: nobody has cut it; it is meant to take long. */
export type Parsed = { readonly value: unknown } | { readonly error: string; readonly deep?: true };

/** A text that is not closed goes on to the end: else each quote in it would be tried as the beginning of one. */
const LOOSE = /"(?:[^"\\]+|\\[^]?)*"?|-?\b(?:NaN|Infinity)\b/g;

/** Parses JSON; bare NaN and Infinity are null. The error says where, and whether the text seems to be cut. */
export function parseTolerant(text: string): Parsed {
  try {
    return { value: parseJson(text) };
  } catch (thrown) {
    const { message } = thrown as Error;
    if (thrown instanceof TooDeep) return { error: message, deep: true };
    if (/\b(?:NaN|Infinity)\b/.test(text)) {
      try {
        const plain = text.replace(LOOSE, (part) => (part.startsWith('"') ? part : 'null'));
        return { value: parseJson(plain) };
      } catch {
        // the first error says more
      }
    }
    const cut = /end of JSON|unterminated/i.test(message);
    return { error: cut ? `the JSON text breaks off after ${text.length} characters` : `it is not JSON: ${message}` };
  }
}
