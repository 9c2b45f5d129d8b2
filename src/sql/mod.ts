// sql: one SQLite file per data directory, one writer, writes in groups whose sync the loop does not wait for. Promises that an
// acknowledged write survives a crash and that a failed group leaves nothing behind. Knows no table: rooms bring theirs
// as migrations, which only ever grow.
export { openDatabase, type Database, type DatabaseOptions, type SqlRow, type SqlValue, type Transaction } from './database.ts';
