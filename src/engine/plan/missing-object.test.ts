import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { missingObject } from './missing-object.ts';

const env = [
  { name: 'USER', valueFrom: { secretKeyRef: { name: 'db', key: 'user' } } },
  { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
  { name: 'OTHER', valueFrom: { secretKeyRef: { name: 'other', key: 'x' } } },
  { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'db', key: 'mode' } } },
];
const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'kubeflow' }, spec: { containers: [{ name: 'main', env }] } };

test('who waits for a Secret, a ConfigMap or a claim says what makes it', () => {
  const cases = [
    ['secret "db" not found', 'secret "db" not found; the step starts when it is there: kubectl create secret generic db --from-literal=user=… --from-literal=password=… -n kubeflow'],
    ['configmap "db" not found', 'configmap "db" not found; the step starts when it is there: kubectl create configmap db --from-literal=mode=… -n kubeflow'],
    [
      'MountVolume.SetUp failed for volume "files" : secret "files" not found',
      'secret "files" not found; the step starts when it is there: kubectl create secret generic files --from-file=… -n kubeflow',
    ],
    [
      'persistentvolumeclaim "data" not found',
      'persistentvolumeclaim "data" not found; the step starts when it is there: a step with kubernetes.CreatePVC, or kubectl apply -n kubeflow',
    ],
    [
      "couldn't find key user in secret kubeflow/db",
      `couldn't find key user in secret kubeflow/db; the step starts when it is there: kubectl patch secret db -n kubeflow -p '{"stringData":{"user":"…"}}'`,
    ],
    ['installing pandas', undefined],
  ] as const;
  for (const [told, expected] of cases) assert.equal(missingObject(told, pod), expected);
});
