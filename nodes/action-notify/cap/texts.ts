import { textTable } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

/** The sentences about drafts and messages. */
export const capText = textTable(english, thai);
