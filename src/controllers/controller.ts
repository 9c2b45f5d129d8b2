// What every controller of this room is to the outside: a part with a life and a status.
import type { Clock, Log, ObjectApi } from '../base/mod.ts';
import type { EventRecorder, InformerSet } from '../client/mod.ts';
import type { KeyedQueueStatus, Part } from '../control/mod.ts';

export interface Controller extends Part {
  status(): KeyedQueueStatus;
}

/** What a controller is given; it takes what it needs. */
export interface ControllerPorts {
  readonly api: ObjectApi;
  readonly informers: InformerSet;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
}

/** Queue key of an object and back. */
export function keyOf(object: { readonly metadata: { readonly namespace?: string; readonly name: string } }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
