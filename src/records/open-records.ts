// The door's implementation over `sql`: writes through the group commit, reads of committed state, a change feed.
import { describeError, type Log } from '../base/mod.ts';
import type { Database } from '../sql/mod.ts';
import { ArtifactUses } from './artifact-uses.ts';
import { MIGRATIONS } from './migrations.ts';
import { createReader } from './reader.ts';
import type { Records, RecordWriter } from './records.ts';
import { SnapshotCache } from './snapshot-cache.ts';
import { Specs } from './specs.ts';
import type { RecordChange } from './types.ts';
import { SqlRecordWriter } from './writer.ts';

export interface RecordsOptions {
  readonly database: Database;
  readonly log: Log;
}

type ChangeListener = (changes: readonly RecordChange[]) => void;

/** Migrates the tables of this room and answers from then on. Closing is the database's business. */
export function openRecords({ database, log }: RecordsOptions): Records {
  database.migrate('records', MIGRATIONS);
  const specs = new Specs();
  const uses = new ArtifactUses();
  const reader = createReader(database, specs.reading(database));
  const snapshots = new SnapshotCache(reader);
  const listeners = new Set<ChangeListener>();
  const publish = (changes: readonly RecordChange[]) => {
    for (const listener of listeners) callListener(listener, changes, log);
  };
  const write = async <T>(work: (writer: RecordWriter) => T): Promise<T> => {
    let changes: readonly RecordChange[] = [];
    try {
      return await database.write((transaction) => {
        const writer = new SqlRecordWriter(transaction, specs, uses);
        changes = writer.changes;
        const result = work(writer);
        // Before the commit, so that a listener of another write of the group already sees this one.
        snapshots.apply(changes);
        if (changes.length > 0) transaction.afterCommit(() => publish(changes));
        return result;
      });
    } catch (error) {
      snapshots.apply(changes);
      throw error;
    }
  };
  return {
    ...reader,
    snapshot: (runId) => snapshots.get(runId),
    write,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A listener must not throw; one that does must not keep the others from learning what was committed. */
function callListener(listener: ChangeListener, changes: readonly RecordChange[], log: Log): void {
  try {
    listener(changes);
  } catch (error) {
    log.error('a listener of the change feed threw', { error: describeError(error) });
  }
}
