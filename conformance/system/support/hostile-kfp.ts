// Hostile requests to the KFP dialect besides its pipelines: bodies, uploads, filters, page tokens, paths.
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { form, FORM_TYPE, tarGzip, withDeclaredSize, zip } from './archives.ts';
import type { Attack } from './attack.ts';
import { soundPipeline } from './hostile-pipelines.ts';

const API = '/apis/v2beta1';
const MIB = 1024 * 1024;
const DEPTH = 100_000;

function post(name: string, path: string, body: () => string | Uint8Array, says: RegExp, headers?: Readonly<Record<string, string>>): Attack {
  return { name: `body: ${name}`, method: 'POST', path: `${API}${path}`, body, says, ...(headers === undefined ? {} : { headers }) };
}

const BODIES: readonly Attack[] = [
  post('no JSON', '/experiments', () => '{"display_name":', /the body is not JSON/),
  post('no object', '/experiments', () => '["display_name"]', /the body must be a JSON object/),
  post('nothing', '/experiments', () => '', /display_name/),
  post('a number as name', '/experiments', () => '{"display_name": 5}', /"display_name" must be a string/),
  post('a key twice', '/experiments', () => '{"display_name": "a", "displayName": "b"}', /"displayName" is given twice/),
  post('the same key twice', '/experiments', () => '{"display_name": "a", "display_name": "b"}', /"display_name" is given twice/),
  post('invalid UTF-8', '/experiments', () => Buffer.from('{"display_name": "a\xff\xfe"}', 'latin1'), /UTF-8/),
  post('100,000 lists in each other', '/experiments', () => `{"display_name": ${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}`, /deeper than \d+ levels/),
  post('100,000 objects in each other', '/runs', () => `{"pipeline_spec": ${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}}`, /deeper than \d+ levels/),
  post('two megabytes', '/experiments', () => JSON.stringify({ display_name: 'x', description: 'y'.repeat(2 * MIB) }), /larger than \d+ bytes/),
  post('forty megabytes', '/runs', () => Buffer.alloc(40 * MIB, ' '), /larger than \d+ bytes/),
  post('a member that changes every object', '/experiments', () => '{"display_name": "x", "__proto__": {"polluted": true}}', /unknown field "__proto__"/),
  post('a form where JSON belongs', '/experiments', () => 'display_name=x', /the body is not JSON/, { 'Content-Type': 'application/x-www-form-urlencoded' }),
  post('JSON of a page of another site', '/experiments', () => '{"display_name": "x"}', /pages of http:\/\/evil\.example are refused/, { Origin: 'http://evil.example' }),
  { name: 'body: a type of another kind', method: 'PATCH', path: `${API}/pipelines/none`, body: () => '{"tags": [1]}', says: /tags/ },
];

function upload(name: string, fileName: string, content: () => string | Uint8Array, says: RegExp, query = ''): Attack {
  return { name: `upload: ${name}`, method: 'POST', path: `${API}/pipelines/upload${query}`, headers: FORM_TYPE, body: () => form(fileName, content()), says };
}

const sound = () => JSON.stringify(soundPipeline());

