/** What the routes answer when they refuse, and what becomes of a job. */
import { textTable } from '../../ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

export const say = textTable(english, thai);
