// What users do all day, again and again until it is over: runs, watches, uploads, logs, objects, and clients that go away.
import { connect } from 'node:net';
import { systemClock } from '../../src/base/mod.ts';
import type { Installation } from '../../sim/installation.ts';
import { artifactPipeline } from '../system/support/artifact-pipeline.ts';
import { shellPipeline } from '../system/support/shell-pipeline.ts';

export interface LoadContext {
  readonly installation: Installation;
  readonly signal: AbortSignal;
  /** How often each thing was done. */
  readonly counts: Map<string, number>;
  readonly faults: string[];
}

const RUN_KEPT_COUNT = 20;
/** Name of the run whose artifacts are read all the time: it is kept. */
const DOWNLOADED = 'downloads';
const PIPELINE = shellPipeline('soak', [
  { name: 'one', script: 'for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i of one"; done' },
  { name: 'two', script: 'echo two; head -c 100000 /dev/zero | tr "\\0" x' },
]);

type Load = (context: LoadContext) => Promise<void>;

const runs: Load = async ({ installation, counts }) => {
  const { run_id: runId } = await installation.submit('soak', PIPELINE);
  const { state, error } = await installation.waitForRun(runId, 300_000);
  if (state !== 'SUCCEEDED') throw new Error(`a run ended ${state}: ${error?.message ?? ''}`);
  const tasks = await installation.tasks(runId);
  for (const { task_id: taskId } of tasks) await (await fetch(`${installation.url}/apis/v2beta1/runs/${runId}/tasks/${taskId}/log`)).text();
  count(counts, 'logs', tasks.length);
  const { runs: old = [] } = await installation.request<{ runs?: { run_id: string; state: string; display_name: string }[] }>('GET', '/apis/v2beta1/runs?page_size=50&sort_by=created_at%20desc');
  for (const run of old.slice(RUN_KEPT_COUNT)) if (run.state === 'SUCCEEDED' && run.display_name !== DOWNLOADED) await installation.request('DELETE', `/apis/v2beta1/runs/${run.run_id}`).catch(whenGone);
};

/** Streams that their readers leave after a moment. */
const watches: Load = async ({ installation, signal }) => {
  const paths = ['/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', '/apis/v2beta1/runs:events', '/slipway/v1/artifacts:events', '/slipway/v1/cluster/events', '/api/v1/namespaces/default/configmaps?watch=true'];
  await Promise.all(paths.map(async (path, index) => {
    const leave = AbortSignal.any([signal, AbortSignal.timeout(500 + 400 * index)]);
    try {
      const response = await fetch(installation.url + path, { signal: leave });
      if (!response.ok) throw new Error(`${path} is answered ${response.status}`);
      for await (const _ of response.body ?? []) if (leave.aborted) break;
    } catch (error) {
      if (!leave.aborted) throw error;
    }
  }));
};

const uploads: Load = async ({ installation }) => {
  const form = new FormData();
  form.append('uploadfile', new Blob([JSON.stringify(PIPELINE)]), 'soak.json');
  const response = await fetch(`${installation.url}/apis/v2beta1/pipelines/upload?name=soak-${Math.round(performance.now() * 1000)}`, { method: 'POST', body: form });
  const { pipeline_id: id } = (await response.json()) as { pipeline_id?: string };
  if (id === undefined) throw new Error(`an upload was answered ${response.status}`);
  await installation.request('DELETE', `/apis/v2beta1/pipelines/${id}?cascade=true`);
};

/** The other load deletes the same ones. */
function whenGone(error: unknown): void {
  if (!String(error).includes(': 404 ')) throw error;
}

/** Tables, pages and archives of one run; of every second archive only the beginning is read. */
const downloads: Load = async ({ installation, counts }) => {
  const list = () => installation.request<{ artifacts?: { artifact_id: string; name: string }[] }>('GET', '/slipway/v1/artifacts?page_size=200&sort_by=created_at');
  let { artifacts = [] } = await list();
  if (!artifacts.some(({ name }) => name === 'prices')) {
    const { run_id: runId } = await installation.submit(DOWNLOADED, artifactPipeline());
    await installation.waitForRun(runId, 300_000);
    ({ artifacts = [] } = await list());
  }
  const idOf = (wanted: string) => artifacts.find(({ name }) => name === wanted)?.artifact_id;
  for (const path of [`${idOf('flowers')}/content`, `${idOf('flowers')}/table`, `${idOf('report')}/view`, `${idOf('prices')}/entries`, `${idOf('prices')}/archive`, `${idOf('model')}/archive`]) {
    const response = await fetch(`${installation.url}/slipway/v1/artifacts/${path}`);
    if (!response.ok) throw new Error(`${path} is answered ${response.status}`);
    if (path.endsWith('archive') && (counts.get('downloads') ?? 0) % 2 === 1) await response.body?.cancel();
    else await response.arrayBuffer();
  }
};

const objects: Load = async ({ installation }) => {
  const name = `soak-${Math.round(performance.now() * 1000)}`;
  const path = '/api/v1/namespaces/default/configmaps';
  await installation.request('POST', path, { metadata: { name, labels: { soak: 'yes' } }, data: { text: 'x'.repeat(10_000) } });
  const patch = { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"data":{"text":"short"}}' };
  await (await fetch(`${installation.url}${path}/${name}`, patch)).text();
  await (await fetch(`${installation.url}${path}?labelSelector=soak%3Dyes`)).text();
  await installation.request('DELETE', `${path}/${name}`);
};

/** Half a request, or a whole one whose answer nobody waits for. */
const goneClients: Load = async ({ installation }) => {
  const { port } = new URL(installation.url);
  const heads = ['POST /apis/v2beta1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"display_name":', 'GET /apis/v2beta1/runs?page_size=200 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET /api/v1/pods?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET /apis/v2beta1/runs:events HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET /api/v1/pods HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'];
  await Promise.all(heads.map((head) => new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(head, () => setTimeout(() => socket.resetAndDestroy(), 20)));
    socket.on('error', () => undefined).on('close', () => resolve()).resume();
  })));
};

/** Time between two of a kind, so that the machine has other things to do as well. */
const LOADS: Readonly<Record<string, readonly [load: Load, pauseMs: number]>> = { runs: [runs, 200], 'more runs': [runs, 300], watches: [watches, 100], uploads: [uploads, 500], downloads: [downloads, 300], objects: [objects, 100], 'gone clients': [goneClients, 300] };

/** Resolves when the signal is aborted and everybody has finished what he was at. Never rejects: faults are collected. */
export async function applyLoads(context: LoadContext): Promise<void> {
  await Promise.all(Object.entries(LOADS).map(async ([name, [load, pauseMs]]) => {
    while (!context.signal.aborted) {
      try {
        await load(context);
        count(context.counts, name, 1);
      } catch (error) {
        if (!context.signal.aborted) context.faults.push(`${name}: ${String(error)}`);
      }
      await systemClock.sleep(pauseMs, { signal: context.signal }).catch(() => undefined);
    }
  }));
}

function count(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
