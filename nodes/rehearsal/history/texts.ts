/** Sentences about history that cannot be read, and why. */
import { textTable } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

export const say = textTable(english, thai);
