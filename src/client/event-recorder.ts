// Kubernetes Events: what happened to an object, in words, for `kubectl describe`. Repeated events are counted in one
// object instead of piling up.
import { describeError, toRfc3339, type Clock, type KubeObject, type Log, type ObjectApi } from '../base/mod.ts';
import { EventNames } from './event-names.ts';

export interface EventText {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorder {
  /** Fire and forget: an event that can't be written is logged, never an error of the caller. */
  record(about: KubeObject, text: EventText): void;
  /** Resolves when everything recorded so far was written or given up. */
  flush(): Promise<void>;
}

const EVENTS = { group: '', version: 'v1', resource: 'events' } as const;
/** Event messages are cut to this length, as upstream's event recorder does (1,024 bytes). */
const MESSAGE_CHARS_MAX = 1024;
/** Events in flight; beyond it new ones are dropped with one log line. */
const IN_FLIGHT_COUNT_MAX = 1000;

export function createEventRecorder(options: { api: ObjectApi; component: string; clock: Clock; log: Log }): EventRecorder {
  const inFlight = new Set<Promise<void>>();
  const names = new EventNames();
  return {
    record(about, text) {
      if (inFlight.size >= IN_FLIGHT_COUNT_MAX) {
        options.log.warn('event dropped: too many in flight', { reason: text.reason });
        return;
      }
      const name = names.nameOf(about, [text.type, text.reason, text.message].join('\0'), options.clock.now());
      const writing = writeEvent(options, about, name, text)
        .catch((error: unknown) => options.log.warn('event not written', { reason: text.reason, error: describeError(error) }))
        .finally(() => inFlight.delete(writing));
      inFlight.add(writing);
    },
    async flush() {
      await Promise.all(inFlight);
    },
  };
}

async function writeEvent(
  { api, component, clock }: { api: ObjectApi; component: string; clock: Clock },
  about: KubeObject,
  name: string,
  text: EventText,
): Promise<void> {
  const namespace = about.metadata.namespace ?? 'default';
  const now = toRfc3339(clock.now());
  const created = await api.create(EVENTS, namespace, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
      ...(about.metadata.uid === undefined ? {} : { uid: about.metadata.uid }),
    },
    type: text.type,
    reason: text.reason,
    message: text.message.slice(0, MESSAGE_CHARS_MAX),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  });
  if (created.ok || created.status.reason !== 'AlreadyExists') return;
  const ref = { type: EVENTS, namespace, name };
  const existing = await api.get(ref);
  if (!existing.ok) return;
  const count = typeof existing.value['count'] === 'number' ? existing.value['count'] : 1;
  await api.patch(ref, 'merge', { count: count + 1, lastTimestamp: now });
}
