// Which environments go when space is short. Pure.

export interface EnvironmentStatus {
  readonly id: string;
  readonly pythonVersion: string;
  readonly requirements: readonly string[];
  readonly tool: 'uv' | 'pip';
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly sizeBytes: number;
  /** Pods that use it now. */
  readonly podCount: number;
}

/** One that was used this recently may be about to be used again by the next step. */
const RECENT_USE_MS = 600_000;

/** Ids, those not used for longest first. */
export function planRemoval(environments: readonly EnvironmentStatus[], sizeBytesMax: number, nowMs: number): readonly string[] {
  let sizeBytes = environments.reduce((total, environment) => total + environment.sizeBytes, 0);
  const removed: string[] = [];
  for (const environment of environments.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs)) {
    if (sizeBytes <= sizeBytesMax) break;
    if (environment.podCount > 0 || nowMs - environment.lastUsedAtMs < RECENT_USE_MS) continue;
    removed.push(environment.id);
    sizeBytes -= environment.sizeBytes;
  }
  return removed;
}
