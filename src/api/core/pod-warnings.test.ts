import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { deploymentKind } from '../apps/deployment.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { persistentVolumeClaimKind } from './persistent-volume-claim.ts';
import { podKind } from './pod.ts';

const CONTAINER = { name: 'main', image: 'x' };

function warningsOf(container: JsonObject, spec: JsonObject = {}, name = 'p'): readonly string[] {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ ...CONTAINER, ...container }], ...spec } } as unknown as KubeObject;
  return podKind.warnings!(applyDefaults(podKind, pod), true);
}

test('an ordinary Pod is not warned of', () => {
  const variables = [{ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }];
  assert.deepEqual(warningsOf({ env: variables, ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }], resources: { requests: { cpu: '100m', memory: '64Mi' } } }), []);
});

test('variables and ports that hide others, and fractions of bytes, are told', () => {
  const env = [{ name: 'A', value: '1' }, { name: 'A', value: '2' }];
  const ports = [{ containerPort: 80, name: 'web' }, { containerPort: 80 }, { containerPort: 81, name: 'web', hostPort: 81 }, { containerPort: 81, hostPort: 82 }, { containerPort: 81 }];
  const [first] = ['spec.containers[0].ports[0]'];
  assert.deepEqual(warningsOf({ env, ports, resources: { limits: { memory: '1500m' } } }), [
    'spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    `spec.containers[0].ports[1]: duplicate port definition with ${first}`,
    'spec.containers[0].ports[4]: overlapping port definition with spec.containers[0].ports[2]',
    'spec.containers[0].ports[4]: overlapping port definition with spec.containers[0].ports[3]',
    `spec.containers[0].ports[2]: duplicate port name "web" with ${first}, services and probes that select ports by name will use ${first}`,
  ]);
});

test('labels of old, secrets without a name, selectors of nothing and names that are no host names are told', () => {
  const anti = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'x' } }] } };
  const told = warningsOf({}, { nodeSelector: { 'beta.kubernetes.io/os': 'linux' }, imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}], affinity: anti, terminationGracePeriodSeconds: -1 }, 'a.b');
  assert.match(told[0]!, /^metadata\.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: \[must not contain dots\]$/);
  assert.deepEqual(told.slice(1), [
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.imagePullSecrets[1].name: duplicate name "a"',
    'spec.imagePullSecrets[2].name: invalid empty name ""',
    'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod',
  ]);
});

test('templates are looked at with every change, Pods and names only when they are new', () => {
  const spec = { containers: [CONTAINER], imagePullSecrets: [{}] };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a.b' }, spec: { template: { spec } } } as unknown as KubeObject;
  assert.equal(deploymentKind.warnings!(deployment, true).length, 2);
  assert.deepEqual(deploymentKind.warnings!(deployment, false), ['spec.template.spec.imagePullSecrets[0].name: invalid empty name ""']);
  assert.deepEqual(podKind.warnings!({ ...deployment, spec }, false), []);
});

test('a claim of a fraction of a byte is told', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec: { resources: { requests: { storage: '100m' } } } } as unknown as KubeObject;
  assert.deepEqual(persistentVolumeClaimKind.warnings!(claim, true), ['spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer']);
});
