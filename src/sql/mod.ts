// sql: one SQLite file per data directory, one writer, the writes of a loop turn in one durable commit. Promises that an
// acknowledged write survives a crash and that a failed group leaves nothing behind. Knows no table: rooms bring theirs
// as migrations, which only ever grow.
export { openDatabase, type Database, type DatabaseOptions, type SqlRow, type SqlValue, type Transaction } from './database.ts';
