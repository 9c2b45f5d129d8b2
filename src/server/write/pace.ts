// What takes long is done in turns, so that others are answered meanwhile; what does not keeps the order in which it was asked for.
import { atOnce, inTurns, type Steps, type WriteOptions } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { ServerContext } from '../context.ts';

/** To parse, complete and check more than this takes longer than others should wait. */
export const LARGE_CHARS = 128 * 1024;

/** Rules of custom resources take their time whatever the size. */
export async function atItsPace<T>({ clock }: Pick<ServerContext, 'clock'>, kind: KindDefinition, { bodyBytes = 0 }: WriteOptions, steps: Steps<T>): Promise<T> {
  return kind.custom !== undefined || bodyBytes > LARGE_CHARS ? inTurns(steps, clock) : atOnce(steps);
}
