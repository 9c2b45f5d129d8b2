import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Failure, silentLog, systemClock, until } from '../../base/mod.ts';
import { openLocalBlobs, type Blobs } from '../../blobs/mod.ts';
import { openLogs } from '../../logs/mod.ts';
import type { WebRequest } from '../../web/mod.ts';
import { startFacadeServer, type FacadeServer } from '../testing/facade-server.ts';
import { anArtifact, aTask } from '../../records/testing/rows.ts';
import type { ArtifactDetails } from './artifact-messages.ts';
import type { ClusterFacts, ClusterSource } from './cluster-facts.ts';
import { createContentLinks } from './content-link.ts';
import { createSlipwayRoutes } from './routes.ts';

const NO_CLUSTER: ClusterSource = {
  read: async () => ({}) as ClusterFacts, // no test here looks at it
  examine: async () => [],
};

interface World {
  readonly server: FacadeServer;
  readonly blobs: Blobs;
  readonly directory: string;
  /** Writes files of an artifact, '' for the artifact itself, and registers it. */
  put(artifactId: string, type: string, files: Readonly<Record<string, string | Buffer>>, metadata?: object): Promise<string>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  json(path: string): Promise<Record<string, unknown>>;
}

async function startWorld(t: TestContext): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-artifacts-'));
  const blobs = openLocalBlobs({ directory, defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
  const logs = openLogs({ directory: join(directory, 'logs'), clock: systemClock, log: silentLog });
  const contentLinks = createContentLinks({ domain: 'localhost', key: Buffer.alloc(32, 7), clock: systemClock });
  const server = await startFacadeServer({ blobs }, (records) =>
    createSlipwayRoutes({ records, blobs, logs, cluster: NO_CLUSTER, contentLinks, clock: systemClock, log: silentLog }),
  );
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
    assert.deepEqual(server.faults, []);
  });
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}/slipway/v1/artifacts${path}`, { headers });
  return {
    server,
    blobs,
    directory,
    get,
    json: async (path) => (await (await get(path)).json()) as Record<string, unknown>,
    async put(artifactId, type, files, metadata = {}) {
      const uri = `minio://mlpipeline/v2/artifacts/p/run/task/${artifactId}`;
      const root = blobs.localPathOf(uri);
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
      await server.records.write((writer) => writer.putArtifact(anArtifact({ artifactId, type, uri, metadata: metadata as never, producerKey: 'out', runId: 'r', producerTaskId: 'maker' })));
      return uri;
    },
  };
}

test('bytes and ranges, always as an attachment that can do nothing', async (t) => {
  const { put, get } = await startWorld(t);
  await put('data', 'system.Dataset', { '': 'Sensor,°C\na,1\n' });
  const whole = await get('/data/content');
  assert.equal(whole.status, 200);
  assert.equal(await whole.text(), 'Sensor,°C\na,1\n');
  assert.equal(whole.headers.get('content-length'), '15');
  assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
  assert.match(whole.headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox/);
  assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; filename="data\.csv"/);
  for (const [range, status, text] of [
    ['bytes=0-5', 206, 'Sensor'],
    ['bytes=-4', 206, 'a,1\n'],
    ['bytes=11-900', 206, 'a,1\n'],
    ['bytes=15-', 416, undefined],
    ['bytes=5-2', 200, undefined],
    ['bytes=0-1,3-4', 200, undefined],
    ['lines=1-2', 200, undefined],
  ] as const) {
    const part = await get('/data/content', { range });
    assert.equal(part.status, status, range);
    const body = await part.text();
    if (text !== undefined) assert.equal(body, text);
  }
  assert.equal((await get('/data/content', { range: 'bytes=0-5' })).headers.get('content-range'), 'bytes 0-5/15');
  await put('empty', 'system.Dataset', { '': '' });
  assert.equal(await (await get('/empty/content')).text(), '');
});

