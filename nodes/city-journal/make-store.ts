import { NoStore } from './store/none';
import { PostgresStore } from './store/postgres/postgres-store';
import { hasSqlite, SqliteStore } from './store/sqlite/sqlite-store';
import type { Store } from './store/store';
import type { Place } from './settings';

/** @param noSqlite what is said where this Node has no SQLite */
export function makeStore(place: Place, language: string | undefined, noSqlite: string): Store {
  if (place.kind === 'postgres') return new PostgresStore(place, language);
  return hasSqlite() ? new SqliteStore(place.file, language) : new NoStore(noSqlite);
}
