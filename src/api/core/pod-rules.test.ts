// Rules of a Pod's spec beyond its containers: what it may learn of itself, whose rights it has, where it goes, how it finds names.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Json, JsonObject, KubeObject } from '../../base/mod.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { validateObject } from '../validation.ts';
import { podKind } from './pod.ts';

/** `field reason` of each cause. */
function causes(spec: JsonObject, container: JsonObject = {}): readonly string[] {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n' }, spec: { containers: [{ name: 'c', image: 'x', ...container }], ...spec } } as unknown as KubeObject;
  return validateObject(podKind, applyDefaults(podKind, pod)).map(({ field, reason }) => `${field} ${reason!.replace('FieldValue', '')}`);
}

const variable = (valueFrom: JsonObject) => causes({}, { env: [{ name: 'A', valueFrom }] }).map((cause) => cause.replace('spec.containers[0].env[0].valueFrom.', ''));
const file = (item: JsonObject) => causes({ volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'f', ...item }] } }] }).map((cause) => cause.replace('spec.volumes[0].downwardAPI.items[0]', 'item'));

test('variables and files tell of fields that there are', () => {
  for (const fieldPath of ['metadata.name', "metadata.labels['a/b']", "metadata.annotations['a']", 'spec.nodeName', 'status.podIPs']) assert.deepEqual(variable({ fieldRef: { fieldPath } }), [], fieldPath);
  for (const fieldPath of ['metadata.name', 'metadata.labels', "metadata.annotations['A']"]) assert.deepEqual(file({ fieldRef: { fieldPath } }), [], fieldPath);
  assert.deepEqual(variable({ fieldRef: { fieldPath: 'metadata.color' } }), ['fieldRef.fieldPath Invalid']);
  assert.deepEqual(variable({ fieldRef: { fieldPath: 'metadata.labels' } }), ['fieldRef.fieldPath NotSupported']);
  assert.deepEqual(variable({ fieldRef: { fieldPath: "metadata.labels['a b']" } }), ['fieldRef Invalid']);
  assert.deepEqual(variable({ fieldRef: { fieldPath: "spec['a']" } }), ['fieldRef.fieldPath Invalid']);
  assert.deepEqual(file({ fieldRef: { fieldPath: 'status.podIP' } }), ['item.fieldRef.fieldPath NotSupported']);
  assert.deepEqual(file({}), ['item Required']);
  assert.deepEqual(file({ resourceFieldRef: { resource: 'limits.cpu' } }), ['item.resourceFieldRef.containerName Required']);
});

test('amounts are told in units that they have', () => {
  assert.deepEqual(variable({ resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } }), []);
  assert.deepEqual(variable({ resourceFieldRef: { resource: 'requests.hugepages-2Mi' } }), []);
  assert.deepEqual(variable({ resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } }), ['resourceFieldRef.divisor Invalid']);
  assert.deepEqual(variable({ resourceFieldRef: { resource: 'limits.love' } }), ['resourceFieldRef.resource NotSupported']);
});

test('a whole Pod asks for no less than its containers, and for what can be shared', () => {
  const whole = (limits: JsonObject, requests: JsonObject = {}, container: JsonObject = {}) => causes({ resources: { limits, requests } }, { resources: container }).map((cause) => cause.replace('spec.resources.', ''));
  assert.deepEqual(whole({ cpu: '2', 'hugepages-2Mi': '4Mi' }, { memory: '1Gi' }, { requests: { cpu: '1' }, limits: { cpu: '2' } }), []);
  assert.deepEqual(whole({}, { cpu: '1' }, { requests: { cpu: '2' } }), ['requests[cpu] Invalid']);
  assert.deepEqual(whole({ cpu: '1' }, { cpu: '1' }, { requests: { cpu: '1' }, limits: { cpu: '2' } }), ['limits[cpu] Invalid']);
  assert.deepEqual(whole({ cpu: '1' }, { cpu: '2' }), ['requests Invalid']);
  assert.deepEqual(whole({ 'ephemeral-storage': '1Gi' }), ['limits[ephemeral-storage] NotSupported']);
});

