import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../../base/mod.ts';
import { planNamespace } from './plan.ts';

const DELETED_AT = '2030-01-01T00:00:00Z';
const deletedMs = Date.parse(DELETED_AT);

function leaving(conditions?: readonly object[]): KubeObject {
  const status = { phase: 'Terminating', ...(conditions === undefined ? {} : { conditions }) };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', deletionTimestamp: DELETED_AT }, spec: { finalizers: ['kubernetes'] }, status } as unknown as KubeObject;
}

const remaining = new Map([
  ['pods', { count: 2, finalizers: ['test/held'] }],
  ['jobs.batch', { count: 1, finalizers: ['test/held'] }],
]);

test('a namespace that is slow to go says what it waits for, once', () => {
  const facts = { hasDefaultServiceAccount: true, rootCertificates: 'current', remaining, failures: [] } as const;
  const kindsOf = (namespace: KubeObject, nowMs: number) => planNamespace({ ...facts, namespace }, nowMs).map(({ kind }) => kind);
  assert.deepEqual(kindsOf(leaving(), deletedMs + 100), ['delete-content', 'look-again'], 'at first nobody is told');
  const [told] = planNamespace({ ...facts, namespace: leaving() }, deletedMs + 5_000);
  assert.equal(told?.kind, 'tell-what-remains');
  if (told?.kind !== 'tell-what-remains') return;
  assert.deepEqual(told.conditions.slice(3), [
    { type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', message: 'Some resources are remaining: jobs.batch has 1 resource instances, pods. has 2 resource instances', lastTransitionTime: '2030-01-01T00:00:05Z' },
    { type: 'NamespaceFinalizersRemaining', status: 'True', reason: 'SomeFinalizersRemain', message: 'Some content in the namespace has finalizers remaining: test/held in 2 resource instances', lastTransitionTime: '2030-01-01T00:00:05Z' },
  ]);
  assert.deepEqual(kindsOf(leaving(told.conditions), deletedMs + 9_000), ['delete-content', 'look-again']);
  assert.deepEqual(planNamespace({ ...facts, namespace: leaving(), remaining: new Map() }, deletedMs).map(({ kind }) => kind), ['finalize']);
});

test('what can not be listed or deleted keeps the namespace, and it says why', () => {
  const facts = { namespace: leaving(), hasDefaultServiceAccount: true, rootCertificates: 'current', remaining: new Map(), failures: ['things.example.com: no'] } as const;
  const [told, ...others] = planNamespace(facts, deletedMs + 5_000);
  assert.deepEqual(others.map(({ kind }) => kind), ['delete-content', 'look-again']);
  assert.ok(told?.kind === 'tell-what-remains');
  const { lastTransitionTime: _at, ...condition } = told.conditions[2]!;
  assert.deepEqual(condition, { type: 'NamespaceDeletionContentFailure', status: 'True', reason: 'ContentDeletionFailed', message: 'Failed to delete all resource types, 1 remaining: things.example.com: no' });
});

test('a namespace that is held for long is looked at less often', () => {
  const facts = { namespace: leaving(), hasDefaultServiceAccount: true, rootCertificates: 'current', remaining, failures: [] } as const;
  const delays = [0, 20_000, 86_400_000].map((ageMs) => planNamespace(facts, deletedMs + ageMs).flatMap((action) => (action.kind === 'look-again' ? [action.delayMs] : [])));
  assert.deepEqual(delays, [[200], [2_000], [10_000]]);
});
