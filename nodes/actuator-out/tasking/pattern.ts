/**
 * A regular expression that a server asks for. It comes from outside, and some take for ever on some texts, so only such are
 * tried that cannot: no repeated group, few repetitions, short texts. Others are left to the server to check.
 */

const LONGEST_PATTERN = 200;
const LONGEST_TEXT = 500;
/** So many open repetitions take at most the cube of the length of the text. */
const MOST_OPEN = 3;

/** Whether a pattern is one that is tried. */
function isTried(pattern: string): boolean {
  if (pattern.length > LONGEST_PATTERN) return false;
  // classes and escapes hold signs that mean nothing here
  const bare = pattern.replace(/\\./g, 'x').replace(/\[(?:[^\]\\]|\\.)*\]/g, 'x');
  if (/\\|[[\]]/.test(bare)) return false;
  // a group that is repeated, a back reference, a look around
  if (/\)[*+{]/.test(bare) || /\(\?(?!:)/.test(bare) || /\\[1-9k]/.test(pattern)) return false;
  return (bare.match(/[*+]|\{\d+,\}|\{\d*,?\d{4,}\}/g) ?? []).length <= MOST_OPEN;
}

/** True also for a pattern that is not tried, and for one that is none. */
export function fitsPattern(pattern: string, text: string): boolean {
  if (!isTried(pattern) || text.length > LONGEST_TEXT) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text);
  } catch {
    return true;
  }
}
