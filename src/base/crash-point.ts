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
export type CrashPointName = (typeof CRASH_POINTS)[number];

let onCrashPoint: ((name: CrashPointName) => void) | undefined;

/** Marks a crash point. Does nothing unless a test armed it (`SLIPWAY_CRASH_AT=name[:nth]`, read in `main`). */
export function crashPoint(name: CrashPointName): void {
  onCrashPoint?.(name);
}

export function armCrashPoints(handler: ((name: CrashPointName) => void) | undefined): void {
  onCrashPoint = handler;
}
