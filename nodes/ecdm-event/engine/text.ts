/** Sentences of the engine, for problems. */
import { textTable, type TextParameters } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

export type TextKey = keyof typeof english;

const say = textTable(english, thai);

/** @param language "en-US" or "th"; English for everything else */
export function engineText(language: string | undefined, key: TextKey, parameters?: TextParameters): string {
  return say(language, key, parameters);
}

/** True for a key of the texts; a definition error may carry any. */
export function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(english, key);
}
