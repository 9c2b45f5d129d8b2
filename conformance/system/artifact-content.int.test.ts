// Bytes of artifacts over a running system: what the pages are given, and that HTML which a step wrote can do nothing but be
// looked at. The last part needs Chromium.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Installation } from '../../sim/installation.ts';
import type { ArtifactDetails, ArtifactView, ClusterFacts, ListedArtifact, MachineFinding } from '../../src/facades/mod.ts';
import { artifactPipeline } from './support/artifact-pipeline.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const withoutChromium = CHROMIUM === undefined ? 'there is no Chromium on this machine' : false;

/** Tries every way out that a page has, and writes down what came of it. */
const ATTACK = `<p id=out>nothing tried</p><script>
const out = document.querySelector('#out');
const tried = {};
const api = location.protocol + '//localhost:' + location.port;
const attempt = async (name, work) => { try { tried[name] = String(await work()); } catch (error) { tried[name] = 'refused'; } };
(async () => {
  await attempt('read', async () => (await fetch(api + '/apis/v2beta1/runs')).status);
  await attempt('write', async () => (await fetch(api + '/apis/v2beta1/experiments', { method: 'POST', body: '{"display_name":"stolen"}' })).status);
  await attempt('blind write', async () => { await fetch(api + '/apis/v2beta1/experiments', { method: 'POST', mode: 'no-cors', body: '{"display_name":"stolen"}' }); return 'sent'; });
  await attempt('own host', async () => (await fetch('/apis/v2beta1/runs')).status);
  await attempt('parent', () => parent.document.title);
  await attempt('storage', () => { localStorage.setItem('a', 'b'); return 'stored'; });
  await attempt('cookie', () => { document.cookie = 'a=b'; return document.cookie; });
  await attempt('form', () => new Promise((resolve) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: api + '/apis/v2beta1/experiments', target: '_top' });
    document.body.append(form); form.submit(); setTimeout(() => resolve('submitted'), 100);
  }));
  await attempt('top', () => { top.location = 'http://localhost:' + location.port + '/?taken'; return 'moved'; });
  await attempt('origin', () => self.origin);
  out.textContent = JSON.stringify(tried);
  out.dataset.done = '1';
})();
</script>`.replaceAll('\n', ' ');

const installation = new Installation();
let artifacts: readonly ListedArtifact[] = [];

before(async () => {
  await installation.start();
  const run = await installation.submit('artifacts', artifactPipeline({ page: ATTACK }));
  const { state } = await installation.waitForRun(run.run_id);
  assert.equal(state, 'SUCCEEDED');
  ({ artifacts } = await get<{ artifacts: readonly ListedArtifact[] }>('/artifacts?page_size=50'));
});

