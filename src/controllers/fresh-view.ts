// An informer's cache that also knows the controller's own last write of an object, so that a reconcile never acts on less than
// the one before it wrote.
import type { KubeObject } from '../base/mod.ts';
import type { Informer } from '../client/mod.ts';

export interface FreshView {
  get(namespace: string, name: string): KubeObject | undefined;
  remember(written: KubeObject): void;
}

export function createFreshView(informer: Informer): FreshView {
  const written = new Map<string, KubeObject>();
  informer.onChange(({ kind, object }) => {
    const own = written.get(uidOf(object));
    if (own !== undefined && (kind === 'delete' || !isOlder(object, own))) written.delete(uidOf(object));
  });
  return {
    get(namespace, name) {
      const seen = informer.get(namespace, name);
      return seen === undefined ? undefined : (written.get(uidOf(seen)) ?? seen);
    },
    remember(object) {
      const seen = informer.byUid(uidOf(object));
      if (seen !== undefined && isOlder(seen, object)) written.set(uidOf(object), object);
    },
  };
}

function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? '';
}

/** Revisions are decimal numbers that grow; Kubernetes promises so since 1.35, and servers have kept it before. */
export function isOlder(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.resourceVersion ?? '', b.metadata.resourceVersion ?? ''];
  return left.length === right.length ? left < right : left.length < right.length;
}
