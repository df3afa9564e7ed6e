/** What is kept on output 1. `all` keeps everything and only adds the zones. */
export type Keep = 'inside' | 'outside' | 'all';

/** What happens to an item whose place is not known. */
export type NoPlace = 'problem' | 'drop' | 'pass';

/** Which zones count: all, those chosen one by one, or those of one level. */
export type Choice = { by: 'all' } | { by: 'zones'; ids: readonly string[] } | { by: 'level'; level: string };

export interface FilterOptions {
  keep: Keep;
  choice: Choice;
  noPlace: NoPlace;
  /** Items that are not kept go to output 3. */
  rest: boolean;
}

/** Reads the options of a saved configuration; what is not understood becomes the default. */
export function readOptions(config: Readonly<Record<string, unknown>>): FilterOptions {
  const { keep, choose, chosen, level, noPlace, rest } = config;
  return {
    keep: keep === 'outside' || keep === 'all' ? keep : 'inside',
    choice: readChoice(choose, chosen, level),
    noPlace: noPlace === 'drop' || noPlace === 'pass' ? noPlace : 'problem',
    rest: rest === true,
  };
}

function readChoice(choose: unknown, chosen: unknown, level: unknown): Choice {
  if (choose === 'zones') {
    const ids = Array.isArray(chosen) ? chosen.filter((id): id is string => typeof id === 'string') : [];
    return { by: 'zones', ids };
  }
  if (choose === 'level' && typeof level === 'string') return { by: 'level', level };
  return { by: 'all' };
}
