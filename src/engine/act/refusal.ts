// What a refusal of the API server means for whoever asked.
import type { Status } from '../../base/mod.ts';

/** What the same object would meet again however often it is sent. A quota may have room later. */
export function isFinal(status: Status): boolean {
  if (status.reason === 'Forbidden') return !status.message.includes('exceeded quota');
  return ['BadRequest', 'Invalid', 'NotFound', 'RequestEntityTooLarge', 'Unauthorized'].includes(status.reason);
}
