/** Plain text columns; numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = head.map((title, i) => Math.max(width(title), ...cells.map((row) => width(row[i] ?? ''))));
  const right = head.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const blank = ' '.repeat(Math.max(0, widths[i]! - width(cell)));
        return right[i] ? blank + cell : cell + blank;
      })
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)].map((text) => `  ${text}\n`).join('');
}

/** Vowel and tone marks of Thai stand above or below a letter and take no room. */
function width(text: string): number {
  return text.replace(/\p{Mn}/gu, '').length;
}
