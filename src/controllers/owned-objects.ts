// The objects that controllers made or took over, by the name of their controller, from the informer's cache and the
// controller's own writes: a reconcile that comes before the informer has caught up sees what the one before it did.
import type { Clock, KubeObject, OwnerReference } from '../base/mod.ts';
import type { Informer, InformerChange } from '../client/mod.ts';
import { isOlder } from './fresh-view.ts';

export interface OwnedObjects {
  /** Objects whose controller has that kind and name; of any uid. */
  controlledBy(kind: string, namespace: string, name: string): readonly KubeObject[];
  /** Objects of the namespace that have no controller. */
  uncontrolled(namespace: string): readonly KubeObject[];
  /** Takes the answer to an own write; it stands until the informer shows it or something later. */
  remember(written: KubeObject): void;
  /** An own deletion found or left nothing. */
  forget(object: KubeObject): void;
}

/** An own write that the informer does not show within this time is given up: the object went before it was seen. */
const UNSEEN_MS_MAX = 30_000;

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

export function createOwnedObjects(informer: Informer, clock: Clock): OwnedObjects {
  const shelves = new Map<string, Map<string, KubeObject>>();
  const written = new Map<string, { readonly object: KubeObject; readonly atMs: number }>();
  /** When objects went, in that order: the answer to a write of one may come after the news that it is gone. */
  const gone = new Map<string, number>();
  const take = ({ kind, object, previous }: InformerChange) => {
    if (kind === 'delete') noteGone(gone, uidOf(object), clock.steadyMs());
    const own = written.get(uidOf(object));
    const isSeen = own !== undefined && (kind === 'delete' || !isOlder(object, own.object));
    if (isSeen) written.delete(uidOf(object));
    if (own !== undefined && !isSeen) return;
    if (own !== undefined) unshelve(shelves, own.object);
    if (previous !== undefined) unshelve(shelves, previous);
    if (kind === 'upsert') shelve(shelves, object);
    else unshelve(shelves, object);
  };
  informer.onChange(take);

  const giveUp = (uid: string, object: KubeObject) => {
    written.delete(uid);
    unshelve(shelves, object);
    const seen = informer.byUid(uid);
    if (seen !== undefined) shelve(shelves, seen);
  };
  const read = (shelf: string) => {
    for (const [uid, { object, atMs }] of written) {
      if (clock.steadyMs() - atMs <= UNSEEN_MS_MAX) break;
      giveUp(uid, object);
    }
    return [...(shelves.get(shelf)?.values() ?? [])];
  };
  return {
    controlledBy: (kind, namespace, name) => read(`${kind} ${namespace}/${name}`),
    uncontrolled: (namespace) => read(`- ${namespace}`),
    remember(object) {
      const uid = uidOf(object);
      if (gone.has(uid)) return;
      const seen = informer.byUid(uid);
      if (seen !== undefined && !isOlder(seen, object)) return;
      for (const before of [seen, written.get(uid)?.object]) if (before !== undefined) unshelve(shelves, before);
      // Oldest first.
      written.delete(uid);
      written.set(uid, { object, atMs: clock.steadyMs() });
      shelve(shelves, object);
    },
    forget(object) {
      written.delete(uidOf(object));
      unshelve(shelves, object);
    },
  };
}

function noteGone(gone: Map<string, number>, uid: string, nowMs: number): void {
  for (const [older, atMs] of gone) {
    if (nowMs - atMs <= UNSEEN_MS_MAX) break;
    gone.delete(older);
  }
  gone.set(uid, nowMs);
}

function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? '';
}

function shelfOf(object: KubeObject): string {
  const controller = controllerOf(object);
  const namespace = object.metadata.namespace ?? '';
  return controller === undefined ? `- ${namespace}` : `${controller.kind} ${namespace}/${controller.name}`;
}

function shelve(shelves: Map<string, Map<string, KubeObject>>, object: KubeObject): void {
  const shelf = shelfOf(object);
  const objects = shelves.get(shelf) ?? new Map<string, KubeObject>();
  objects.set(uidOf(object), object);
  shelves.set(shelf, objects);
}

function unshelve(shelves: Map<string, Map<string, KubeObject>>, object: KubeObject): void {
  const shelf = shelfOf(object);
  const objects = shelves.get(shelf);
  objects?.delete(uidOf(object));
  if (objects?.size === 0) shelves.delete(shelf);
}
