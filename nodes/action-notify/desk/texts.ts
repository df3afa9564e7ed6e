import { textTable } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

/** The sentences of the desk: what it tells beside the texts of the form. */
export const deskText = textTable(english, thai);
