// Whether what different parts of an installation say of the same steps agrees: records, objects, logs and blobs.
import assert from 'node:assert/strict';
import { until } from '../src/base/mod.ts';
import type { Installation, RunView } from './installation.ts';

interface Task {
  readonly task_id: string;
  readonly scope_path: string;
  readonly state?: string;
  readonly pods?: readonly { readonly name: string; readonly uid?: string }[];
  readonly outputs?: { readonly artifacts?: readonly { readonly artifact_key: string; readonly artifacts: readonly { readonly artifact_id: string }[] }[] };
}

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly labels?: Readonly<Record<string, string>> };
  readonly status: { readonly phase: string };
}

const LOG_KEY = 'executor-logs';
const RUN_LABEL = 'pipelines.slipway.dev/run-id';
/** What the steps of the campaign write. */
const CONTENTS: Readonly<Record<string, string>> = { numbers: '1\n2\n3\n', table: 'x\nx\nx\nx\n' };
/** What a step prints once, after what the SDK says; the others print nothing of their own. */
const WORDS: Readonly<Record<string, RegExp>> = { make: /^making \S+$/gm, add: /^adding \S+$/gm };
/** Of a run whose cached step was found: make, five of add, the flaky one, the exit task. */
const STEP_COUNT = 8;
const SPEAKING_STEP_COUNT = 6;
/** The flaky step has two. */
const POD_COUNT = STEP_COUNT + 1;
/** So many ended Pods are kept; older ones go. */
const PODS_KEPT = 200;

/** Throws when of one of these runs, which have all succeeded, a step lacks its log, its artifacts or its Pod, or has more of it than it should. */
export async function checkAgreement(installation: Installation, runs: readonly RunView[]): Promise<void> {
  // The last status of a Pod follows the result of its step.
  const pods = await until('all Pods to have ended', async () => {
    const { items } = await installation.request<{ items: Pod[] }>('GET', '/api/v1/namespaces/kubeflow/pods');
    return items.every(({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed') && items;
  });
  for (const run of runs) await checkRun(installation, run, pods);
}

async function checkRun(installation: Installation, { run_id: runId, display_name: name }: RunView, pods: readonly Pod[]): Promise<void> {
  const { tasks = [] } = await installation.request<{ tasks?: Task[] }>('GET', `/apis/v2beta1/runs/${runId}/tasks?page_size=200`);
  const steps = tasks.filter(({ pods: own = [] }) => own.length > 0);
  assert.deepEqual(steps.map(({ state }) => state), Array.from({ length: STEP_COUNT }, () => 'SUCCEEDED'), `${name}: states of its steps`);
  let spokenCount = 0;
  for (const step of steps) spokenCount += await checkLog(installation, runId, step);
  assert.equal(spokenCount, SPEAKING_STEP_COUNT, `${name}: logs in which a step says what it does`);
  await checkArtifacts(installation, name, tasks);
  checkPods(name, steps, pods, pods.filter(({ metadata }) => metadata.labels?.[RUN_LABEL] === runId));
}

/** How many lines of its own it has: one, however often the server died while it was written, or none. */
async function checkLog(installation: Installation, runId: string, { task_id: taskId, scope_path: path }: Task): Promise<number> {
  const response = await fetch(`${installation.url}/apis/v2beta1/runs/${runId}/tasks/${taskId}/log`);
  const text = await response.text();
  assert.equal(response.status, 200, `${runId} ${path}: its log is ${text.slice(0, 200)}`);
  const word = Object.entries(WORDS).find(([step]) => path.split('.').at(-1)!.startsWith(step))?.[1];
  if (word === undefined) return 0;
  assert.equal(text.match(word)?.length, 1, `${runId} ${path}: its log is ${JSON.stringify(text.slice(0, 500))}`);
  return 1;
}

/** Each kind is there, and is what was written. */
async function checkArtifacts(installation: Installation, name: string, tasks: readonly Task[]): Promise<void> {
  const seen = new Set<string>();
  for (const { scope_path: path, outputs } of tasks) {
    for (const { artifact_key: key, artifacts } of outputs?.artifacts ?? []) {
      // The bytes of a log are the log's own.
      if (key === LOG_KEY) continue;
      for (const { artifact_id: id } of artifacts) {
        const response = await fetch(`${installation.url}/slipway/v1/artifacts/${id}/content`);
        assert.deepEqual([response.status, await response.text()], [200, CONTENTS[key]], `${name} ${path}: content of ${key}`);
        seen.add(key);
      }
    }
  }
  assert.deepEqual([...seen].toSorted(), Object.keys(CONTENTS), `${name}: artifacts of its steps`);
}

function checkPods(name: string, steps: readonly Task[], all: readonly Pod[], own: readonly Pod[]): void {
  const isWhole = all.length < PODS_KEPT;
  assert.ok(own.length <= POD_COUNT && (own.length === POD_COUNT || !isWhole), `${name} has ${own.length} Pods of ${POD_COUNT}: ${own.map(({ metadata }) => metadata.name).join(', ')}`);
  for (const { scope_path: path, pods = [] } of steps) {
    const pod = own.find(({ metadata }) => metadata.name === pods[0]!.name);
    if (pod === undefined) assert.ok(!isWhole, `${name} ${path}: its Pod is gone`);
    else assert.deepEqual([pod.status.phase, pod.metadata.uid], ['Succeeded', pods[0]!.uid], `${name} ${path}: phase and uid of its Pod`);
  }
  assert.ok(own.filter(({ status }) => status.phase === 'Failed').length <= 1, `${name}: Pods that failed`);
}
