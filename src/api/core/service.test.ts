import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { fieldOf } from '../kind.ts';
import { complaints, created, withSpec } from '../testing/objects.ts';
import { endpointsKind } from './endpoints.ts';
import { serviceKind } from './service.ts';

const PORTS = [{ port: 80 }];

function assigned(spec: object, others: readonly KubeObject[] = [], metadata: object = {}): KubeObject {
  const outcome = serviceKind.assign!(created(serviceKind, { spec: { ports: PORTS, ...spec } }, metadata), others);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.object;
}

function unassigned(spec: object, others: readonly KubeObject[] = []): readonly (string | undefined)[] {
  const outcome = serviceKind.assign!(created(serviceKind, { spec: { ports: PORTS, ...spec } }), others);
  return outcome.ok ? [] : outcome.causes.map(({ field }) => field);
}

test('a service gets an address that no other has', () => {
  const first = assigned({});
  const second = assigned({}, [first]);
  const address = String(first.spec?.['clusterIP']);
  assert.match(address, /^10\.96\.\d+\.\d+$/);
  assert.deepEqual(first.spec?.['clusterIPs'], [address]);
  assert.notEqual(second.spec?.['clusterIP'], address);
  assert.equal(assigned({}, [], { uid: 'u-1' }).spec?.['clusterIP'], address);
  assert.deepEqual(assigned({ clusterIP: 'None' }).spec?.['clusterIPs'], ['None']);
  assert.equal(assigned({ clusterIP: '10.96.0.9' }).spec?.['clusterIP'], '10.96.0.9');
  assert.deepEqual(unassigned({ clusterIP: address }, [first]), ['spec.clusterIPs']);
  assert.deepEqual(unassigned({ clusterIP: '192.168.0.1' }), ['spec.clusterIPs']);
  assert.equal(assigned({ type: 'ExternalName', externalName: 'x.example' }).spec?.['clusterIP'], undefined);
});

test('addresses are IPv4: who asks for others is refused, but for a name that he serves himself', () => {
  const causes = (spec: object) => {
    const outcome = serviceKind.assign!(created(serviceKind, { spec: { ports: PORTS, ...spec } }), []);
    return outcome.ok ? [] : outcome.causes.map(({ field, message }) => `${field}: ${message}`);
  };
  const selector = { app: 'web' };
  assert.deepEqual(causes({ ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'PreferDualStack' }), ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']);
  assert.deepEqual(causes({ ipFamilyPolicy: 'RequireDualStack' }), ['spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services']);
  assert.deepEqual(causes({ ipFamilies: ['IPv6'], clusterIP: 'None', selector }), ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster']);
  assert.deepEqual(assigned({ ipFamilyPolicy: 'PreferDualStack' }).spec?.['ipFamilies'], ['IPv4']);
  assert.deepEqual(causes({ ipFamilies: ['IPv6'], clusterIP: 'None' }), []);
  assert.deepEqual(causes({ type: 'ExternalName', externalName: 'x.example' }), []);
});

test('ports of the nodes are given out once per protocol', () => {
  const first = assigned({ type: 'NodePort', ports: [{ port: 80 }, { name: 'b', port: 81 }] });
  const [one, two] = [0, 1].map((index) => fieldOf(first, 'spec', 'ports', index, 'nodePort') as number);
  assert.ok(one! >= 30_000 && one! <= 32_767 && one !== two);
  assert.deepEqual(unassigned({ type: 'NodePort', ports: [{ port: 80, nodePort: one }] }, [first]), ['spec.ports[0].nodePort']);
  assert.deepEqual(unassigned({ type: 'NodePort', ports: [{ port: 80, protocol: 'UDP', nodePort: one }] }, [first]), []);
  assert.deepEqual(unassigned({ type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }), ['spec.ports[0].nodePort']);
  const balanced = assigned({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false });
  assert.equal(fieldOf(balanced, 'spec', 'ports', 0, 'nodePort'), undefined);
});

test('an update that does not name addresses keeps them', () => {
  const old = assigned({ type: 'NodePort' });
  const { clusterIP: _one, clusterIPs: _all, ...rest } = old.spec as Record<string, unknown>;
  const plain = { ...old, spec: { ...rest, ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] } } as KubeObject;
  const kept = serviceKind.prepareForUpdate!(plain, old);
  assert.equal(kept.spec?.['clusterIP'], old.spec?.['clusterIP']);
  assert.equal(fieldOf(kept, 'spec', 'ports', 0, 'nodePort'), fieldOf(old, 'spec', 'ports', 0, 'nodePort'));
  const outside = serviceKind.prepareForUpdate!(withSpec(old, { type: 'ExternalName', externalName: 'x.example', ports: undefined }), old);
  assert.equal(outside.spec?.['clusterIPs'], undefined);
  assert.deepEqual(complaints(serviceKind, withSpec(old, { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] }), old), ['Invalid spec.clusterIPs[0]']);
});

