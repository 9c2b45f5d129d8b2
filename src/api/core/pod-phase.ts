// The phase of a Pod; pure.
import { fieldOf } from '../kind.ts';

/** Its phase is final: no container of it runs, or will run again. */
export function hasEnded(pod: unknown): boolean {
  const phase = fieldOf(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}
