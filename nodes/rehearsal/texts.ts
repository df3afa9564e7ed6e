/** The sentences of a rehearsal. */
import { textTable } from '../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';
import type { Note } from './contract';

export const rehearsalText = textTable(english, thai);

/** What the data cannot say, in words. */
export function noteText(language: string | undefined, { code, ...parameters }: Note): string {
  return rehearsalText(language, `note.${code}`, parameters);
}
