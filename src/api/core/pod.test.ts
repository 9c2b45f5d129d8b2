import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepFreeze, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { pruneUnknown } from '../unknown-fields.ts';
import { validateObject } from '../validation.ts';
import { podKind } from './pod.ts';
import { pullPolicyOf } from './pod-spec-defaults.ts';

function pod(spec: object, more: object = {}): KubeObject {
  return deepFreeze({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec, ...more } as KubeObject);
}

function admit(spec: object): KubeObject {
  return applyDefaults(podKind, pruneUnknown(podKind, pod(spec)));
}

function complaints(spec: object, old?: object): readonly string[] {
  const causes = validateObject(podKind, admit(spec), old === undefined ? undefined : admit(old));
  return causes.map(({ field, message }) => `${field}: ${message}`);
}

const PLAIN = { containers: [{ name: 'c', image: 'busybox' }] };

test('a plain Pod gets every default that Kubernetes gives it', () => {
  assert.deepEqual(admit(PLAIN).spec, {
    containers: [{ name: 'c', image: 'busybox', resources: {}, terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'Always' }],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    serviceAccountName: 'default',
    serviceAccount: 'default',
    enableServiceLinks: true,
  });
});

test('defaults inside containers and volumes', () => {
  const { spec = {} } = admit({
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'c',
        image: 'busybox:1',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        livenessProbe: { httpGet: { port: 80 }, timeoutSeconds: 0 },
        readinessProbe: { grpc: { port: 9 }, periodSeconds: 2 },
        resources: { limits: { cpu: '1.0001', memory: '1Gi' }, requests: { cpu: '500m' } },
      },
    ],
    volumes: [
      { name: 'a' },
      { name: 'b', configMap: { name: 'x', defaultMode: 0 } },
      { name: 'c', secret: { secretName: 'x' } },
      { name: 'd', projected: { sources: [{ serviceAccountToken: { path: 't' } }, { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] } }] } },
      { name: 'e', hostPath: { path: '/x' } },
    ],
  });
  assert.equal(spec['terminationGracePeriodSeconds'], 0);
  const [container] = spec['containers'] as readonly JsonObject[];
  assert.deepEqual(container, {
    name: 'c',
    image: 'busybox:1',
    ports: [{ containerPort: 80, protocol: 'TCP' }],
    env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name', apiVersion: 'v1' } } }],
    livenessProbe: { httpGet: { port: 80, path: '/', scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    readinessProbe: { grpc: { port: 9, service: '' }, periodSeconds: 2, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
    resources: { limits: { cpu: '1001m', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  });
  assert.deepEqual(spec['volumes'], [
    { name: 'a', emptyDir: {} },
    { name: 'b', configMap: { name: 'x', defaultMode: 0 } },
    { name: 'c', secret: { secretName: 'x', defaultMode: 420 } },
    {
      name: 'd',
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { path: 't', expirationSeconds: 3600 } },
          { downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels', apiVersion: 'v1' } }] } },
        ],
      },
    },
    { name: 'e', hostPath: { path: '/x', type: '' } },
  ]);
});

test('the pull policy follows the tag', () => {
  for (const image of ['a', 'a:latest', 'host:5000/a', 'host:5000/a:latest']) assert.equal(pullPolicyOf(image), 'Always', image);
  for (const image of ['a:1', 'host:5000/a:1', 'a@sha256:0', 'host:5000/a@sha256:0', '']) assert.equal(pullPolicyOf(image), 'IfNotPresent', image);
});

test('a new Pod is pending, with its quality of service', () => {
  const statusOf = (resources: object) => podKind.prepareForCreate!(admit({ containers: [{ name: 'c', image: 'x', resources }] }), 0).status;
  assert.deepEqual(statusOf({}), { phase: 'Pending', qosClass: 'BestEffort' });
  assert.deepEqual(statusOf({ requests: { cpu: 1 } }), { phase: 'Pending', qosClass: 'Burstable' });
  assert.deepEqual(statusOf({ limits: { cpu: 1, memory: '1Gi' } }), { phase: 'Pending', qosClass: 'Guaranteed' });
});

test('what a whole Pod asks for follows from its containers, then from its limits', () => {
  const whole = (resources: object, containers: readonly object[] = [{}]) =>
    (admit({ resources, containers: containers.map((each, index) => ({ name: `c${index}`, image: 'x', resources: each })) }).spec as JsonObject)['resources'];
  assert.deepEqual(whole({ limits: { cpu: '1' } }), { limits: { cpu: '1' }, requests: { cpu: '1' } });
  assert.deepEqual(whole({ limits: { cpu: '3', memory: '1Gi' } }, [{ requests: { cpu: '500m' } }, { limits: { cpu: '1' } }]), { limits: { cpu: '3', memory: '1Gi' }, requests: { cpu: '1500m', memory: '1Gi' } });
  assert.deepEqual(whole({ limits: { cpu: '3' }, requests: { cpu: '2' } }, [{ requests: { cpu: '1' } }]), { limits: { cpu: '3' }, requests: { cpu: '2' } });
  assert.deepEqual(whole({ limits: { cpu: '1' } }, [{ limits: { 'hugepages-2Mi': '4Mi' } }, { limits: { 'hugepages-2Mi': '2Mi' } }]), {
    limits: { cpu: '1', 'hugepages-2Mi': '6Mi' },
    requests: { cpu: '1', 'hugepages-2Mi': '6Mi' },
  });
  assert.deepEqual(whole({ requests: { cpu: '1.0001' } }, [{ requests: { memory: '1Gi' } }]), { requests: { cpu: '1001m' } });
});

test('a whole Pod may be guaranteed what its containers do not ask for', () => {
  const classOf = (resources: object) => podKind.prepareForCreate!(admit({ resources, containers: [{ name: 'c', image: 'x' }] }), 0).status!['qosClass'];
  assert.equal(classOf({ limits: { cpu: 1, memory: '1Gi' } }), 'Guaranteed');
  assert.equal(classOf({ limits: { cpu: 1 } }), 'Burstable');
  assert.equal(classOf({ requests: { cpu: 1, memory: '1Gi' } }), 'Burstable');
});

test('what a Pod must have', () => {
  assert.deepEqual(complaints(PLAIN), []);
  assert.deepEqual(complaints({}), ['spec.containers: Required value']);
  assert.deepEqual(complaints({ containers: [{}] }), ['spec.containers[0].name: Required value', 'spec.containers[0].image: Required value']);
  assert.deepEqual(complaints({ containers: [{ name: 'c', image: 'x' }, { name: 'c', image: 'y' }] }), ['spec.containers[1].name: Duplicate value: "c"']);
  assert.deepEqual(complaints({ ...PLAIN, initContainers: [{ name: 'c', image: 'x' }] }), ['spec.initContainers[0].name: Duplicate value: "c"']);
  assert.deepEqual(complaints({ ...PLAIN, restartPolicy: 'Sometimes' }), [
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ]);
});

test('what the parts of a container must be', () => {
  const fields = (container: object, spec: object = {}) => {
    const causes = validateObject(podKind, admit({ containers: [{ name: 'c', image: 'x', ...container }], ...spec }));
    return causes.map(({ reason, field }) => `${reason?.slice('FieldValue'.length)} ${field?.replace('spec.containers[0].', '')}`);
  };
  assert.deepEqual(fields({ ports: [{ containerPort: 0 }, { containerPort: 70_000, name: 'WEB', protocol: 'ICMP' }] }), [
    'Required ports[0].containerPort',
    'Invalid ports[1].name',
    'Invalid ports[1].containerPort',
    'NotSupported ports[1].protocol',
  ]);
  assert.deepEqual(fields({ env: [{ name: '' }, { name: 'A=B' }, { name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'y' } } }, { name: 'B', valueFrom: {} }] }), [
    'Required env[0].name',
    'Invalid env[1].name',
    'Invalid env[2].valueFrom',
    'Invalid env[3].valueFrom',
  ]);
  assert.deepEqual(fields({ envFrom: [{}, { configMapRef: { name: '' } }] }), ['Invalid envFrom[0]', 'Required envFrom[1].configMapRef.name']);
  assert.deepEqual(fields({ volumeMounts: [{ name: 'none', mountPath: '/a' }, { name: 'v', mountPath: '/a', subPath: '../b' }] }, { volumes: [{ name: 'v' }] }), [
    'NotFound volumeMounts[0].name',
    'Invalid volumeMounts[1].mountPath',
    'Invalid volumeMounts[1].subPath',
  ]);
  assert.deepEqual(fields({ resources: { requests: { cpu: 2, 'a b': 1 }, limits: { cpu: 1, memory: '-1' } } }).sort(), [
    'Invalid resources.limits[memory]',
    'Invalid resources.requests',
    'Invalid resources.requests[a b]',
    'Invalid resources.requests[memory]',
  ]);
  assert.deepEqual(fields({ livenessProbe: { periodSeconds: -1 } }), ['Required livenessProbe', 'Invalid livenessProbe.periodSeconds']);
  assert.deepEqual(fields({ readinessProbe: { exec: { command: ['x'] }, tcpSocket: { port: 1 } } }), ['Forbidden readinessProbe.tcpSocket']);
});

