// Hostile requests to the Kubernetes API.
import type { Attack } from './attack.ts';
import { HOSTILE_SEGMENTS } from './hostile-kfp.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const CONFIG_MAPS = `${NAMESPACE}/configmaps`;
const PODS = `${NAMESPACE}/pods`;
/** Exists before the attacks. */
const TARGET = `${CONFIG_MAPS}/target`;
const MIB = 1024 * 1024;
const DEPTH = 100_000;

type Members = { readonly [name: string]: unknown };

function configMap(metadata: Members, more: Members = {}): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, ...more });
}

function pod(spec: Members, metadata: Members = { name: 'hostile' }): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
}

function create(name: string, body: () => string | Uint8Array, says: RegExp, status?: number, type = 'application/json'): Attack {
  return { name: `create: ${name}`, method: 'POST', path: CONFIG_MAPS, headers: { 'Content-Type': type }, body, says, ...(status === undefined ? {} : { status }) };
}

const BODIES: readonly Attack[] = [
  create('no JSON', () => '{"kind":', /the body is not JSON/, 400),
  create('nothing', () => '', /the body is not JSON/, 400),
  create('a list', () => '[]', /object/, 400),
  create('null', () => 'null', /object/, 400),
  create('invalid UTF-8', () => Buffer.from('{"kind": "ConfigMap\xff"}', 'latin1'), /UTF-8/, 400),
  create('another kind', () => pod({}), /Pod/, 400),
  create('100,000 lists in each other', () => `{"data": ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`, /nested deeper than \d+ levels/, 400),
  create('100,000 objects in each other', () => `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`, /nested deeper than \d+ levels/, 400),
  create('four megabytes', () => configMap({ name: 'big' }, { data: { a: 'x'.repeat(4 * MIB) } }), /larger than \d+ bytes/, 413),
  create('two megabytes of data', () => configMap({ name: 'big' }, { data: { a: 'x'.repeat(2 * MIB) } }), /data/, 422),
  create('no name', () => configMap({}), /metadata\.name/, 422),
  create('a name with a slash', () => configMap({ name: 'a/b' }), /metadata\.name/, 422),
  create('a name that leads out', () => configMap({ name: '..' }), /metadata\.name/, 422),
  create('a name with a NUL byte', () => configMap({ name: 'a\0b' }), /metadata\.name/, 422),
  create('a name of 100,000 characters', () => configMap({ name: 'a'.repeat(100_000) }), /metadata\.name/, 422),
  create('a name that is a number', () => configMap({ name: 7 }), /metadata\.name/),
  create('metadata that is a text', () => '{"apiVersion":"v1","kind":"ConfigMap","metadata":"x"}', /metadata/),
  create('another namespace in the body', () => configMap({ name: 'a', namespace: 'kube-system' }), /namespace/, 400),
  create('a label that is a map', () => configMap({ name: 'a', labels: { a: {} } }), /metadata\.labels/),
  create('a label of 1,000 characters', () => configMap({ name: 'a', labels: { a: 'x'.repeat(1_000) } }), /metadata\.labels/, 422),
  create('300 kilobytes of annotations', () => configMap({ name: 'a', annotations: { a: 'x'.repeat(300_000) } }), /metadata\.annotations/, 422),
  create('an owner without uid', () => configMap({ name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] }), /metadata\.ownerReferences\[0\]\.uid/, 422),
  create('a finalizer of no form', () => configMap({ name: 'a', finalizers: ['x y'] }), /metadata\.finalizers/, 422),
  create('a key that leads out', () => configMap({ name: 'a' }, { data: { '../../etc/passwd': 'x' } }), /data/, 422),
  create('a key of every object', () => '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"__proto__":5}}}', /metadata\.labels/),
  create('a resource version', () => configMap({ name: 'a', resourceVersion: '1' }), /resourceVersion/, 400),
  create('a type of nobody', () => configMap({ name: 'a' }), /accepted media types/, 415, 'text/html'),
  create('120,000 keys of YAML', () => Array.from({ length: 120_000 }, (_, index) => `k${index}: 1`).join('\n'), /lines/, 400, 'application/yaml'),
  create('aliases that grow', () => ['a0: &a0 [x, x]', ...Array.from({ length: 40 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`)].join('\n'), /aliasing/, 400, 'application/yaml'),
  create('deep YAML', () => '['.repeat(DEPTH), /nested deeper/, 400, 'application/yaml'),
  { ...create('a key twice', () => '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"b"}}', /duplicate field "metadata\.name"/, 400), path: `${CONFIG_MAPS}?fieldValidation=Strict` },
  { ...create('an unknown field', () => configMap({ name: 'a' }, { colour: 'red' }), /unknown field "colour"/, 400), path: `${CONFIG_MAPS}?fieldValidation=Strict` },
];

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** Unknown{typeMeta{apiVersion: v1, kind: ConfigMap}} followed by the bytes of `raw`. */
function framed(raw: readonly number[]): Uint8Array {
  const text = (field: number, value: string) => [(field << 3) | 2, value.length, ...Buffer.from(value)];
  const typeMeta = [...text(1, 'v1'), ...text(2, 'ConfigMap')];
  return Uint8Array.from([...MAGIC, 0x0a, typeMeta.length, ...typeMeta, ...raw]);
}

const PROTOBUFS: readonly Attack[] = [
  create('protobuf without its frame', () => Uint8Array.of(1, 2, 3), /not protobuf as Kubernetes frames it/, 400, PROTOBUF),
  create('protobuf that ends in the middle', () => framed([0x12, 0x7f, 0x0a]), /protobuf/, 400, PROTOBUF),
  create('protobuf of a length beyond all', () => framed([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]), /protobuf/, 400, PROTOBUF),
  create('protobuf of an unknown wire type', () => framed([0x12, 0x02, 0x0f, 0x00]), /protobuf/, 400, PROTOBUF),
  create('protobuf of groups in each other', () => framed([0x12, 0x64, ...Array<number>(100).fill(0x0b)]), /protobuf/, 400, PROTOBUF),
  create('protobuf of an unknown kind', () => Uint8Array.from([...MAGIC, 0x0a, 5, 0x12, 3, 0x58, 0x59, 0x5a]), /no protobuf form of kind "XYZ"/, 400, PROTOBUF),
  create('only the frame', () => Uint8Array.from(MAGIC), /protobuf/, 400, PROTOBUF),
];

function patch(name: string, type: string, body: () => string, says: RegExp, status?: number): Attack {
  const headers = { 'Content-Type': `application/${type}` };
  return { name: `patch: ${name}`, method: 'PATCH', path: TARGET, headers, body, says, ...(status === undefined ? {} : { status }) };
}

const PATCHES: readonly Attack[] = [
  patch('of no known type', 'json', () => '{}', /accepted media types/, 415),
  patch('no JSON', 'merge-patch+json', () => '{', /the body is not JSON/, 400),
  patch('a list as merge patch', 'merge-patch+json', () => '[]', /object|patch/),
  patch('an object as JSON patch', 'json-patch+json', () => '{}', /list|array|patch/i),
  patch('an unknown operation', 'json-patch+json', () => '[{"op":"explode","path":"/data"}]', /explode|op/),
  patch('a path without slash', 'json-patch+json', () => '[{"op":"add","path":"data","value":{}}]', /path|data/),
  patch('a path to nothing', 'json-patch+json', () => '[{"op":"remove","path":"/data/none"}]', /none/, 422),
  patch('a path into every object', 'json-patch+json', () => '[{"op":"add","path":"/__proto__/polluted","value":1}]', /__proto__/),
  patch('a path into constructors', 'json-patch+json', () => '[{"op":"add","path":"/constructor/prototype/polluted","value":1}]', /constructor/),
  patch('a test that fails', 'json-patch+json', () => '[{"op":"test","path":"/metadata/name","value":"x"}]', /test/i),
  patch('100,000 operations', 'json-patch+json', () => JSON.stringify(Array(40_000).fill({ op: 'add', path: '/data/x', value: 'x' })), /operations/),
  patch('copies that double', 'json-patch+json', () => JSON.stringify([{ op: 'add', path: '/data', value: { a: 'x'.repeat(1_000) } }, ...Array.from({ length: 60 }, (_, index) => ({ op: 'copy', from: '', path: `/data/c${index}` }))]), /./),
  patch('deep nesting', 'merge-patch+json', () => `{"data": ${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`, /nested deeper/, 400),
  patch('of the name', 'merge-patch+json', () => '{"metadata":{"name":"other"}}', /name/),
  patch('of the uid', 'merge-patch+json', () => '{"metadata":{"uid":"other"}}', /uid/i),
  patch('data that is no map', 'merge-patch+json', () => '{"data":5}', /data/),
  patch('data of a number', 'strategic-merge-patch+json', () => '{"data":{"a":5}}', /data/),
  patch('an unknown directive', 'strategic-merge-patch+json', () => '{"metadata":{"$patch":"explode"}}', /\$patch|explode/),
  { ...patch('an apply without manager', 'apply-patch+yaml', () => configMap({ name: 'target' }), /fieldManager/), path: TARGET },
  { ...patch('an apply of another name', 'apply-patch+yaml', () => configMap({ name: 'other' }), /name/), path: `${TARGET}?fieldManager=x` },
  { ...patch('an apply of no YAML', 'apply-patch+yaml', () => 'a: [', /not YAML/, 400), path: `${TARGET}?fieldManager=x` },
  { ...patch('an apply of hostile YAML', 'apply-patch+yaml', () => Array.from({ length: 120_000 }, (_, index) => `k${index}: 1`).join('\n'), /lines/, 400), path: `${TARGET}?fieldManager=x` },
];

function podOf(name: string, spec: Members, says: RegExp, metadata?: Members): Attack {
  return { name: `pod: ${name}`, method: 'POST', path: PODS, body: () => pod(spec, metadata), status: 422, says };
}

const container = { name: 'main', image: 'busybox' };

const PODS_REFUSED: readonly Attack[] = [
  podOf('without containers', { containers: [] }, /spec\.containers/),
  podOf('two containers of one name', { containers: [container, container] }, /spec\.containers\[1\]\.name/),
  podOf('a container whose name leads out', { containers: [{ ...container, name: '../x' }] }, /spec\.containers\[0\]\.name/),
  podOf('a subPath that leads out', { containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/x', subPath: '../../etc' }] }], volumes: [{ name: 'v', emptyDir: {} }] }, /subPath/),
  podOf('a mount of no volume', { containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/x' }] }] }, /volumeMounts\[0\]\.name/),
  podOf('a ConfigMap item that leads out', { containers: [container], volumes: [{ name: 'v', configMap: { name: 'target', items: [{ key: 'a', path: '../../evil' }] } }] }, /path/),
  { ...podOf('a quantity that is none', { containers: [{ ...container, resources: { limits: { memory: 'much' } } }] }, /resources\.limits\.memory/), status: 400 },
  podOf('a variable that is no name', { containers: [{ ...container, env: [{ name: 'A=B', value: 'x' }] }] }, /env\[0\]\.name/),
  podOf('a restart policy of nobody', { containers: [container], restartPolicy: 'Sometimes' }, /restartPolicy/),
  podOf('a generated name of no form', { containers: [container] }, /metadata\.(generateN|n)ame/, { generateName: '../' }),
  { name: 'pod: a command that is a text', method: 'POST', path: PODS, body: () => pod({ containers: [{ ...container, command: 'rm -rf /' }] }), says: /command/ },
  { name: 'pod: in a namespace of no form', method: 'POST', path: '/api/v1/namespaces/..%2f..%2fx/pods', body: () => pod({ containers: [container] }), says: /./ },
];

function read(name: string, path: string, says: RegExp, status = 400): Attack {
  return { name: `read: ${name}`, path, says, status };
}

const READS: readonly Attack[] = [
  read('a selector of no form', `${PODS}?labelSelector=a%3D%3D%3Db`, /selector|parse/),
  read('a selector with an open bracket', `${PODS}?labelSelector=a%20in%20(b`, /selector|parse/),
  read('a selector of 2,000 requirements', `${PODS}?labelSelector=${Array(2_000).fill('a=b').join(',')}`, /at most \d+ requirements/),
  read('a selector of 20,000 characters', `${PODS}?labelSelector=${'a'.repeat(20_000)}`, /selector|parse|no more than/),
  read('a field that can not be selected', `${PODS}?fieldSelector=spec.secret%3Dx`, /field label not supported/),
  read('a limit that is no number', `${PODS}?limit=many`, /limit/),
  read('a continuation that nobody gave out', `${PODS}?limit=1&continue=AAAA`, /continue/),
  read('a version that is no number', `${PODS}?watch=true&resourceVersion=yesterday`, /resourceVersion|resource version/i),
  read('a boolean of nobody', `${PODS}?watch=perhaps`, /watch/),
  read('a timeout of no number', `${PODS}?watch=true&timeoutSeconds=soon`, /timeoutSeconds/),
  read('a log of nothing', `${PODS}/none/log`, /none/, 404),
  read('an unknown resource', '/apis/example.com/v1/things', /could not find/, 404),
  read('a group that leads out', '/apis/..%2f..%2f/v1/things', /could not find/, 404),
  { name: 'read: only protobuf is accepted', path: PODS, headers: { Accept: 'application/vnd.kubernetes.protobuf' }, status: 406, says: /accept/i },
  { name: 'write: to a collection of all namespaces', method: 'POST', path: '/api/v1/pods', body: () => pod({ containers: [container] }), status: 405, says: /method/ },
  { name: 'write: delete with a policy of nobody', method: 'DELETE', path: `${TARGET}?propagationPolicy=Perhaps`, says: /propagationPolicy/ },
  { name: 'write: delete with a grace of no number', method: 'DELETE', path: TARGET, body: () => '{"gracePeriodSeconds":"x"}', says: /gracePeriodSeconds/ },
  { name: 'write: delete with another uid', method: 'DELETE', path: TARGET, body: () => '{"preconditions":{"uid":"x"}}', status: 409, says: /uid/i },
  { name: 'write: delete with a list as options', method: 'DELETE', path: TARGET, body: () => '[]', says: /DeleteOptions/ },
];

const OTHERS: readonly Attack[] = [
  { name: 'a host that a page made point here', path: PODS, headers: { Host: 'evil.example' }, status: 403, says: /evil\.example/ },
  { name: 'a host of no form', path: PODS, headers: { Host: 'a b/c' }, says: /Host/ },
  { name: 'a page of another site', method: 'POST', path: CONFIG_MAPS, headers: { Origin: 'https://evil.example' }, body: () => configMap({ name: 'a' }), status: 403, says: /evil\.example/ },
  { name: 'a page without origin', method: 'POST', path: CONFIG_MAPS, headers: { Origin: 'null' }, body: () => configMap({ name: 'a' }), status: 403, says: /null/ },
  { name: 'a page that reads across sites', path: PODS, headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }, status: 403, says: /another site/ },
  { name: 'a method of nobody', method: 'PROPFIND', path: PODS, status: 405, says: /PROPFIND is not possible here/ },
  { name: 'a method that is none', method: 'BREW', path: PODS, status: 400, says: /no HTTP request/ },
  { name: 'headers of 100,000 characters', path: PODS, headers: { 'X-Long': 'x'.repeat(100_000) }, status: 431, says: /headers of the request are larger than \d+ bytes/ },
  { name: 'a path of 100,000 characters', path: `/${'x'.repeat(100_000)}`, status: 431, says: /path and headers/ },
  { name: 'a NUL byte in the path', path: '/api/v1\0/pods', status: 400, says: /no HTTP request/ },
  { name: 'a header with a line break', path: PODS, headers: { 'X-A': 'b\r\nContent-Length: 5' }, status: 400, says: /no HTTP request/ },
  { name: 'two lengths', path: PODS, headers: { 'content-length': '5', 'Transfer-Encoding': 'chunked' }, status: 400, says: /no HTTP request/ },
];

export const HOSTILE_KUBERNETES: readonly Attack[] = [...BODIES, ...PROTOBUFS, ...PATCHES, ...PODS_REFUSED, ...READS, ...OTHERS];

const PLACES: readonly (readonly [method: string, path: (name: string) => string])[] = [
  ['GET', (name) => `${CONFIG_MAPS}/${name}`],
  ['DELETE', (name) => `${CONFIG_MAPS}/${name}`],
  ['GET', (name) => `${PODS}/${name}/log`],
  ['GET', (name) => `${PODS}/${name}/status`],
  ['GET', (name) => `/api/v1/namespaces/${name}/configmaps/x`],
  ['GET', (name) => `/api/v1/namespaces/${name}`],
  ['DELETE', (name) => `/api/v1/namespaces/${name}`],
  ['GET', (name) => `/api/${name}/pods`],
  ['GET', (name) => `/apis/${name}/v1/pods`],
  ['GET', (name) => `/openapi/v3/${name}`],
  ['GET', (name) => `/${name}`],
];

export const HOSTILE_KUBERNETES_PATHS: readonly { readonly place: string; readonly attacks: readonly Attack[] }[] = PLACES.map(([method, path]) => ({
  place: `${method} ${path('…')}`,
  attacks: HOSTILE_SEGMENTS.map((segment) => ({ name: segment.slice(0, 40), method, path: path(segment), says: /./ })),
}));
