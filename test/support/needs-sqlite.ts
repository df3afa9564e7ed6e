import { hasSqlite } from '../../nodes/city-journal/store/sqlite/sqlite-store';

/** For `before` of a suite: skips it, and says so, where this Node has no SQLite. */
export function needsSqlite(this: Mocha.Context): void {
  if (hasSqlite()) return;
  console.log(`SKIPPED: this Node (${process.version}) has no SQLite`);
  this.skip();
}
