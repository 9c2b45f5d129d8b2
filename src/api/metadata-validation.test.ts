import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../base/mod.ts';
import { validateMetadata } from './metadata-validation.ts';

const NAMESPACED = { isNamespaced: true } as const;
const CLUSTER = { isNamespaced: false, nameRule: 'dns-label' } as const;

function object(metadata: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a', namespace: 'default', ...metadata } } as KubeObject;
}

function fieldsOf(kind: Parameters<typeof validateMetadata>[0], metadata: object, old?: object): readonly (string | undefined)[] {
  return validateMetadata(kind, object(metadata), old === undefined ? undefined : object(old)).map(({ field }) => field);
}

test('names by rule', () => {
  assert.deepEqual(fieldsOf(NAMESPACED, { name: 'a.b-c.9' }), []);
  for (const name of ['A', 'a_b', '-a', 'a..b', 'a'.repeat(254), 'a/b']) assert.deepEqual(fieldsOf(NAMESPACED, { name }), ['metadata.name'], name);
  assert.deepEqual(fieldsOf(CLUSTER, { name: 'a.b', namespace: undefined }), ['metadata.name']);
  const rbac = { isNamespaced: true, nameRule: 'path-segment' } as const;
  assert.deepEqual(fieldsOf(rbac, { name: 'system:node:A' }), []);
  for (const name of ['.', '..', 'a/b', 'a%b']) assert.deepEqual(fieldsOf(rbac, { name }), ['metadata.name'], name);
});

test('names are required, generated names may end with a dash', () => {
  assert.deepEqual(fieldsOf(NAMESPACED, { name: undefined }), ['metadata.name']);
  assert.deepEqual(fieldsOf(NAMESPACED, { generateName: 'run-' }), []);
  assert.deepEqual(fieldsOf(NAMESPACED, { generateName: 'Run-' }), ['metadata.generateName']);
});

test('namespaces are for namespaced kinds', () => {
  assert.deepEqual(fieldsOf(NAMESPACED, { namespace: undefined }), ['metadata.namespace']);
  assert.deepEqual(fieldsOf(NAMESPACED, { namespace: 'a.b' }), ['metadata.namespace']);
  assert.deepEqual(fieldsOf(CLUSTER, {}), ['metadata.namespace']);
});

test('labels, annotations and finalizers', () => {
  assert.deepEqual(fieldsOf(NAMESPACED, { labels: { 'example.com/a_B': 'v.1', empty: '' }, annotations: { 'Example.com/A': '{"any": "text"}' }, finalizers: ['example.com/x'] }), []);
  assert.deepEqual(fieldsOf(NAMESPACED, { labels: { 'a/b/c': 'x', ok: '-' } }), ['metadata.labels', 'metadata.labels']);
  assert.deepEqual(fieldsOf(NAMESPACED, { annotations: { 'a b': '' } }), ['metadata.annotations']);
  assert.deepEqual(fieldsOf(NAMESPACED, { annotations: { a: 'x'.repeat(262_144) } }), ['metadata.annotations']);
  assert.deepEqual(fieldsOf(NAMESPACED, { finalizers: ['a b'] }), ['metadata.finalizers']);
});

test('owners', () => {
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
  assert.deepEqual(fieldsOf(NAMESPACED, { ownerReferences: [owner, { ...owner, controller: true }] }), []);
  assert.deepEqual(fieldsOf(NAMESPACED, { ownerReferences: [{ ...owner, uid: '' }] }), ['metadata.ownerReferences[0].uid']);
  assert.deepEqual(fieldsOf(NAMESPACED, { ownerReferences: [{ ...owner, kind: 'Event' }] }), ['metadata.ownerReferences[0]']);
  assert.deepEqual(fieldsOf(NAMESPACED, { ownerReferences: [{ ...owner, controller: true }, { ...owner, controller: true }] }), ['metadata.ownerReferences']);
});

test('what an update may not change', () => {
  assert.deepEqual(fieldsOf(NAMESPACED, { labels: { a: 'b' }, uid: 'u' }, { uid: 'u' }), []);
  assert.deepEqual(fieldsOf(NAMESPACED, { uid: 'v', creationTimestamp: 'x' }, { uid: 'u' }), ['metadata.uid', 'metadata.creationTimestamp']);
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  assert.deepEqual(fieldsOf(NAMESPACED, { deletionTimestamp, finalizers: ['x/a'] }, { deletionTimestamp, finalizers: ['x/a', 'x/b'] }), []);
  assert.deepEqual(fieldsOf(NAMESPACED, { deletionTimestamp, finalizers: ['x/c'] }, { deletionTimestamp, finalizers: ['x/a'] }), ['metadata.finalizers']);
});
