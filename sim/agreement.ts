// Whether what different parts of an installation say of the same steps agrees: records, objects, logs and blobs.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../src/base/mod.ts';
import { openLocalBlobs } from '../src/blobs/mod.ts';
import type { Installation } from './installation.ts';

interface Task {
  readonly task_id: string;
  readonly scope_path: string;
  readonly state?: string;
  readonly pods?: readonly { readonly name: string }[];
  readonly outputs?: { readonly artifacts?: readonly { readonly artifact_key: string; readonly artifacts: readonly { readonly uri: string }[] }[] };
}

const LOG_KEY = 'executor-logs';
const ROOT_URI = 'minio://mlpipeline/v2/artifacts';
/** What a step prints first; the others print nothing. */
const FIRST_WORDS: Readonly<Record<string, string>> = { make: 'making', add: 'adding' };

/** Throws when a successful step of these runs lacks its log, its artifact or the end of its Pod, or when files belong to no run. */
export async function checkAgreement(installation: Installation, runIds: readonly string[]): Promise<void> {
  const blobs = openLocalBlobs({ directory: join(installation.dataDir, 'artifacts'), defaultRootUri: ROOT_URI, log: silentLog });
  for (const runId of runIds) {
    const { tasks = [] } = await installation.request<{ tasks?: Task[] }>('GET', `/apis/v2beta1/runs/${runId}/tasks?page_size=200`);
    for (const task of tasks) {
      // The bytes of a log are the log's own.
      const stored = task.outputs?.artifacts?.filter(({ artifact_key: key }) => key !== LOG_KEY) ?? [];
      for (const { uri } of stored.flatMap(({ artifacts }) => artifacts)) {
        assert.ok(((await blobs.stat(uri))?.sizeBytes ?? 0) > 0, `${runId} ${task.scope_path}: nothing lies at ${uri}`);
      }
      if (task.state === 'SUCCEEDED' && task.pods !== undefined) await checkStep(installation, runId, task);
    }
  }
  await checkDirectories(installation);
}

async function checkStep(installation: Installation, runId: string, { task_id: taskId, scope_path: path, pods = [] }: Task): Promise<void> {
  const word = Object.entries(FIRST_WORDS).find(([name]) => path.split('.').at(-1)!.startsWith(name))?.[1] ?? '';
  const response = await fetch(`${installation.url}/apis/v2beta1/runs/${runId}/tasks/${taskId}/log`);
  const text = await response.text();
  assert.ok(response.ok && text.includes(word), `${runId} ${path}: the log is ${response.status} ${JSON.stringify(text.slice(0, 200))}`);
  const pod = await installation.request<{ status: { phase: string } }>('GET', `/api/v1/namespaces/kubeflow/pods/${pods[0]!.name}`);
  assert.equal(pod.status.phase, 'Succeeded', `${runId} ${path}: phase of the Pod`);
}

/** One for each run below each pipeline. */
async function checkDirectories(installation: Installation): Promise<void> {
  const root = join(installation.dataDir, 'artifacts', 'minio', 'mlpipeline', 'v2', 'artifacts');
  for (const pipeline of readdirSync(root)) {
    for (const runId of readdirSync(join(root, pipeline))) {
      await installation.request('GET', `/apis/v2beta1/runs/${runId}`);
    }
  }
}
