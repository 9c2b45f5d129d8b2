import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../base/mod.ts';
import { decodeProtobuf } from './decode.ts';

/** Bodies that kubectl 1.32.4 sent for `kubectl create …`. */
const RECORDED: readonly (readonly [command: string, hex: string, object: JsonObject])[] = [
  [
    'create ns team-a',
    '6b3873000a0f0a02763112094e616d657370616365121e0a160a067465616d2d6112001a0022002a0032003800420012001a020a001a002200',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' }, spec: {}, status: {} },
  ],
  [
    'create cm settings --from-literal=greeting=hello --from-literal=empty=',
    '6b3873000a0f0a0276311209436f6e6669674d617012380a180a0873657474696e677312001a0022002a0032003800420012090a05656d707479120012110a086772656574696e67120568656c6c6f1a002200',
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { empty: '', greeting: 'hello' } },
  ],
  [
    'create secret generic login --from-literal=user=ada --from-literal=pass=s3cret',
    '6b3873000a0c0a027631120653656372657412360a150a056c6f67696e12001a0022002a00320038004200120e0a04706173731206733363726574120b0a047573657212036164611a001a002200',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: { pass: 'czNjcmV0', user: 'YWRh' } },
  ],
  [
    'create sa runner',
    '6b3873000a140a027631120e536572766963654163636f756e7412180a160a0672756e6e657212001a0022002a003200380042001a002200',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'runner' } },
  ],
  [
    'create deployment web --image=nginx --replicas=0',
    '6b3873000a150a07617070732f7631120a4465706c6f796d656e7412ab010a1f0a0377656212001a0022002a003200380042005a0a0a036170701203776562127a0800120c0a0a0a0361707012037765621a600a1c0a0012001a0022002a003200380042005a0a0a036170701203776562124012220a056e67696e7812056e67696e782a0042006a007200800100880100900100a201001a00320042004a0052005800600068008201008a01009a0100c2010022020a00280038001a0c0800100018002000280038001a002200',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image: 'nginx', resources: {} }] } },
        strategy: {},
      },
      status: {},
    },
  ],
  [
    'create job once --image=busybox -- echo hi',
    '6b3873000a0f0a0862617463682f763112034a6f621288010a140a046f6e636512001a0022002a00320038004200126632640a100a0012001a0022002a003200380042001250122d0a046f6e6365120762757379626f781a046563686f1a0268692a0042006a007200800100880100900100a201001a054e65766572320042004a0052005800600068008201008a01009a0100c201001a082000280030003a001a002200',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once' },
      spec: { template: { metadata: {}, spec: { restartPolicy: 'Never', containers: [{ name: 'once', image: 'busybox', command: ['echo', 'hi'], resources: {} }] } } },
      status: {},
    },
  ],
  [
    'create svc clusterip s --tcp=80:8080',
    '6b3873000a0d0a02763112075365727669636512630a1b0a017312001a0022002a003200380042005a080a0361707012017312400a1b0a0738302d38303830120354435018502207080010903f1a00280012080a036170701201731a002209436c757374657249503a00420052005a00600068001a020a001a002200',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', labels: { app: 's' } },
      spec: { ports: [{ name: '80-8080', protocol: 'TCP', port: 80, targetPort: 8080 }], selector: { app: 's' }, type: 'ClusterIP' },
      status: { loadBalancer: {} },
    },
  ],
  [
    'create quota q --hard=cpu=1,memory=1Gi',
    '6b3873000a130a027631120d5265736f7572636551756f746112340a110a017112001a0022002a00320038004200121d0a0a0a0363707512030a01310a0f0a066d656d6f727912050a033147691a001a002200',
    { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { cpu: '1', memory: '1Gi' } }, status: {} },
  ],
  [
    'create pdb p --selector=a=b --min-available=50%',
    '6b3873000a200a09706f6c6963792f76311213506f6444697372757074696f6e42756467657412360a110a017012001a0022002a0032003800420012150a09080110001a0335302512080a060a01611201621a0a080018002000280030001a002200',
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'p' },
      spec: { minAvailable: '50%', selector: { matchLabels: { a: 'b' } } },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    },
  ],
  [
    'create priorityclass pc --value=0 --description=x',
    '6b3873000a250a147363686564756c696e672e6b38732e696f2f7631120d5072696f72697479436c61737312310a120a02706312001a0022002a00320038004200100018002201782a14507265656d70744c6f7765725072696f726974791a002200',
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'pc' }, value: 0, description: 'x', preemptionPolicy: 'PreemptLowerPriority' },
  ],
];

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

test('bodies recorded from kubectl decode to the JSON that older ones send', async () => {
  for (const [command, hex, object] of RECORDED) {
    const decoded = await decodeProtobuf(bytesOf(hex));
    assert.deepEqual(decoded.ok ? decoded.object : decoded.message, object, command);
  }
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

/** A length-delimited field: tag, length, content. */
function field(number: number, content: string | number[]): number[] {
  const bytes = typeof content === 'string' ? [...Buffer.from(content)] : content;
  return [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes];
}

function body(apiVersion: string, kind: string, raw: number[]): Uint8Array {
  return Uint8Array.from([0x6b, 0x38, 0x73, 0, ...field(1, [...field(1, apiVersion), ...field(2, kind)]), ...field(2, raw)]);
}

test('times, raw JSON and DeleteOptions of any group', async () => {
  const time = field(8, [0x08, ...varint(Date.UTC(2025, 8, 21, 23, 10, 56) / 1000)]);
  const managed = field(17, [...field(1, 'kubectl'), ...field(7, field(1, '{"f:spec":{}}'))]);
  const pod = await decodeProtobuf(body('v1', 'Pod', field(1, [...field(1, 'p'), ...time, ...managed])));
  assert.deepEqual(pod.ok && pod.object, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: '2025-09-21T23:10:56Z', managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }] },
  });
  const options = await decodeProtobuf(body('apps/v1', 'DeleteOptions', [0x08, 0x00, ...field(4, 'Background')]));
  assert.deepEqual(options.ok && options.object, { apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, propagationPolicy: 'Background' });
  const lease = await decodeProtobuf(body('coordination.k8s.io/v1', 'Lease', field(2, field(4, [0x08, 0x01, 0x10, 0xe8, 0x07]))));
  assert.deepEqual(lease.ok && lease.object['spec'], { renewTime: '1970-01-01T00:00:01.000001Z' });
});

test('what can not be read is refused with a sentence', async () => {
  const sentenceOf = async (bytes: Uint8Array) => {
    const decoded = await decodeProtobuf(bytes);
    return decoded.ok ? '' : decoded.message;
  };
  assert.match(await sentenceOf(new Uint8Array()), /not protobuf/);
  assert.match(await sentenceOf(Buffer.from('{"kind":"Pod"}')), /not protobuf/);
  assert.match(await sentenceOf(body('example.com/v1', 'Ship', [])), /kind "Ship" in version "example.com\/v1"/);
  assert.match(await sentenceOf(body('v1', 'constructor', [])), /kind "constructor"/);
  assert.match(await sentenceOf(body('v1', 'Pod', [0x0a, 0x7f, 0x00])), /can not be read/);
});

test('no damage to the bytes makes it throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...RECORDED), fc.nat(), fc.nat(255), fc.boolean(), async ([, hex], position, byte, isCut) => {
      const bytes = bytesOf(hex);
      const at = 4 + (position % (bytes.length - 4));
      bytes[at] = byte;
      await decodeProtobuf(isCut ? bytes.subarray(0, at) : bytes);
    }),
    { numRuns: 500 },
  );
});