after(() => installation.remove());

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${installation.url}/slipway/v1${path}`);
  assert.equal(response.status, 200, path);
  return (await response.json()) as T;
}

function idOf(name: string): string {
  const found = artifacts.find((artifact) => artifact.name === name);
  assert.ok(found, `${name} of ${artifacts.map((artifact) => artifact.name).join(', ')}`);
  return found.artifact_id;
}

/** fetch() chooses Host and Origin itself. */
function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const { port } = new URL(installation.url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    })
      .once('error', reject)
      .end();
  });
}

test('every kind of output is listed with its step, and told apart', async () => {
  const kinds = Object.fromEntries(await Promise.all(artifacts.map(async ({ artifact_id: id, name }) => [name, (await get<ArtifactView>(`/artifacts/${id}/view`)).kind])));
  assert.deepEqual(kinds, {
    flowers: 'table', prices: 'directory', events: 'table', chart: 'image', notes: 'markdown', report: 'html', model: 'directory',
    scores: 'absent', curve: 'absent', confusion: 'absent', 'executor-logs': 'text',
  });
  const flowers = await get<ArtifactDetails>(`/artifacts/${idOf('flowers')}`);
  assert.equal(flowers.run_name, 'artifacts');
  assert.deepEqual([flowers.producer?.task_name, flowers.producer?.key], ['produce', 'flowers']);
  assert.deepEqual(flowers.users.map(({ task_name: task, key }) => [task, key]), [['consume', 'flowers']]);
  const scores = await get<ArtifactDetails>(`/artifacts/${idOf('scores')}`);
  assert.equal(scores.metadata['accuracy'], 0.9);
});

test('what a step printed is an artifact of it', async () => {
  const logs = artifacts.filter(({ name }) => name === 'executor-logs');
  const texts = await Promise.all(logs.map(async ({ artifact_id: id }) => (await ask(`/slipway/v1/artifacts/${id}/content`, {})).text));
  assert.ok(texts.includes('made everything\n'), JSON.stringify(texts));
});

test('HTML is answered on its own host, for one dashboard, and nowhere else', async () => {
  const view = await get<ArtifactView>(`/artifacts/${idOf('report')}/view`);
  assert.ok('content_url' in view && view.content_url !== undefined);
  const { host, pathname, port } = new URL(view.content_url);
  assert.match(host, /^artifact-[0-9a-f-]+\.localhost:\d+$/);
  const page = await ask(pathname, { host });
  assert.equal(page.status, 200);
  assert.match(page.text, /nothing tried/);
  assert.equal(page.headers['content-security-policy'], `sandbox allow-scripts; frame-ancestors ${installation.url}`);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  const other = host.replace(/^artifact-./, 'artifact-0');
  const elsewhere: [string, Record<string, string>][] = [
    [pathname, { host: `localhost:${port}` }],
    [pathname, { host: `127.0.0.1:${port}` }],
    [pathname, { host: other === host ? host.replace(/^artifact-./, 'artifact-1') : other }],
    [pathname.replace(/\.[\w-]+\/?$/, '.AAAA/'), { host }],
    [`${pathname}../../etc/passwd`, { host }],
    [`${pathname}%2e%2e/%2e%2e/etc/passwd`, { host }],
    ['/apis/v2beta1/runs', { host }],
    ['/slipway/v1/artifacts', { host }],
    ['/', { host }],
  ];
  for (const [path, headers] of elsewhere) {
    const { status, text } = await ask(path, headers);
    assert.ok(status >= 400 && status < 500, `${headers['host']} ${path}: ${status}`);
    assert.doesNotMatch(text, /nothing tried|run_id|root:/);
  }
});

test('an HTML artifact reaches neither the API nor the dashboard', { skip: withoutChromium }, async () => {
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const view = await get<ArtifactView>(`/artifacts/${idOf('report')}/view`);
    assert.ok('content_url' in view);
    await page.goto(installation.url);
    await page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { id: 'attack', src: ${JSON.stringify(view.content_url)} }))`);
    const out = page.frameLocator('#attack').locator('#out[data-done]');
    await out.waitFor({ timeout: 15_000 });
    const tried = JSON.parse(await out.innerText()) as Record<string, string>;
    for (const name of ['read', 'write', 'parent', 'storage', 'top']) assert.equal(tried[name], 'refused', `${name}: ${tried[name]}`);
    assert.ok(tried['own host'] === 'refused' || tried['own host'] === '404', tried['own host']);
    assert.ok(tried['cookie'] === 'refused' || tried['cookie'] === '', tried['cookie']);
    assert.equal(tried['origin'], 'null');
    assert.equal(new URL(page.url()).search, '');
  } finally {
    await browser.close();
  }
  const response = await fetch(`${installation.url}/apis/v2beta1/experiments`);
  assert.doesNotMatch(await response.text(), /stolen/);
});

test('the facts of the node are told, live, and the doctor is asked', async () => {
  const facts = await get<ClusterFacts>('/cluster');
  assert.ok(facts.memory.total_bytes > facts.memory.available_bytes && facts.memory.server_bytes > 10_000_000);
  assert.ok(facts.disk.available_bytes > 0);
  assert.ok((facts.memory.supervisor_bytes ?? 0) > 1_000_000);
  assert.equal(facts.steps.running_count, 0);
  const abort = new AbortController();
  const stream = await fetch(`${installation.url}/slipway/v1/cluster/events`, { signal: abort.signal });
  let text = '';
  for await (const chunk of stream.body!) {
    text += Buffer.from(chunk).toString();
    if (/"name":"artifacts","size_bytes":[1-9]/.test(text)) break;
  }
  abort.abort();
  const { findings } = await get<{ findings: readonly MachineFinding[] }>('/doctor');
  assert.deepEqual(findings.map(({ subject }) => subject), ['Node', 'Python', 'uv', 'containers', 'walls', 'network', 'limits', 'GPUs', 'data', 'memory']);
});
