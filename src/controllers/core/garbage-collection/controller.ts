// The garbage collector: removes what has no owner any more, holds owners until their dependents are gone, sets orphans free.
import { Failure, type KubeObject, type ObjectRef, type OwnerReference, type Outcome } from '../../../base/mod.ts';
import type { InformerChange } from '../../../client/mod.ts';
import { createKeyedQueue, type ReconcileResult } from '../../../control/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { isWaiting, ORPHAN_FINALIZER, planCollection, type CollectionAction, type OwnerState } from './plan.ts';
import { WatchedTypes, type CollectedType, type Located } from './watched-types.ts';

export type { CollectedType } from './watched-types.ts';

/** New types, as definitions bring them, are noticed in this time. */
const SYNC_PERIOD_MS = 1_000;
/** What was changed meanwhile, or waits for others, is looked at again in this time. */
const LOOK_AGAIN_MS = 200;

const SYNC_KEY = 'types';

export function createGarbageCollector(ports: ControllerPorts, types: () => readonly CollectedType[]): Controller {
  const located = new Map<string, CollectedType>();
  const watched = new WatchedTypes({
    ...ports,
    types,
    onChange: (type, change) => noteChange({ watched, enqueue, enqueueStaying }, type, change),
    onSynced: () => judgeHeld(),
  });
  const queue = createKeyedQueue({
    name: 'garbage-collection',
    clock: ports.clock,
    log: ports.log,
    concurrency: 8,
    reconcile: (key) => (key === SYNC_KEY ? sync() : reconcile(key)),
  });
  // Nothing is judged before all dependents are known: an owner that goes too early takes along those that were to stay.
  let isHolding = false;
  const enqueue = (type: CollectedType, uid: string): void => {
    located.set(uid, type);
    if (watched.isComplete) queue.add(uid);
    else isHolding = true;
  };
  const judgeHeld = (): void => {
    if (!isHolding || !watched.isComplete) return;
    isHolding = false;
    for (const uid of located.keys()) queue.add(uid);
  };
  /** What is on its way out already needs nobody. */
  const enqueueStaying = ({ type, object: { metadata } }: Located): void => {
    if (metadata.deletionTimestamp === undefined) enqueue(type, metadata.uid ?? '');
  };
  const sync = async (): Promise<ReconcileResult> => {
    await watched.sync();
    judgeHeld();
    return { kind: 'after', delayMs: SYNC_PERIOD_MS };
  };
  const reconcile = async (uid: string): Promise<ReconcileResult> => {
    isHolding ||= !watched.isComplete;
    if (isHolding) return { kind: 'done' };
    const type = located.get(uid);
    const object = type === undefined ? undefined : watched.byUid(type, uid);
    located.delete(uid);
    if (type === undefined || object === undefined) return { kind: 'done' };
    let isDone = false;
    try {
      isDone = await collect({ ports, watched, enqueueStaying }, { type, object });
    } finally {
      // Also after a failure, which the queue tries again.
      if (!isDone) located.set(uid, type);
    }
    return isDone ? { kind: 'done' } : { kind: 'after', delayMs: LOOK_AGAIN_MS };
  };
  return {
    name: 'garbage-collector',
    start() {
      queue.start();
      queue.add(SYNC_KEY);
    },
    async stop() {
      await queue.stop();
      await watched.stop();
    },
    status: () => queue.status(),
  };
}

interface Waking {
  readonly watched: WatchedTypes;
  readonly enqueue: (type: CollectedType, uid: string) => void;
  readonly enqueueStaying: (dependent: Located) => void;
}

