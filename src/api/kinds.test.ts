import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutatingWebhookConfigurationKind, validatingWebhookConfigurationKind } from './admission/webhook-configuration.ts';
import { horizontalPodAutoscalerKind } from './autoscaling/horizontal-pod-autoscaler.ts';
import { endpointSliceKind } from './discovery/endpoint-slice.ts';
import { podDisruptionBudgetKind } from './policy/pod-disruption-budget.ts';
import { complaints, created } from './testing/objects.ts';
import { ingressKind } from './networking/ingress.ts';
import { networkPolicyKind } from './networking/network-policy.ts';

test('policies of the network are stored with a warning', () => {
  const policy = created(networkPolicyKind, { spec: { egress: [{ to: [{ podSelector: {} }], ports: [{ port: 53 }] }] } });
  assert.deepEqual(complaints(networkPolicyKind, policy), []);
  assert.match(networkPolicyKind.warnings!(policy, true)[0]!, /not enforced/);
  const refused = (spec: object) => complaints(networkPolicyKind, created(networkPolicyKind, { spec }));
  assert.deepEqual(refused({ ingress: [{ from: [{}, { podSelector: {}, ipBlock: { cidr: '10.0.0.0/33' } }], ports: [{ port: 'web', endPort: 3 }] }], policyTypes: ['Sideways'] }), [
    'Invalid spec.ingress[0].ports[0].endPort',
    'Required spec.ingress[0].from[0]',
    'Invalid spec.ingress[0].from[1].ipBlock.cidr',
    'Forbidden spec.ingress[0].from[1]',
    'NotSupported spec.policyTypes[0]',
  ]);
});

test('what a policy of the network excepts is a part of what it names', () => {
  const refused = (cidr: string, ...except: string[]) => complaints(networkPolicyKind, created(networkPolicyKind, { spec: { egress: [{ to: [{ ipBlock: { cidr, except } }] }] } }));
  assert.deepEqual(refused('10.0.0.0/8', '10.1.0.0/16', '10.255.255.255/32'), []);
  assert.deepEqual(refused('fd00::/8', 'fd01::/16'), []);
  assert.deepEqual(refused('10.0.0.0/8', '11.0.0.0/16', '10.0.0.0/8', '10.0.0.0/4', 'fd01::/16').map((cause) => cause.at(-2)), ['0', '1', '2', '3']);
});

test('ingresses name a service for each path', () => {
  const service = { name: 'web', port: { number: 80 } };
  const rule = (path: object) => ({ host: '*.example.com', http: { paths: [{ pathType: 'Prefix', path: '/', backend: { service }, ...path }] } });
  const refused = (spec: object) => complaints(ingressKind, created(ingressKind, { spec }));
  assert.deepEqual(refused({ rules: [rule({})], tls: [{ hosts: ['a.example.com'], secretName: 'tls' }] }), []);
  assert.deepEqual(refused({}), ['Invalid spec']);
  assert.deepEqual(refused({ rules: [{ host: '10.0.0.1', http: {} }] }), ['Invalid spec.rules[0].host', 'Required spec.rules[0].http.paths']);
  assert.deepEqual(refused({ rules: [rule({ pathType: undefined })] }), ['Required spec.rules[0].http.paths[0].pathType']);
  assert.deepEqual(refused({ rules: [rule({ path: '/a//b/..' })] }), ['Invalid spec.rules[0].http.paths[0].path', 'Invalid spec.rules[0].http.paths[0].path']);
  assert.deepEqual(refused({ defaultBackend: { service: { name: 'web', port: { name: 'http', number: 1 } } } }), ['Invalid spec.defaultBackend']);
  assert.deepEqual(refused({ defaultBackend: {} }), ['Invalid spec.defaultBackend']);
});