test('resources have names that there are, devices are whole and limited', () => {
  const resources = (limits: JsonObject, requests: JsonObject = {}) => causes({}, { resources: { limits, requests } }).map((cause) => cause.replace('spec.containers[0].resources.', ''));
  assert.deepEqual(resources({ cpu: '500m', memory: '1Gi', 'nvidia.com/gpu': '1', 'hugepages-2Mi': '4Mi' }), []);
  assert.deepEqual(resources({ gpu: '1' }), ['limits[gpu] Invalid', 'limits[gpu] Invalid', 'requests[gpu] Invalid', 'requests[gpu] Invalid']);
  assert.deepEqual(resources({}, { 'nvidia.com/gpu': '1' }), ['limits Required']);
  assert.deepEqual(resources({ 'nvidia.com/gpu': '2' }, { 'nvidia.com/gpu': '1' }), ['requests Invalid']);
  assert.deepEqual(resources({ 'nvidia.com/gpu': '500m' }), ['limits[nvidia.com/gpu] Invalid', 'requests[nvidia.com/gpu] Invalid']);
});

test('rights that contradict each other, and ids that there can not be', () => {
  assert.deepEqual(causes({ securityContext: { runAsUser: 1000, fsGroup: 100, seccompProfile: { type: 'RuntimeDefault' }, sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } }), []);
  assert.deepEqual(causes({ securityContext: { runAsUser: -1, supplementalGroups: [5, -5], sysctls: [{ name: 'a b', value: '1' }], fsGroupChangePolicy: 'Never' } }), [
    'spec.securityContext.runAsUser Invalid',
    'spec.securityContext.supplementalGroups[1] Invalid',
    'spec.securityContext.sysctls[0].name Invalid',
    'spec.securityContext.fsGroupChangePolicy NotSupported',
  ]);
  assert.deepEqual(causes({}, { securityContext: { privileged: true, allowPrivilegeEscalation: false } }), ['spec.containers[0].securityContext Invalid']);
  assert.deepEqual(causes({}, { securityContext: { seccompProfile: { type: 'Localhost' } } }), ['spec.containers[0].securityContext.seccompProfile.localhostProfile Required']);
});

test('affinity and spreading', () => {
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { a: 'b' } } };
  const rules = 'requiredDuringSchedulingIgnoredDuringExecution';
  assert.deepEqual(causes({ affinity: { podAntiAffinity: { [rules]: [term] }, nodeAffinity: { [rules]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] }] } } } }), []);
  assert.deepEqual(causes({ affinity: { nodeAffinity: { [rules]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }], matchFields: [{ key: 'spec.x', operator: 'In', values: ['a'] }] }] } } } }), [
    `spec.affinity.nodeAffinity.${rules}.nodeSelectorTerms[0].matchExpressions[0].values Required`,
    `spec.affinity.nodeAffinity.${rules}.nodeSelectorTerms[0].matchFields[0].key Invalid`,
  ]);
  assert.deepEqual(causes({ affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { ...term, topologyKey: 'a b' } }] } } }), [
    'spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight Invalid',
    'spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey Invalid',
  ]);
  const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };
  assert.deepEqual(causes({ topologySpreadConstraints: [spread] }), []);
  assert.deepEqual(causes({ topologySpreadConstraints: [spread, { ...spread, maxSkew: 0, minDomains: 0 }] }), [
    'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable} Duplicate',
    'spec.topologySpreadConstraints[1].maxSkew Invalid',
    'spec.topologySpreadConstraints[1].minDomains Invalid',
  ]);
});