/** Wakes the object, those that it owned when it goes, and those that may have waited for it. */
function noteChange({ watched, enqueue, enqueueStaying }: Waking, type: CollectedType, { kind, object }: InformerChange): void {
  const { uid = '', ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
  const isOrphaning = deletionTimestamp !== undefined && finalizers.includes(ORPHAN_FINALIZER);
  if (kind === 'upsert' && (ownerReferences.length > 0 || isWaiting(object) || isOrphaning)) enqueue(type, uid);
  if (kind === 'upsert' && deletionTimestamp === undefined) return;
  for (const dependent of watched.dependentsOf(uid)) enqueueStaying(dependent);
  if (kind === 'upsert') return;
  // Owners in the foreground may have waited for this one.
  for (const owner of ownerReferences) {
    const ownerType = watched.typeOf(owner.apiVersion, owner.kind);
    if (ownerType !== undefined) enqueue(ownerType, owner.uid);
  }
}

interface Collection {
  readonly ports: ControllerPorts;
  readonly watched: WatchedTypes;
  readonly enqueueStaying: (dependent: Located) => void;
}

/** False: it must be looked at again. */
async function collect(collection: Collection, item: Located): Promise<boolean> {
  const { watched } = collection;
  const live = await read(collection, refOf(item));
  if (live?.metadata.uid !== item.object.metadata.uid || live === undefined) return true;
  const owners = await Promise.all((live.metadata.ownerReferences ?? []).map(async (reference) => ({ reference, state: await ownerState(collection, item.type, live, reference) })));
  const dependents = watched.dependentsOf(live.metadata.uid ?? '');
  const facts = { object: live, owners, dependents: dependents.map(({ object }) => object) };
  for (const action of planCollection(facts)) {
    const isDone = await act(collection, { type: item.type, object: live }, dependents, action);
    if (!isDone) return false;
  }
  return true;
}

async function ownerState({ ports, watched, ...rest }: Collection, type: CollectedType, object: KubeObject, owner: OwnerReference): Promise<OwnerState> {
  const ownerType = watched.typeOf(owner.apiVersion, owner.kind);
  if (ownerType === undefined) return 'unresolvable';
  const { namespace } = object.metadata;
  const warn = (where: string) =>
    ports.events.record(object, {
      type: 'Warning',
      reason: 'OwnerRefInvalidNamespace',
      message: `ownerRef [${owner.apiVersion}/${owner.kind}, namespace: ${namespace ?? ''}, name: ${owner.name}, uid: ${owner.uid}] ${where}`,
    });
  if (ownerType.isNamespaced && !type.isNamespaced) {
    warn('can not own a cluster-scoped object');
    return 'unresolvable';
  }
  const found = await read({ ports, watched, ...rest }, { type: ownerType, ...(ownerType.isNamespaced ? { namespace } : {}), name: owner.name });
  if (found?.metadata.uid === owner.uid) {
    return isWaiting(found) ? 'waiting' : 'present';
  }
  if (watched.byUid(ownerType, owner.uid) !== undefined) warn(`does not exist in namespace "${namespace ?? ''}"`);
  return 'absent';
}

async function act({ ports, enqueueStaying }: Collection, item: Located, dependents: readonly Located[], action: CollectionAction): Promise<boolean> {
  const { metadata } = item.object;
  switch (action.kind) {
    case 'delete': {
      const { uid = '', resourceVersion = '' } = metadata;
      return isSettled(await ports.api.delete(refOf(item), { propagationPolicy: action.policy, preconditions: { uid, resourceVersion } }));
    }
    case 'disown':
      return disown(ports, item, action.uids);
    case 'orphan-dependents': {
      const outcomes = await Promise.all(dependents.map((dependent) => disown(ports, dependent, [metadata.uid ?? ''])));
      return outcomes.every(Boolean);
    }
    case 'look-at-dependents':
      dependents.forEach(enqueueStaying);
      return false;
    case 'unblock-owners': {
      const ownerReferences = (metadata.ownerReferences ?? []).map((owner) => ({ ...owner, blockOwnerDeletion: false }));
      await patch(ports, item, { ownerReferences });
      // It is another version now.
      return false;
    }
    case 'remove-finalizer': {
      const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== action.finalizer);
      return patch(ports, item, { finalizers: finalizers.length === 0 ? null : finalizers });
    }
  }
}

function disown(ports: ControllerPorts, item: Located, uids: readonly string[]): Promise<boolean> {
  const kept = (item.object.metadata.ownerReferences ?? []).filter((owner) => !uids.includes(owner.uid));
  return patch(ports, item, { ownerReferences: kept.length === 0 ? null : (kept as unknown as readonly { readonly uid: string }[]) });
}

/** Only when nobody has changed it meanwhile. */
async function patch({ api }: ControllerPorts, item: Located, change: { readonly [member: string]: null | readonly string[] | readonly { readonly uid: string }[] }): Promise<boolean> {
  const { uid = '', resourceVersion = '' } = item.object.metadata;
  return isSettled(await api.patch(refOf(item), 'merge', { metadata: { uid, resourceVersion, ...change } }));
}

/** Gone is fine; changed meanwhile means to look again. */
function isSettled(outcome: Outcome<unknown>): boolean {
  if (outcome.ok || outcome.status.reason === 'NotFound') return true;
  if (outcome.status.reason === 'Conflict') return false;
  throw new Failure(outcome.status.reason, outcome.status.message);
}

async function read({ ports }: Collection, ref: ObjectRef): Promise<KubeObject | undefined> {
  const outcome = await ports.api.get(ref);
  if (outcome.ok) return outcome.value;
  if (outcome.status.reason === 'NotFound') return undefined;
  throw new Failure(outcome.status.reason, outcome.status.message);
}

function refOf({ type, object: { metadata } }: Located): ObjectRef {
  return { type, namespace: metadata.namespace, name: metadata.name };
}
