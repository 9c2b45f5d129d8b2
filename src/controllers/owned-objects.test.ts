// The view of a controller on what it owns: never behind its own writes, never with ghosts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type KubeObject } from '../base/mod.ts';
import type { Informer, InformerChange } from '../client/mod.ts';
import { createOwnedObjects } from './owned-objects.ts';

function world() {
  const cache = new Map<string, KubeObject>();
  let handler: (change: InformerChange) => void = () => undefined;
  const informer: Informer = {
    type: { group: '', version: 'v1', resource: 'pods' },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    get: () => undefined,
    byUid: (uid) => cache.get(uid),
    list: () => [...cache.values()],
    onChange(next) {
      handler = next;
      return () => undefined;
    },
  };
  const owned = createOwnedObjects(informer, systemClock);
  return {
    owned,
    names: () => owned.controlledBy('Job', 'ns', 'j').map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion ?? ''}`),
    see(kind: 'upsert' | 'delete', object: KubeObject) {
      const previous = cache.get(object.metadata.uid!);
      if (kind === 'upsert') cache.set(object.metadata.uid!, object);
      else cache.delete(object.metadata.uid!);
      handler({ kind, object, ...(previous === undefined ? {} : { previous }) });
    },
  };
}

const pod = (resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'ns', uid: 'u', resourceVersion, ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'uj', controller: true }] },
});

test('an own write stands until the informer shows it or something later', () => {
  const { owned, names, see } = world();
  owned.remember(pod('9'));
  assert.deepEqual(names(), ['p@9']);
  see('upsert', pod('8'));
  assert.deepEqual(names(), ['p@9']);
  see('upsert', pod('10'));
  assert.deepEqual(names(), ['p@10']);
  owned.remember(pod('9'));
  assert.deepEqual(names(), ['p@10']);
});

test('the answer to a deletion that comes after the news of it brings nothing back', () => {
  const { owned, names, see } = world();
  see('upsert', pod('1'));
  see('delete', pod('2'));
  owned.remember(pod('2'));
  assert.deepEqual(names(), []);
});
