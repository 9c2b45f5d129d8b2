import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KubeObject } from '../../base/mod.ts';
import { podKind } from '../core/pod.ts';
import { secretKind } from '../core/secret.ts';
import type { KindSchema } from '../kind.ts';
import { checkTypes, validateSchema } from './check.ts';
import { applyDefaults } from './defaults.ts';
import { reachableDefinitions } from './definitions.ts';
import { normaliseTime } from './time.ts';
import { findUnknownFields, pruneUnknown } from '../unknown-fields.ts';

function pod(spec: object, metadata: object = { name: 'p' }): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubeObject;
}

const SHIP: { readonly schema: KindSchema } = {
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
          masts: { type: 'integer', minimum: 1, maximum: 4, default: 3 },
          rig: { type: 'string', enum: ['sloop', 'brig'], default: 'sloop' },
          crew: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'object', properties: { role: { type: 'string', default: 'hand' } } } },
          cargo: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          ports: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
    },
  },
};

test('unknown fields are named with their path', () => {
  const object = pod({ foo: 1, containers: [{ name: 'a', imge: 'x' }, { name: 'b', env: [{ name: 'A', valu: '1' }] }], nodeSelector: { any: 'key' } }, { name: 'p', lables: {} });
  assert.deepEqual(findUnknownFields(podKind, object), ['metadata.lables', 'spec.foo', 'spec.containers[0].imge', 'spec.containers[1].env[0].valu']);
  assert.deepEqual(findUnknownFields(SHIP, { spec: { cargo: { any: { thing: 1 } }, sails: 1 }, extra: 1 }), ['spec.sails', 'extra']);
});

test('pruning drops what is unknown or null and makes texts canonical', () => {
  const object = pod(
    {
      foo: 1,
      hostname: null,
      containers: [{ name: 'a', bar: 2, resources: { limits: { cpu: 1, memory: '1024Mi' } } }],
      volumes: [{ name: 'v', emptyDir: { sizeLimit: '0.5Gi' } }],
    },
    { name: 'p', creationTimestamp: '2026-01-01T02:00:00.5+02:00', labels: { __proto__: 'x', a: 'b' } },
  );
  assert.deepEqual(pruneUnknown(podKind, object), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', labels: { a: 'b' } },
    spec: { containers: [{ name: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } }], volumes: [{ name: 'v', emptyDir: { sizeLimit: '512Mi' } }] },
  });
});

test('a null in a map is the zero value of its type, as Go decodes a key without a text', () => {
  const object = pod({ nodeSelector: { disk: null }, containers: [{ name: 'a', command: null, resources: { limits: { cpu: null } } }] }, { name: 'p', labels: { a: null }, annotations: null });
  assert.deepEqual(checkTypes(podKind, object), []);
  const { metadata, spec } = pruneUnknown(podKind, object);
  assert.deepEqual([metadata, spec], [{ name: 'p', labels: { a: '' } }, { nodeSelector: { disk: '' }, containers: [{ name: 'a', resources: { limits: { cpu: '0' } } }] }]);
  assert.deepEqual(pruneUnknown(SHIP, { apiVersion: 'sea/v1', kind: 'Ship', metadata: { name: 's' }, spec: { ports: { hull: null } } }).spec, { ports: { hull: 0 } });
});

test('zeroes that Go leaves out are left out, those of pointers and of members without omitempty stay', () => {
  const container = { name: 'a', stdin: false, env: [{ name: 'A', value: '' }], args: [], securityContext: { runAsUser: 0, capabilities: {} }, volumeMounts: [{ name: '', mountPath: '', readOnly: false }] };
  const object = pod({ containers: [container], nodeSelector: {}, hostname: '', priority: 0, volumes: [{ name: 'v', emptyDir: { medium: '' } }, { name: 'w', configMap: { name: '', optional: false } }] }, { name: '', labels: {}, generation: 0 });
  const { metadata, spec } = pruneUnknown(podKind, object);
  assert.deepEqual(metadata, {});
  assert.deepEqual(spec, {
    containers: [{ name: 'a', env: [{ name: 'A' }], securityContext: { runAsUser: 0, capabilities: {} }, volumeMounts: [{ name: '', mountPath: '' }] }],
    priority: 0,
    volumes: [{ name: 'v', emptyDir: {} }, { name: 'w', configMap: { optional: false } }],
  });
  const labelled = pod({}, { name: 'p', labels: { empty: '' } });
  assert.deepEqual(pruneUnknown(podKind, labelled).metadata, labelled.metadata);
});

test('a null in a list is what Go has where nothing was written', () => {
  const given = pod({ containers: [{ name: 'c', image: 'x', args: ['a', null] }, null], tolerations: [null] });
  assert.deepEqual(checkTypes(podKind, given), []);
  assert.deepEqual(pruneUnknown(podKind, given).spec, { containers: [{ name: 'c', image: 'x', args: ['a', ''] }, {}], tolerations: [{}] });
});