const UPLOADS: readonly Attack[] = [
  { name: 'upload: no form', method: 'POST', path: `${API}/pipelines/upload`, body: sound, says: /multipart\/form-data.*uploadfile/ },
  { name: 'upload: a form without boundary', method: 'POST', path: `${API}/pipelines/upload`, headers: { 'Content-Type': 'multipart/form-data' }, body: sound, says: /form cannot be read/ },
  { name: 'upload: a form that ends in the middle', method: 'POST', path: `${API}/pipelines/upload`, headers: FORM_TYPE, body: () => form('p.yaml', sound()).subarray(0, 200), says: /form/ },
  { name: 'upload: a nameless part that does not end', method: 'POST', path: `${API}/pipelines/upload`, headers: FORM_TYPE, body: () => form('p.yaml', sound(), '').subarray(0, 200), says: /form/ },
  { name: 'upload: another field', method: 'POST', path: `${API}/pipelines/upload`, headers: FORM_TYPE, body: () => form('p.yaml', sound(), 'file'), says: /no file in the field uploadfile/ },
  upload('nothing', 'p.yaml', () => '', /empty/),
  upload('a picture', 'p.png', () => randomBytes(1000), /p\.png/),
  upload('random bytes as YAML', 'p.yaml', () => Buffer.from([0xff, 0xfe, 0xfd, 0, 1, 2]), /UTF-8|p\.yaml/),
  upload('invalid UTF-8', 'p.yaml', () => Buffer.concat([Buffer.from('a: "'), Buffer.from([0xc3, 0x28]), Buffer.from('"')]), /UTF-8/),
  upload('aliases that grow', 'p.yaml', () => ['a0: &a0 [x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`)].join('\n'), /alias/i),
  upload('a tag that would run code', 'p.yaml', () => 'pipelineInfo: !!python/object/apply:os.system ["touch /tmp/owned"]', /p\.yaml/),
  upload('100,000 lists in each other', 'p.yaml', () => '['.repeat(DEPTH), /deeper than \d+ levels|YAML/),
  upload('100,000 levels of indentation', 'p.yaml', () => Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'), /deeper than \d+ levels|YAML/),
  upload('100,000 keys in one map', 'p.yaml', () => Array.from({ length: 100_000 }, (_, index) => `k${index}: 1`).join('\n'), /more than \d+ tokens/),
  upload('a key twice', 'p.yaml', () => 'root: {}\nroot: {}\n', /"root" stands twice/),
  upload('a thousand documents', 'p.yaml', () => '---\na: 1\n'.repeat(1_000), /1000 documents/),
  upload('33 megabytes', 'p.yaml', () => Buffer.alloc(33 * MIB, 'a'), /larger than \d+ bytes/),
  upload('a name with a NUL byte', 'p.yaml', sound, /name/, '?name=a%00b'),
  upload('a name of 10,000 characters', 'p.yaml', sound, /name has 10000 characters/, `?name=${'x'.repeat(10_000)}`),
  upload('a file name of 1,000 characters', `${'x'.repeat(1_000)}.yaml`, sound, /file name is longer/),
  upload('tags that are a list', 'p.yaml', sound, /tags/, '?name=x&tags=[1]'),
  upload('an escaping zip', 'p.zip', () => zip({ '../../evil.yaml': sound() }), /"\.\.\/\.\.\/evil\.yaml" that leads out/),
  upload('a zip with an absolute path', 'p.zip', () => zip({ '/etc/cron.d/evil': sound() }), /"\/etc\/cron\.d\/evil" that leads out/),
  upload('a zip of 2,000 files', 'p.zip', () => zip(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, 'x']))), /more than 1000 files/),
  upload('a zip bomb', 'p.zip', () => zip({ 'pipeline.yaml': Buffer.alloc(64 * MIB) }), /unpacks to more than/),
  upload('a zip bomb that tells another size', 'p.zip', () => withDeclaredSize(zip({ 'pipeline.yaml': Buffer.alloc(64 * MIB) }), 1_000), /p\.zip|uploadfile|zip/),
  upload('a broken zip', 'p.zip', () => Buffer.from('PK\x03\x04 and nothing more'), /zip archive that cannot be read/),
  upload('a zip in a zip', 'p.zip', () => zip({ 'pipeline.yaml': zip({ 'pipeline.yaml': sound() }) }), /pipeline\.yaml|p\.zip/),
  upload('an escaping tar', 'p.tar.gz', () => tarGzip([{ name: '../../evil.yaml', content: sound() }]), /"\.\.\/\.\.\/evil\.yaml" that leads out/),
  upload('a tar with a link', 'p.tar.gz', () => tarGzip([{ name: 'pipeline.yaml', type: '2', link: '/etc/passwd' }]), /without files/),
  upload('a tar that tells a size beyond its end', 'p.tar.gz', () => gzipSync(Buffer.concat([Buffer.from('pipeline.yaml'), Buffer.alloc(499)])), /not of a tar/),
  upload('a gzip bomb', 'p.tar.gz', () => gzipSync(Buffer.alloc(200 * MIB)), /unpacks to more than/),
  upload('a broken gzip', 'p.tar.gz', () => gzipSync('x').subarray(0, 12), /gzip file that cannot be read/),
  { name: 'upload: a version of no pipeline', method: 'POST', path: `${API}/pipelines/upload_version?name=x&pipelineid=no-such`, headers: FORM_TYPE, body: () => form('p.yaml', sound()), status: 404, says: /no-such/ },
  { name: 'upload: a version without pipeline', method: 'POST', path: `${API}/pipelines/upload_version?name=x`, headers: FORM_TYPE, body: () => form('p.yaml', sound()), says: /pipelineid is missing/ },
];

function list(name: string, query: string, says: RegExp, path = '/runs'): Attack {
  return { name: `list: ${name}`, path: `${API}${path}?${query}`, status: 400, says };
}

function filter(predicates: unknown): string {
  return `filter=${encodeURIComponent(JSON.stringify({ predicates }))}`;
}

const equals = { operation: 'EQUALS', key: 'display_name', string_value: 'x' };

