// What of a data directory is worth keeping. The rest is made anew (environments, warm parents), belongs to processes that
// run now (pods, supervisor, lock.db, server.json) or is written at each start (kubeconfig).

/** The database is copied as of one moment; `-wal` and `-shm` beside it belong to it. */
export const DATABASE = 'slipway.db';

/** Identity: who signs, who is trusted, the owner's token, the node to which Pods are bound; and how images run. */
export const KEPT_FILES = ['certificates.json', 'service-account-key.pem', 'token', 'node-name', 'recipes.yaml'] as const;

/** Bytes that the database speaks of. They are copied after it: what it names was there before. */
export const KEPT_DIRECTORIES = ['artifacts', 'logs', 'volumes'] as const;

/** First member of a backup. */
export const MANIFEST = 'manifest.json';
/** Last member: a line `<sha256>  <name>` for each file before it, as sha256sum reads it. */
export const CHECKSUMS = 'SHA256SUMS';

/** Grows when a backup can no longer be read by what reads this one. */
export const BACKUP_FORMAT = 2;

export interface Manifest {
  readonly format: number;
  readonly slipwayVersion: string;
  /** RFC 3339, of the database's copy. */
  readonly createdAt: string;
  /** Where it was taken. */
  readonly dataDir: string;
  /** Migrations that the database had seen, by room. */
  readonly schemas: Readonly<Record<string, number>>;
}

/** What was written or read, for people. */
export interface BackupSummary {
  readonly manifest: Manifest;
  readonly fileCount: number;
  /** Of the files in it, unpacked. */
  readonly sizeBytes: number;
}

/** Called after each piece with the bytes of all files so far, unpacked. */
export type OnProgress = (doneBytes: number) => void;