test('HTML, SVG and scripts that a step wrote are no pages of this origin', async (t) => {
  const { put, get } = await startWorld(t);
  await put('page', 'system.HTML', { 'index.html': '<script>1</script>', 'x.svg': '<svg onload="1"/>', 'x.js': '1' });
  for (const path of ['index.html', 'x.svg', 'x.js']) {
    const { headers } = await get(`/page/content?path=${path}`);
    assert.match(headers.get('content-disposition') ?? '', /^attachment/);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox; frame-ancestors 'none'/);
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
  }
});

test('no path and no link leads out of an artifact', async (t) => {
  const { put, get, blobs, directory, json } = await startWorld(t);
  const uri = await put('model', 'system.Model', { 'a.txt': 'a', 'deep/b.txt': 'bb' });
  await put('secret', 'system.Dataset', { '': 'hush-hush' });
  writeFileSync(join(directory, 'outside'), 'hush-hush');
  const root = blobs.localPathOf(uri);
  symlinkSync(join(directory, 'outside'), join(root, 'absolute'));
  symlinkSync('../secret', join(root, 'neighbour'));
  symlinkSync('../../..', join(root, 'up'));
  symlinkSync('deep/b.txt', join(root, 'inside'));
  assert.equal(await (await get('/model/content?path=inside')).text(), 'bb');
  const hostile = ['../secret', '..', 'a.txt/../../secret', '/etc/passwd', '%2e%2e/secret', 'absolute', 'neighbour', 'up/outside', 'up', './a.txt', 'deep//b.txt', 'a\0', `${'x/'.repeat(80)}y`];
  for (const path of hostile) {
    for (const verb of ['content', 'entries', 'table', 'archive', 'view']) {
      const response = await get(`/model/${verb}?path=${encodeURIComponent(path)}`);
      const text = await response.text();
      assert.ok(!text.includes('hush-hush'), `${verb} ${path}`);
      if (verb === 'view' && response.status === 200) assert.match(text, /"kind":"absent"/, path);
      else assert.ok(response.status >= 400 && response.status < 500, `${verb} ${path}: ${response.status} ${text}`);
    }
  }
  const { entries } = await json('/model/entries');
  assert.deepEqual(entries, [
    { path: 'deep', is_directory: true, size_bytes: 0 },
    { path: 'a.txt', is_directory: false, size_bytes: 1 },
    { path: 'inside', is_directory: false, size_bytes: 2 },
  ]);
  assert.deepEqual((await json('/model/entries?path=deep'))['entries'], [{ path: 'deep/b.txt', is_directory: false, size_bytes: 2 }]);
});

test('an artifact whose URI is kept elsewhere, or holds nothing, says so', async (t) => {
  const { server, json, get } = await startWorld(t);
  await server.records.write((writer) => {
    for (const [artifactId, uri] of [['web', 'https://example.org/x'], ['file', 'file:///etc/passwd'], ['gone', 'minio://mlpipeline/gone'], ['up', 'minio://mlpipeline/../../etc/passwd']] as const) {
      writer.putArtifact(anArtifact({ artifactId, uri }));
    }
  });
  assert.equal((await json('/web/view'))['kind'], 'elsewhere');
  assert.equal((await json('/file/view'))['kind'], 'elsewhere');
  assert.equal((await json('/gone/view'))['kind'], 'absent');
  assert.equal((await get('/gone/content')).status, 404);
  assert.equal((await get('/file/content')).status, 400);
  assert.equal((await get('/up/content')).status, 400);
  assert.equal((await get('/nobody/content')).status, 404);
});

test('a directory is downloaded as tar.gz that tar unpacks', async (t) => {
  const { put, get, directory } = await startWorld(t);
  const big = Buffer.alloc(200_000, 'slipway ');
  const long = `${'long-name-'.repeat(12)}/ünï.txt`;
  await put('model', 'system.Model', { 'weights.bin': big, 'deep/er/readme.md': '# hi', [long]: 'x', 'empty': '' });
  const response = await get('/model/archive');
  assert.equal(response.headers.get('content-type'), 'application/gzip');
  assert.match(response.headers.get('content-disposition') ?? '', /filename="model\.tar\.gz"/);
  const archive = join(directory, 'model.tar.gz');
  writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
  execFileSync('tar', ['xzf', archive, '-C', directory]);
  assert.deepEqual(readFileSync(join(directory, 'model/weights.bin')), big);
  assert.equal(readFileSync(join(directory, 'model/deep/er/readme.md'), 'utf8'), '# hi');
  assert.equal(readFileSync(join(directory, 'model', long), 'utf8'), 'x');
  assert.equal(readFileSync(join(directory, 'model/empty'), 'utf8'), '');
  assert.equal((await get('/model/archive?path=weights.bin')).status, 400);
});

