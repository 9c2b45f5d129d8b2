import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../base/mod.ts';
import { defaultClassOf } from './words.ts';

test('of several default classes the newest is meant', () => {
  const storageClass = (name: string, second: number, mark = 'storageclass.kubernetes.io/is-default-class'): KubeObject => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, creationTimestamp: `2030-01-01T00:00:0${second}Z`, annotations: { [mark]: 'true' } },
  });
  const [standard, fast, other] = [storageClass('standard', 1), storageClass('fast', 2, 'storageclass.beta.kubernetes.io/is-default-class'), storageClass('other', 3, 'example.com/mark')];
  assert.equal(defaultClassOf([standard, fast, other])?.metadata.name, 'fast');
  assert.equal(defaultClassOf([other]), undefined);
});