test('what belongs to a type goes with it, unless it was changed', () => {
  const balanced = assigned({ type: 'LoadBalancer', loadBalancerClass: 'example.com/class' });
  const turned = (change: object) => serviceKind.prepareForUpdate!(withSpec(balanced, change), balanced);
  const back = turned({ type: 'ClusterIP' });
  assert.deepEqual(complaints(serviceKind, back, balanced), []);
  assert.deepEqual([fieldOf(back, 'spec', 'ports'), back.spec?.['externalTrafficPolicy']], [[{ port: 80, protocol: 'TCP', targetPort: 80 }], undefined]);
  assert.equal(back.spec?.['clusterIP'], balanced.spec?.['clusterIP']);
  const nodePort = fieldOf(balanced, 'spec', 'ports', 0, 'nodePort');
  const opened = turned({ type: 'NodePort' });
  assert.deepEqual([complaints(serviceKind, opened, balanced), fieldOf(opened, 'spec', 'ports', 0, 'nodePort'), opened.spec?.['externalTrafficPolicy']], [[], nodePort, 'Cluster']);
  const other = turned({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 32_000 }], loadBalancerClass: 'example.com/other' });
  assert.deepEqual(complaints(serviceKind, other, balanced), ['Forbidden spec.loadBalancerClass', 'Forbidden spec.ports[0].nodePort']);
});

test('what a service may say', () => {
  const refused = (spec: object) => complaints(serviceKind, created(serviceKind, { spec: { ports: PORTS, ...spec } }));
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ ports: [] }), ['Required spec.ports']);
  assert.deepEqual(refused({ ports: [], clusterIP: 'None' }), []);
  assert.deepEqual(refused({ type: 'Everywhere' }), ['NotSupported spec.type']);
  assert.deepEqual(refused({ type: 'ExternalName', clusterIP: '10.96.0.3' }), ['Forbidden spec.clusterIPs', 'Required spec.externalName']);
  assert.deepEqual(refused({ ports: [{ port: 0 }, { port: 80, nodePort: 30_000, targetPort: 'Bad Name' }] }), [
    'Required spec.ports[0].name',
    'Invalid spec.ports[0].port',
    'Invalid spec.ports[0].targetPort',
    'Required spec.ports[1].name',
    'Invalid spec.ports[1].targetPort',
    'Forbidden spec.ports[1].nodePort',
  ]);
  assert.deepEqual(refused({ ports: [{ name: 'a', port: 1 }, { name: 'a', port: 1 }] }), ['Duplicate spec.ports[1].name', 'Duplicate spec.ports[1]']);
  assert.deepEqual(refused({ externalTrafficPolicy: 'Local', trafficDistribution: 'Sideways' }), ['Invalid spec.externalTrafficPolicy', 'NotSupported spec.trafficDistribution']);
  assert.deepEqual(refused({ externalTrafficPolicy: 'Local', type: 'NodePort', trafficDistribution: 'PreferSameNode' }), []);
  assert.deepEqual(refused({ sessionAffinity: 'Always', externalIPs: ['127.0.0.1', 'x'], loadBalancerClass: 'a/b' }), [
    'Forbidden spec.loadBalancerClass',
    'NotSupported spec.sessionAffinity',
    'Invalid spec.externalIPs[0]',
    'Invalid spec.externalIPs[1]',
  ]);
  assert.deepEqual(refused({ clusterIPs: ['None', '10.96.0.3'], clusterIP: 'None', ipFamilies: ['IPv5'] }), ['Invalid spec.clusterIPs', 'NotSupported spec.ipFamilies[0]']);
});

test('endpoints: addresses, ports, what kubectl shows', () => {
  const subset = { addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], ports: [{ name: 'a', port: 80 }, { name: 'b', port: 81 }] };
  const endpoints = created(endpointsKind, { subsets: [subset] });
  assert.deepEqual(complaints(endpointsKind, endpoints), []);
  assert.equal(fieldOf(endpoints, 'subsets', 0, 'ports', 0, 'protocol'), 'TCP');
  assert.equal(endpointsKind.columns[1]!.cell(endpoints, 0), '10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...');
  const broken = { subsets: [{}, { addresses: [{ ip: '127.0.0.1', hostname: 'A' }], ports: [{ port: 0 }, { name: 'b', port: 1 }] }] };
  assert.deepEqual(complaints(endpointsKind, created(endpointsKind, broken)), [
    'Required subsets[0]',
    'Invalid subsets[1].addresses[0].ip',
    'Invalid subsets[1].addresses[0].hostname',
    'Required subsets[1].ports[0].name',
    'Invalid subsets[1].ports[0].port',
  ]);
});
