import type { HistoryPage } from '../journal-source';
import { cursorText } from './question';
import { entryOfRow, type Row } from './rows';

/** @param rows one more than a page has where there is a next one */
export function pageOf(rows: readonly Row[], limit: number): HistoryPage {
  const entries = rows.slice(0, limit).map(entryOfRow);
  const last = rows[limit - 1];
  return rows.length > limit && last !== undefined ? { entries, next: cursorText(last) } : { entries };
}