test('base64 may have line breaks, which are not kept', () => {
  const secret = (text: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: text } }) as KubeObject;
  for (const text of ['YWJj\nZGVm\n', 'YWJj\r\nZGVm', 'YWJjZGVm']) {
    assert.deepEqual(checkTypes(secretKind, secret(text)), [], JSON.stringify(text));
    assert.deepEqual(pruneUnknown(secretKind, secret(text))['data'], { a: 'YWJjZGVm' });
  }
  for (const text of ['YWJj ZGVm', 'YWJ', 'YWJj\n!']) assert.equal(checkTypes(secretKind, secret(text)).length, 1, JSON.stringify(text));
});

test('wrong types are causes with a field and a sentence', () => {
  const object = pod({ containers: [{ name: 1, command: 'sh', resources: { limits: { cpu: 'much' } }, ports: [{ containerPort: '80' }] }], hostNetwork: 'yes' });
  assert.deepEqual(
    checkTypes(podKind, object).map(({ field, message }) => `${field}: ${message}`),
    [
      'spec.containers[0].name: Invalid value: 1: must be of type string, not number',
      'spec.containers[0].command: Invalid value: "sh": must be of type array, not string',
      `spec.containers[0].resources.limits.cpu: Invalid value: "much": quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
      'spec.containers[0].ports[0].containerPort: Invalid value: "80": must be of type integer, not string',
      'spec.hostNetwork: Invalid value: "yes": must be of type boolean, not string',
    ],
  );
  assert.deepEqual(checkTypes(podKind, []).map(({ message }) => message), ['Invalid value: "array": must be of type object, not array']);
  assert.equal(checkTypes(podKind, pod({ terminationGracePeriodSeconds: 1.5 })).length, 1);
  assert.equal(checkTypes(podKind, pod({ containers: [{ livenessProbe: { httpGet: { port: 'web' } } }, { livenessProbe: { httpGet: { port: 80 } } }] })).length, 0);
});

test('a document that is nested too deep is refused without recursion', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 200_000; i++) deep = [deep];
  assert.match(checkTypes(podKind, deep)[0]!.message, /nested deeper than 100 levels/);
});

test('a schema of our own is enforced', () => {
  const complaints = (spec: object) => validateSchema(SHIP.schema, { spec }).map(({ field, message }) => `${field}: ${message}`);
  assert.deepEqual(complaints({ name: 'argo', masts: 2, rig: 'brig', crew: [{}], ports: { hull: 1 } }), []);
  assert.deepEqual(complaints({}), ['spec.name: Required value']);
  assert.deepEqual(complaints({ name: 'A', masts: 5, rig: 'raft', crew: [], ports: { hull: 'x' } }), [
    'spec.name: Invalid value: "A": should be at least 2 chars long',
    'spec.masts: Invalid value: 5: should be less than or equal to 4',
    'spec.rig: Unsupported value: "raft": supported values: "sloop", "brig"',
    'spec.crew: Invalid value: []: should have at least 1 items',
    'spec.ports.hull: Invalid value: "x": must be of type integer, not string',
  ]);
  assert.deepEqual(complaints({ name: 'ab1' }), [`spec.name: Invalid value: "ab1": should match '^[a-z]+$'`]);
});

test('defaults of a schema are filled in, and filling in twice changes nothing', () => {
  const object = { apiVersion: 'sea/v1', kind: 'Ship', metadata: { name: 's' }, spec: { name: 'argo', rig: 'brig', crew: [{}] } } as KubeObject;
  const once = applyDefaults(SHIP, object);
  assert.deepEqual(once.spec, { name: 'argo', rig: 'brig', crew: [{ role: 'hand' }], masts: 3 });
  assert.deepEqual(applyDefaults(SHIP, once), once);
});

test('times are cut to what Go prints', () => {
  assert.equal(normaliseTime('2026-02-03T04:05:06.789Z', 'seconds'), '2026-02-03T04:05:06Z');
  assert.equal(normaliseTime('2026-02-03T04:05:06.123456789-01:00', 'microseconds'), '2026-02-03T05:05:06.123456Z');
  for (const text of ['', 'yesterday', '2026-02-03', '2026-02-03T04:05:06', '2026-13-03T04:05:06Z']) assert.equal(normaliseTime(text, 'seconds'), undefined, text);
});

test('all definitions that a Pod reaches exist', () => {
  const names = reachableDefinitions([podKind.schema]);
  assert.ok(names.includes('io.k8s.api.core.v1.Container') && names.includes('io.k8s.apimachinery.pkg.api.resource.Quantity'));
});

test('what was pruned has no unknown fields, and no document makes any of it throw', () => {
  const member = fc.constantFrom('apiVersion', 'metadata', 'spec', 'containers', 'name', 'env', 'resources', 'limits', 'volumes', 'labels', 'status', 'x', '__proto__');
  const { document } = fc.letrec<{ document: unknown }>((tie) => ({
    document: fc.oneof({ maxDepth: 5 }, fc.string(), fc.integer(), fc.constant(null), fc.array(tie('document'), { maxLength: 3 }), fc.dictionary(member, tie('document'), { maxKeys: 4 })),
  }));
  fc.assert(
    fc.property(fc.dictionary(member, document), (object) => {
      checkTypes(podKind, object);
      assert.deepEqual(findUnknownFields(podKind, pruneUnknown(podKind, object as unknown as KubeObject)), []);
    }),
  );
});
