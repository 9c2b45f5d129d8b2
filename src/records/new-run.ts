import type { Run } from './types.ts';

/** A run that waits for the engine. */
export function newRun(given: Omit<Run, 'storageState' | 'state' | 'reason' | 'message' | 'stateHistory' | 'retryCount'>): Run {
  const stateHistory = [{ atMs: given.createdAtMs, state: 'PENDING' }] as const;
  return { ...given, storageState: 'AVAILABLE', state: 'PENDING', reason: '', message: '', stateHistory, retryCount: 0 };
}