test('volumes have a unique name and one source', () => {
  const fields = (...volumes: object[]) => validateObject(podKind, admit({ ...PLAIN, volumes })).map(({ field }) => field);
  assert.deepEqual(fields({ name: 'a', emptyDir: {} }, { name: 'b', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } }), []);
  assert.deepEqual(fields({ name: 'A' }, { name: 'b' }, { name: 'b' }), ['spec.volumes[0].name', 'spec.volumes[2].name']);
  assert.deepEqual(fields({ name: 'a', emptyDir: {}, hostPath: { path: '/' } }), ['spec.volumes[0].hostPath']);
  assert.deepEqual(fields({ name: 'a', secret: { items: [{ key: '', path: '../x', mode: 512 }] } }), [
    'spec.volumes[0].secret.secretName',
    'spec.volumes[0].secret.items[0].key',
    'spec.volumes[0].secret.items[0].path',
    'spec.volumes[0].secret.items[0].mode',
  ]);
});

test('images, a shorter deadline and more tolerations may change; nothing else', () => {
  const old = { ...PLAIN, activeDeadlineSeconds: 100, tolerations: [{ key: 'a', operator: 'Exists' }] };
  assert.deepEqual(complaints({ ...old, containers: [{ name: 'c', image: 'busybox:2', imagePullPolicy: 'Always' }] }, old), []);
  assert.deepEqual(complaints({ ...old, activeDeadlineSeconds: 50, tolerations: [...old.tolerations, { key: 'b', operator: 'Exists' }] }, old), []);
  assert.equal(complaints({ ...old, activeDeadlineSeconds: 200 }, old).length, 1);
  assert.equal(complaints({ ...old, tolerations: [] }, old).length, 1);
  assert.deepEqual(complaints({ ...old, containers: [] }, old).slice(-1), ['spec.containers: Forbidden: pod updates may not add or remove containers']);
  assert.match(complaints({ ...old, hostname: 'other', restartPolicy: 'Never' }, old)[0]!, /^spec: Forbidden: pod updates may not change .*changed: spec\.hostname, spec\.restartPolicy$/);
  assert.equal(complaints({ ...old, nodeName: 'n' }, old).length, 1);
  assert.equal(complaints({ ...old, nodeName: 'm' }, { ...old, nodeName: 'n' }).length, 1);
});

test('grace: asked for, written in the Pod, or none when nothing runs', () => {
  const grace = (spec: object, phase: string, requested?: number) => podKind.deletionGraceSeconds!(pod(spec, { status: { phase } }), requested);
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: 30 }, 'Running'), 30);
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: 30 }, 'Running', 5), 5);
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: -1 }, 'Running'), 1);
  assert.equal(grace({ nodeName: 'n', terminationGracePeriodSeconds: 30 }, 'Succeeded'), 0);
  assert.equal(grace({ terminationGracePeriodSeconds: 30 }, 'Pending'), 0);
});
