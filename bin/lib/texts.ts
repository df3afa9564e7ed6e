import { textTable } from '../../nodes/ecdm/text-table';
import english from './locales/en-US.json';
import thai from './locales/th.json';

/** What the commands themselves say of a file; what is wrong in it is said by the check. */
export const fileText = textTable(english, thai);