test('names', () => {
  assert.deepEqual(causes({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.1'], searches: ['a.svc.', '_x.b'], options: [{ name: 'ndots', value: '2' }] }, hostAliases: [{ ip: '::1', hostnames: ['a.b'] }], imagePullSecrets: [{ name: '' }] }), []);
  assert.deepEqual(causes({ dnsPolicy: 'None' }), ['spec.dnsConfig Required']);
  assert.deepEqual(causes({ dnsConfig: { nameservers: ['x'], options: [{ value: '1' }] }, hostAliases: [{ ip: 'x', hostnames: ['Bad_'] }] }), [
    'spec.dnsConfig.nameservers[0] Invalid',
    'spec.dnsConfig.options[0] Required',
    'spec.hostAliases[0].ip Invalid',
    'spec.hostAliases[0].hostnames[0] Invalid',
  ]);
});

test('volumes have what their kind needs, tokens live ten minutes, two sources never write the same file', () => {
  const volume = (source: JsonObject) => causes({ volumes: [{ name: 'v', ...source }] }).map((cause) => cause.replace('spec.volumes[0].', ''));
  assert.deepEqual(volume({ nfs: { server: 'a', path: '/b' } }), []);
  assert.deepEqual(volume({ nfs: { path: 'b' } }), ['nfs.server Required', 'nfs.path Invalid']);
  assert.deepEqual(volume({ csi: {} }), ['csi.driver Required']);
  assert.deepEqual(volume({ image: { pullPolicy: 'Sometimes' } }), ['image.reference Required', 'image.pullPolicy NotSupported']);
  assert.deepEqual(volume({ emptyDir: { sizeLimit: '-1Gi' } }), ['emptyDir.sizeLimit Forbidden']);
  assert.deepEqual(volume({ ephemeral: {} }), ['ephemeral.volumeClaimTemplate Required']);
  assert.deepEqual(volume({ ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Gi' } } } } } }), ['ephemeral.volumeClaimTemplate.spec.accessModes Required']);
  const projected = (...sources: readonly JsonObject[]) => volume({ projected: { sources } }).map((cause) => cause.replace('projected.sources[0].', ''));
  assert.deepEqual(projected({ serviceAccountToken: { path: 'token', expirationSeconds: 600 } }, { clusterTrustBundle: { name: 'roots', path: 'roots.pem' } }), []);
  assert.deepEqual(projected({ serviceAccountToken: { path: 'token', expirationSeconds: 599 } }), ['serviceAccountToken.expirationSeconds Invalid']);
  assert.deepEqual(projected({ clusterTrustBundle: { path: 'roots.pem' } }), ['clusterTrustBundle Required']);
  const of = (name: string) => ({ name, items: [{ key: 'k', path: 'same' }] });
  assert.deepEqual(projected({ configMap: of('a') }, { secret: of('b') }), ['projected Invalid']);
});

test('mounts and devices', () => {
  const pod = (volumes: JsonObject, container: JsonObject) => causes({ volumes: [{ name: 'v', ...volumes }] }, container).map((cause) => cause.replace('spec.containers[0].', ''));
  const mount = (more: JsonObject, container: JsonObject = {}) => pod({ emptyDir: {} }, { volumeMounts: [{ name: 'v', mountPath: '/v', ...more }], ...container }).map((cause) => cause.replace('volumeMounts[0].', ''));
  assert.deepEqual(mount({ mountPropagation: 'HostToContainer' }), []);
  assert.deepEqual(mount({ mountPropagation: 'Bidirectional' }), ['mountPropagation Forbidden']);
  assert.deepEqual(mount({ mountPropagation: 'Bidirectional' }, { securityContext: { privileged: true } }), []);
  assert.deepEqual(mount({ mountPropagation: 'Sideways' }), ['mountPropagation NotSupported']);
  assert.deepEqual(mount({ readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'None' }), []);
  assert.deepEqual(mount({ recursiveReadOnly: 'IfPossible', mountPropagation: 'HostToContainer' }), ['recursiveReadOnly Forbidden', 'recursiveReadOnly Forbidden']);
  assert.deepEqual(mount({ recursiveReadOnly: 'Perhaps' }), ['recursiveReadOnly NotSupported']);
  const claim = { persistentVolumeClaim: { claimName: 'c' } };
  const device = { name: 'v', devicePath: '/dev/xvda' };
  assert.deepEqual(pod(claim, { volumeDevices: [device] }), []);
  assert.deepEqual(pod({ emptyDir: {} }, { volumeDevices: [device] }), ['volumeDevices[0].name Invalid']);
  assert.deepEqual(pod(claim, { volumeDevices: [{ name: 'w', devicePath: '../x' }] }), ['volumeDevices[0].name NotFound', 'volumeDevices[0].devicePath Invalid']);
  assert.deepEqual(pod(claim, { volumeDevices: [device], volumeMounts: [{ name: 'v', mountPath: '/dev/xvda' }] }), ['volumeMounts[0].name Invalid', 'volumeMounts[0].mountPath Invalid']);
});

test('probes, hooks and restarts of containers', () => {
  const container = (more: JsonObject) => causes({}, more).map((cause) => cause.replace('spec.containers[0].', ''));
  const request = (more: JsonObject) => container({ livenessProbe: { httpGet: { port: 80, ...more } } }).map((cause) => cause.replace('livenessProbe.httpGet.', ''));
  assert.deepEqual(request({ scheme: 'HTTPS', httpHeaders: [{ name: 'X-A', value: 'b' }] }), []);
  assert.deepEqual(request({ scheme: 'FTP', httpHeaders: [{ name: 'X A', value: 'b' }] }), ['scheme NotSupported', 'httpHeaders Invalid']);
  const tcp = { tcpSocket: { port: 80 } };
  assert.deepEqual(container({ readinessProbe: { ...tcp, terminationGracePeriodSeconds: 3 }, livenessProbe: { ...tcp, terminationGracePeriodSeconds: 0 } }), [
    'livenessProbe.terminationGracePeriodSeconds Invalid', 'readinessProbe.terminationGracePeriodSeconds Invalid',
  ]);
  assert.deepEqual([0, 30, 31].map((seconds) => container({ lifecycle: { preStop: { sleep: { seconds } } } })), [[], [], ['lifecycle.preStop.sleep Invalid']]);
  assert.deepEqual([container({ restartPolicy: 'Never' }), container({ restartPolicy: 'Rarely' })], [[], ['restartPolicy NotSupported']]);
  const ruled = (restartPolicyRules: Json, restartPolicy: string | undefined = 'Never') => container({ restartPolicyRules, ...(restartPolicy === '' ? {} : { restartPolicy }) }).map((cause) => cause.replace('restartPolicyRules[0].', 'rule '));
  const rule = { action: 'Restart', exitCodes: { operator: 'In', values: [42] } };
  assert.deepEqual([ruled([rule]), ruled([rule], '')], [[], ['restartPolicy Required']]);
  assert.deepEqual(ruled([{ action: 'RestartAllContainers' }]), ['rule action NotSupported', 'rule exitCodes Required']);
  assert.deepEqual(ruled([{ ...rule, exitCodes: { operator: 'Like', values: Array.from({ length: 256 }, (_, code) => code) } }]), ['rule exitCodes.operator NotSupported', 'rule exitCodes.values TooMany']);
  assert.deepEqual(ruled(Array.from({ length: 21 }, () => rule)), ['restartPolicyRules TooMany']);
  const resize = (...resizePolicy: readonly JsonObject[]) => container({ resizePolicy });
  assert.deepEqual(resize({ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'memory', restartPolicy: 'RestartContainer' }), []);
  assert.deepEqual(resize({ resourceName: 'disk', restartPolicy: 'Perhaps' }), ['resizePolicy[0].resourceName NotSupported', 'resizePolicy[0].restartPolicy NotSupported']);
  assert.deepEqual(resize({ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'cpu', restartPolicy: 'NotRequired' }), ['resizePolicy[1] Duplicate']);
});

test('what a Pod shares with its machine', () => {
  assert.deepEqual(causes({ hostUsers: false, hostNetwork: true, hostPID: true }), ['spec.hostNetwork Forbidden', 'spec.hostPID Forbidden']);
  assert.deepEqual(causes({ os: { name: 'linux' }, hostnameOverride: 'own.example.com' }), []);
  assert.deepEqual(causes({ hostnameOverride: `${'a'.repeat(63)}.b` }), ['spec.hostnameOverride TooLong']);
  assert.deepEqual(causes({ hostnameOverride: 'a_b', setHostnameAsFQDN: true }), ['spec.hostnameOverride Invalid', 'spec.hostnameOverride Forbidden']);
  assert.deepEqual([causes({ os: {} }), causes({ os: { name: 'plan9' } })], [['spec.os.name Required'], ['spec.os.name NotSupported']]);
  assert.deepEqual(causes({}, { ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81, hostPort: 8080 }, { containerPort: 82, hostPort: 8080, protocol: 'UDP' }] }), ['spec.containers[0].ports[1].hostPort Duplicate']);
  assert.deepEqual(causes({}, { ports: [{ containerPort: 80, hostPort: 8080, hostIP: 'here' }] }), ['spec.containers[0].ports[0].hostIP Invalid']);
  assert.deepEqual(causes({ hostNetwork: true }, { ports: [{ containerPort: 80, hostPort: 8080 }] }), ['spec.containers[0].ports[0].containerPort Invalid']);
  assert.deepEqual(causes({ ephemeralContainers: [{ name: 'guest', image: 'x' }] }), ['spec.ephemeralContainers Forbidden']);
});