const QUERIES: readonly Attack[] = [
  list('a filter that is no JSON', 'filter=name%3Dx', /filter must be a JSON object/),
  list('a filter with a broken escape', 'filter=%25zz', /filter must be a JSON object/),
  list('predicates that are no list', filter(5), /"filter\.predicates" must be a list/),
  list('an unknown operation', filter([{ ...equals, operation: 'LIKE' }]), /filter\.predicates\[0\]\.operation/),
  list('an operation that was never given out', filter([{ ...equals, operation: 4 }]), /operation/),
  list('an unknown key', filter([{ ...equals, key: "name' OR 1=1 --" }]), /filter\.predicates\[0\]\.key/),
  list('a key of every object', filter([{ ...equals, key: '__proto__' }]), /filter\.predicates\[0\]\.key/),
  list('no value', filter([{ operation: 'EQUALS', key: 'display_name' }]), /filter\.predicates\[0\] has no value/),
  list('a value of another type', filter([{ operation: 'EQUALS', key: 'display_name', int_value: 5 }]), /needs string_value/),
  list('a time that is none', filter([{ operation: 'GREATER_THAN', key: 'created_at', timestamp_value: 'yesterday' }]), /timestamp_value/),
  list('1,000 predicates', filter(Array(120).fill(equals)), /filter (has more than|is longer than)/),
  list('1,000 values', filter([{ operation: 'IN', key: 'display_name', string_values: { values: Array(900).fill('x') } }]), /filter.* more than/),
  list('deep nesting', `filter=${'['.repeat(10_000)}`, /filter/),
  list('sorting by nothing known', 'sort_by=password', /sort_by "password"/),
  list('sorting by SQL', `sort_by=${encodeURIComponent('created_at; DROP TABLE runs')}`, /sort_by/),
  list('a page of minus one', 'page_size=-1', /page_size/),
  list('a page of no number', 'page_size=NaN', /page_size/),
  list('a page of 10^30', 'page_size=1000000000000000000000000000000', /page_size/),
  list('a token that is none', 'page_token=TOK', /page_token/),
  list('a token of JSON that nobody gave out', `page_token=${Buffer.from('{"list":"runs"}').toString('base64url')}`, /page_token/),
  list('a token of 20,000 characters', `page_token=${'A'.repeat(20_000)}`, /page_token/),
  list('a parameter twice', 'page_size=1&page_size=2', /page_size is given twice/),
  list('a NUL byte', 'filter=%00', /filter/),
  ...['/experiments', '/pipelines', '/artifacts'].map((path) => list(`a filter on ${path}`, filter([{ ...equals, key: 'nothing' }]), /filter\.predicates\[0\]\.key/, path)),
];

export const HOSTILE_SEGMENTS = ['..', '%2e%2e', '..%2f..%2f..%2fetc%2fpasswd', '%2fetc%2fpasswd', '%00', 'a%00b', '%ff%fe', '%', '%zz', 'x'.repeat(3_000), '%F0%9F%92%A9', "'%20OR%201=1--", '__proto__', '%5c..%5c'];

/** Every place of the dialect that takes an id. */
const PLACES: readonly (readonly [method: string, path: (id: string) => string])[] = [
  ['GET', (id) => `/experiments/${id}`],
  ['DELETE', (id) => `/experiments/${id}`],
  ['POST', (id) => `/experiments/${id}:archive`],
  ['GET', (id) => `/pipelines/${id}`],
  ['GET', (id) => `/pipelines/names/${id}`],
  ['GET', (id) => `/pipelines/${id}/versions`],
  ['GET', (id) => `/pipelines/x/versions/${id}`],
  ['DELETE', (id) => `/pipelines/${id}`],
  ['GET', (id) => `/runs/${id}`],
  ['DELETE', (id) => `/runs/${id}`],
  ['POST', (id) => `/runs/${id}:terminate`],
  ['POST', (id) => `/runs/${id}:retry`],
  ['GET', (id) => `/runs/${id}/events`],
  ['GET', (id) => `/runs/${id}/tasks`],
  ['GET', (id) => `/runs/x/tasks/${id}/log`],
  ['GET', (id) => `/runs/${id}/nodes/y/artifacts/z:read`],
  ['GET', (id) => `/runs/x/nodes/y/artifacts/${id}:read`],
  ['GET', (id) => `/artifacts/${id}`],
];

/** What stands in a path where an id belongs, for each place. */
export const HOSTILE_PATHS: readonly { readonly place: string; readonly attacks: readonly Attack[] }[] = PLACES.map(([method, path]) => ({
  place: `${method} ${path('…')}`,
  attacks: HOSTILE_SEGMENTS.map((segment) => ({ name: segment.slice(0, 40), method, path: `${API}${path(segment)}`, says: /./ })),
}));

export const HOSTILE_KFP: readonly Attack[] = [...BODIES, ...UPLOADS, ...QUERIES];