test('slices hold addresses of their type', () => {
  const refused = (members: object) => complaints(endpointSliceKind, created(endpointSliceKind, members));
  assert.deepEqual(refused({ addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }), []);
  assert.deepEqual(refused({}), ['Required addressType']);
  assert.deepEqual(refused({ addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }, {}], ports: [{ name: 'a' }, { name: 'a' }] }), [
    'Duplicate ports[1].name',
    'Invalid endpoints[0].addresses',
    'Required endpoints[1].addresses',
  ]);
  const slice = created(endpointSliceKind, { addressType: 'IPv4', endpoints: [] });
  assert.deepEqual(complaints(endpointSliceKind, { ...slice, addressType: 'IPv6' }, slice), ['Invalid addressType']);
});

test('budgets bound one side', () => {
  const refused = (spec: object) => complaints(podDisruptionBudgetKind, created(podDisruptionBudgetKind, { spec }));
  assert.deepEqual(refused({ minAvailable: '50%', selector: {} }), []);
  assert.deepEqual(refused({ minAvailable: '101%', maxUnavailable: -1, unhealthyPodEvictionPolicy: 'Never' }), [
    'Invalid spec',
    'Invalid spec.minAvailable',
    'Invalid spec.maxUnavailable',
    'NotSupported spec.unhealthyPodEvictionPolicy',
  ]);
});

test('autoscalers: bounds, metrics, behaviour', () => {
  const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };
  const refused = (spec: object) => complaints(horizontalPodAutoscalerKind, created(horizontalPodAutoscalerKind, { spec: { scaleTargetRef, maxReplicas: 3, ...spec } }));
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ maxReplicas: undefined, scaleTargetRef: {} }), ['Required spec.maxReplicas', 'Invalid spec.maxReplicas', 'Required spec.scaleTargetRef.kind', 'Required spec.scaleTargetRef.name', 'Invalid spec.scaleTargetRef.apiVersion']);
  assert.deepEqual(refused({ minReplicas: 5 }), ['Invalid spec.maxReplicas']);
  const target = { type: 'Utilization', averageUtilization: 0 };
  assert.deepEqual(refused({ metrics: [{ type: 'Resource', resource: { target } }, { type: 'Pods' }, { type: 'Feelings' }] }), [
    'Invalid spec.metrics[0].resource.target.averageUtilization',
    'Required spec.metrics[0].resource.name',
    'Required spec.metrics[1].pods',
    'NotSupported spec.metrics[2].type',
  ]);
  assert.deepEqual(refused({ behavior: { scaleUp: { stabilizationWindowSeconds: 3601, policies: [{ type: 'Pods', value: 0, periodSeconds: 15 }] } } }), [
    'Invalid spec.behavior.scaleUp.stabilizationWindowSeconds',
    'Invalid spec.behavior.scaleUp.policies[0].value',
  ]);
});

test('webhooks say where they are and what they want to see', () => {
  const webhook = {
    name: 'pods.example.com',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: 'hook', namespace: 'default' } },
    rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
  };
  const kinds = [validatingWebhookConfigurationKind, mutatingWebhookConfigurationKind];
  for (const kind of kinds) assert.deepEqual(complaints(kind, created(kind, { webhooks: [webhook] })), []);
  const refused = (change: object) => complaints(kinds[0]!, created(kinds[0]!, { webhooks: [{ ...webhook, ...change }] }));
  assert.deepEqual(refused({ name: 'short.name', sideEffects: undefined, admissionReviewVersions: ['v9'] }), [
    'Invalid webhooks[0].name',
    'Required webhooks[0].sideEffects',
    'Invalid webhooks[0].admissionReviewVersions',
  ]);
  assert.deepEqual(refused({ clientConfig: { url: 'http://ada@example.com/?a=b' } }), [
    'Invalid webhooks[0].clientConfig.url',
    'Invalid webhooks[0].clientConfig.url',
    'Invalid webhooks[0].clientConfig.url',
  ]);
  assert.deepEqual(refused({ clientConfig: {} }), ['Required webhooks[0].clientConfig']);
  assert.deepEqual(refused({ rules: [{ operations: ['*', 'CREATE'], apiGroups: [''], apiVersions: ['v1'] }], timeoutSeconds: 31 }), [
    'Required webhooks[0].rules[0].resources',
    'Invalid webhooks[0].rules[0].operations',
    'Invalid webhooks[0].timeoutSeconds',
  ]);
});
