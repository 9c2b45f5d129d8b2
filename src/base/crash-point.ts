// Named places where a test may kill the process. In production `crashPoint` is one comparison against undefined.

export const CRASH_POINTS = [
  'sql.commit.before',
  'sql.commit.after',
  'node.fork.before',
  'node.fork.after',
  'node.exit-record.before',
  'node.exit-record.after',
  'node.step-result.before',
  'node.step-result.after',
  'blobs.seal.before',
  'blobs.seal.after',
  'engine.act.before',
  'engine.act.after',
] as const;
/** Passed only when a schema is brought up to date, or a backup takes the place of what was there: as often as there are steps. */
export const UPKEEP_CRASH_POINTS = ['sql.migration.step', 'restore.move.before'] as const;
export type CrashPointName = (typeof CRASH_POINTS | typeof UPKEEP_CRASH_POINTS)[number];

let onCrashPoint: ((name: CrashPointName) => void) | undefined;

/** Marks a crash point. Does nothing unless a test armed it (`SLIPWAY_CRASH_AT=name[:nth]`, read in `main`). */
export function crashPoint(name: CrashPointName): void {
  onCrashPoint?.(name);
}

export function armCrashPoints(handler: ((name: CrashPointName) => void) | undefined): void {
  onCrashPoint = handler;
}
