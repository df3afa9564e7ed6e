/** Sentences of the mapping: what is wrong with an input, and why a guess is as it is. */
import { textTable, type TextParameters } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

export type TextKey = keyof typeof english.problem;
export type NoteKey = keyof typeof english.guess;

const say = textTable(english, thai);

/** Message and hint for people, with the place holders filled in. */
export function sentence(
  key: TextKey,
  params: TextParameters,
  language?: string,
): readonly [message: string, hint: string] {
  return [say(language, `problem.${key}.message`, params), say(language, `problem.${key}.hint`, params)];
}

/** One sentence of the explanation of a guess. */
export function note(key: NoteKey, params: TextParameters, language: string | undefined): string {
  return say(language, `guess.${key}`, params);
}

/** Names in a sentence: at most twelve. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 12).map((n) => `"${n.length > 40 ? `${n.slice(0, 40)}…` : n}"`);
  return names.length > 12 ? `${first.join(', ')}, …` : first.join(', ');
}