test('what a file is, is told from its bytes, its name and the type of its artifact', async (t) => {
  const { put, json } = await startWorld(t);
  const cases: [string, string, string | Buffer, object][] = [
    ['csv', 'system.Dataset', 'a,b\n1,2\n3,4\n', { kind: 'table', format: 'csv' }],
    ['tsv', 'system.Dataset', 'a\tb\n1\t2\n', { kind: 'table', format: 'tsv' }],
    ['jsonl', 'system.Dataset', '{"a":1}\n{"a":2}\n', { kind: 'table', format: 'jsonl' }],
    ['json', 'system.Artifact', '{\n "a": 1\n}', { kind: 'table', format: 'json' }],
    ['png', 'system.Artifact', Buffer.from('89504e470d0a1a0a00', 'hex'), { kind: 'image', media_type: 'image/png' }],
    ['svg', 'system.Artifact', '<svg xmlns="http://www.w3.org/2000/svg"/>', { kind: 'image', media_type: 'image/svg+xml' }],
    ['pickle', 'system.Model', Buffer.from('80049500', 'hex'), { kind: 'binary', format: 'Python pickle (joblib, scikit-learn)' }],
    ['nul', 'system.Model', Buffer.from([65, 0, 66]), { kind: 'binary', format: '' }],
    ['md', 'system.Markdown', '# Title', { kind: 'markdown' }],
    ['prose', 'system.Artifact', 'Dear all, hello.\nNothing here is a table.\n', { kind: 'text' }],
    ['none', 'system.Artifact', '', { kind: 'empty' }],
  ];
  for (const [artifactId, type, content, expected] of cases) {
    await put(artifactId, type, { '': content });
    assert.deepEqual(await json(`/${artifactId}/view`), { ...expected, path: '', size_bytes: Buffer.byteLength(content) }, artifactId);
  }
  await put('html', 'system.HTML', { '': '<h1>Report</h1>' });
  const html = await json('/html/view');
  assert.match(String(html['content_url']), /^http:\/\/artifact-html\.localhost:\d+\/artifact\//);
});

test('the first rows of a table are read beside the loop; broken files are a sentence', async (t) => {
  const { put, json, blobs, get } = await startWorld(t);
  await put('csv', 'system.Dataset', { '': `id,name\n${Array.from({ length: 400_000 }, (_, i) => `${i},row ${i}\n`).join('')}` });
  const csv = await json('/csv/table?row_count=3');
  assert.deepEqual(csv, { kind: 'table', format: 'csv', columns: [{ name: 'id', type: 'number' }, { name: 'name', type: 'text' }], rows: [['0', 'row 0'], ['1', 'row 1'], ['2', 'row 2']], column_count: 2 });
  const uri = await put('parquet', 'system.Dataset', { 'part-0.parquet': '' });
  copyFileSync(new URL('tables/testing/zstd.parquet', import.meta.url), join(blobs.localPathOf(uri), 'part-0.parquet'));
  const parquet = await json('/parquet/table?path=part-0.parquet&row_count=2');
  assert.equal(parquet['row_count'], 120);
  assert.deepEqual((parquet['rows'] as unknown[][])[1]?.slice(0, 4), [1, 0.25, 'Łódź', false]);
  await put('broken', 'system.Dataset', { '': 'PAR1nothing in here' });
  assert.match(String((await json('/broken/table'))['why']), /The Parquet file can not be shown/);
  await put('text', 'system.Artifact', { '': 'no table' });
  assert.equal((await get('/text/table')).status, 400);
});

test('an artifact tells which step made it and which used it', async (t) => {
  const { server, put, json } = await startWorld(t);
  await put('data', 'system.Dataset', { '': 'a,b\n1,2\n' });
  await server.records.write((writer) => {
    writer.putTask(aTask({ taskId: 'maker', runId: 'r', path: 'root.maker', state: 'SUCCEEDED' }));
    writer.putTask(aTask({ taskId: 'user', runId: 'r', path: 'root.user', inputs: { parameters: {}, artifacts: { training: ['data'] } } }));
  });
  const details = await json('/data');
  assert.deepEqual(details['producer'], { run_id: 'r', task_id: 'maker', task_name: 'maker', scope_path: 'root.maker', state: 'SUCCEEDED', key: 'out' });
  assert.deepEqual(details['users'], [{ run_id: 'r', task_id: 'user', task_name: 'user', scope_path: 'root.user', state: 'WAITING', key: 'training', run_name: '' }]);
  const list = (await json('?page_size=5'))['artifacts'] as Record<string, unknown>[];
  assert.deepEqual(list.map(({ artifact_id: id, name, type }) => [id, name, type]), [['data', 'out', 'system.Dataset']]);
});

test('who uses an artifact is told live', async (t) => {
  const { server, put, get } = await startWorld(t);
  await put('data', 'system.Dataset', { '': 'a' });
  const abort = new AbortController();
  const response = await fetch(`${server.url}/slipway/v1/artifacts/data/events`, { signal: abort.signal });
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })().catch(() => undefined);
  const userNames = () =>
    text
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => (JSON.parse(event.slice('event: details\ndata: '.length)) as ArtifactDetails).users.map(({ task_name: name }) => name));
  await until('the artifact', () => userNames().length === 1);
  await server.records.write((writer) => {
    writer.putTask(aTask({ taskId: 'other', runId: 'r', type: 'RUNTIME' }));
    writer.putTask(aTask({ taskId: 'train', runId: 'r', type: 'RUNTIME', inputs: { parameters: {}, artifacts: { rows: ['data'] } } }));
  });
  await until('its user', () => userNames().length === 2);
  assert.deepEqual(userNames(), [[], ['train']]);
  abort.abort();
  await reading;
  assert.equal((await get('/nothing/events')).status, 404);
});

