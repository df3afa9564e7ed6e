export type Link = 'then' | 'and' | 'or';

/** Rows up to this long are shown as a whole. */
const MOST_LINKS = 4;

/**
 * The two ways to put brackets into steps that are joined by different words.
 * @param steps as they are written
 * @param links between them
 */
export function mixed(
  steps: readonly string[],
  links: readonly Link[],
  print: (link: Link) => string,
): [string, string] {
  const [first] = links;
  const other = links.find((link) => link !== first)!;
  if (links.length > MOST_LINKS || links.some((link) => link !== first && link !== other)) {
    // three different words, or a long row: the place where the second one comes in is enough of an example
    const at = links.indexOf(other);
    return mixed(steps.slice(at - 1, at + 2), links.slice(at - 1, at + 1), print);
  }
  return [bind(steps, links, first!, print), bind(steps, links, other, print)];
}

/** Brackets around all steps in a row that are joined by `tight`. */
function bind(steps: readonly string[], links: readonly Link[], tight: Link, print: (link: Link) => string): string {
  const loose = links.find((link) => link !== tight)!;
  const runs: string[][] = [[steps[0]!]];
  links.forEach((link, i) => {
    if (link === tight) runs.at(-1)!.push(steps[i + 1]!);
    else runs.push([steps[i + 1]!]);
  });
  const parts = runs.map((run) => (run.length === 1 ? run[0]! : `(${run.join(` ${print(tight)} `)})`));
  return parts.join(` ${print(loose)} `);
}
