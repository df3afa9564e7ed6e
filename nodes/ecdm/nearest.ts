/** Longer names are compared by their beginnings. */
const MOST = 100;
/** Rows of {@link distance}, made once: it is asked for thousands of names. */
const ROWS = [0, 1, 2].map(() => new Uint8Array(MOST + 1)) as [Uint8Array, Uint8Array, Uint8Array];

/** Edit distance (insert, delete, replace, swap of neighbours); anything above `limit` where it is more than that. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let [before, last, row] = ROWS;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    // further from the diagonal everything is above the limit
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? i : limit + 1;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (to < b.length) row[to + 1] = limit + 1;
    // it never becomes less in a later row
    if (least > limit) return least;
    [before, last, row] = [last, row, before];
  }
  return last[b.length]!;
}

/** The known name that `word` was probably meant to be; `undefined` where none is near enough to be a slip. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const wanted = word.slice(0, MOST).toLowerCase().slice(0, MOST);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const name of known) {
    const other = name.slice(0, MOST).toLowerCase().slice(0, MOST);
    // only what is nearer than the best one is of interest
    const d = distance(wanted, other, least - 1);
    if (d < least) [best, least] = [name, d];
    if (least === 0) break;
  }
  return best;
}