test('a file that can not be read ends the archive, and nothing else', async (t) => {
  const { server, blobs, put, directory } = await startWorld(t);
  await put('broken', 'system.Model', { 'a/file': 'x' });
  const failing = new Proxy(blobs, {
    get(target, name) {
      if (name === 'openRead') return () => Promise.reject(new Failure('ArtifactUnreadable', 'the file can not be read'));
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
  const logs = openLogs({ directory: join(directory, 'logs'), clock: systemClock, log: silentLog });
  const contentLinks = createContentLinks({ domain: 'localhost', key: Buffer.alloc(32, 7), clock: systemClock });
  const routes = createSlipwayRoutes({ records: server.records, blobs: failing, logs, cluster: NO_CLUSTER, contentLinks, clock: systemClock, log: silentLog });
  const route = routes.find(({ path }) => path.endsWith('/archive'))!;
  const { status, body } = await route.handle({ params: { artifact_id: 'broken' }, query: new URLSearchParams(), headers: {} } as unknown as WebRequest);
  assert.equal(status, 200);
  await assert.rejects(Array.fromAsync(body as AsyncIterable<Uint8Array>), /the file can not be read/);
});

test('a client that goes away in the middle of an archive leaves no file open', { skip: existsSync('/proc/self/fd') ? false : 'there is no /proc here' }, async (t) => {
  const { put, get, directory } = await startWorld(t);
  await put('large', 'system.Model', { weights: randomBytes(32 * 1024 * 1024) });
  const openFiles = () => readdirSync('/proc/self/fd').filter((descriptor) => linkOf(`/proc/self/fd/${descriptor}`).startsWith(directory)).length;
  for (let time = 0; time < 3; time++) {
    const reader = (await get('/large/archive')).body!.getReader();
    await reader.read();
    assert.ok(openFiles() > 0, 'it is being read');
    await reader.cancel();
  }
  await until('the files to be closed', () => openFiles() === 0);
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed while it was looked at
  }
}
