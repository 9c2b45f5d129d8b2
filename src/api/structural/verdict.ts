import type { StatusCause } from '../../base/mod.ts';

/** What one look found, and how much of it was right: of several alternatives the best one explains the failure. */
export interface Verdict {
  readonly causes: StatusCause[];
  matchCount: number;
}
