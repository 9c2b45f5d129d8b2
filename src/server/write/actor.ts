// Who writes: the name under which changed fields are recorded.
import { toRfc3339, type WriteOptions } from '../../base/mod.ts';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../ownership/ownership.ts';

/** Of callers in process that give no name. */
const HOUSE = 'slipway';

export function actorOf({ clock }: ServerContext, { fieldManager = HOUSE }: WriteOptions, subresource: string | undefined): Actor {
  return { manager: fieldManager === '' ? HOUSE : fieldManager, subresource, now: toRfc3339(clock.now()) };
}
