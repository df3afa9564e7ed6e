/**
 * Sentences of pure code, in the language of the flow. The nodes' own forms and runtime texts come from their locale
 * files; this is for what is made where no Node-RED is: reasons of statuses, readings of rules, the command line.
 */
import english from './locales/en-US.json';
import thai from './locales/th.json';
import wordsInEnglish from './locales/words.en-US.json';
import wordsInThai from './locales/words.th.json';
import { textTable } from './text-table';

export { languageOf, type Language, type LazyParameters, type TextParameters } from './text-table';
export { clockText, durationText, listText, momentText, numberText } from './words';

/** A sentence of the model or one of its words, see the locale files of this folder. */
export const text = textTable({ ...english, ...wordsInEnglish }, { ...thai, ...wordsInThai });
