// Takes one file the way that a user would: upload it, start a run of it, wait for its end.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/base/mod.ts';
import type { Installation, RunView } from '../../sim/installation.ts';
import { isMeantInvalid } from '../pipeline-files.ts';
import { expectationFor, type ClusterObject, type ExpectedEnd } from './expectations.ts';
import { needOf } from './needs.ts';
import { objectAt, sampleParameters } from './sample-parameters.ts';

export type ReachedEnd = 'succeeded' | 'failed' | 'refused' | 'deadline' | 'broken';

export interface Row {
  readonly file: string;
  readonly expected: ExpectedEnd;
  readonly reached: ReachedEnd;
  readonly seconds: number;
  readonly sentence: string;
}

const POD_NAMESPACE = 'kubeflow';
const ENDED_STATES: ReadonlySet<string> = new Set(['SUCCEEDED', 'CACHED', 'SKIPPED', 'FAILED', 'CANCELED']);
const SUCCEEDED: ExpectedEnd = { kind: 'succeeded' };

export async function runFile(installation: Installation, path: string, file: string, deadlineMs: number): Promise<Row> {
  const startedAtMs = Date.now();
  const told = expectationFor(file)?.end ?? endByFolder(file);
  const row = (expected: ExpectedEnd, reached: ReachedEnd, sentence: string): Row => {
    return { file, expected, reached, seconds: (Date.now() - startedAtMs) / 1000, sentence };
  };
  try {
    const uploaded = await upload(installation, path, file);
    if (!uploaded.ok) return row(told ?? SUCCEEDED, uploaded.reached, uploaded.sentence);
    const pipeline = await pipelineOf(installation, uploaded.pipelineId);
    const expected = told ?? needOf(pipeline) ?? SUCCEEDED;
    const started = await startRun(installation, uploaded.pipelineId, pipeline, file);
    if (!started.ok) return row(expected, started.reached, started.sentence);
    const run = await endOf(installation, started.runId, deadlineMs);
    if (run === undefined) return row(expected, 'deadline', await whereItStands(installation, started.runId));
    return row(expected, run.state === 'SUCCEEDED' ? 'succeeded' : 'failed', run.error?.message ?? '');
  } catch (error) {
    return row(told ?? SUCCEEDED, 'broken', error instanceof Error ? error.message : String(error));
  }
}

function endByFolder(file: string): ExpectedEnd | undefined {
  if (isMeantInvalid(file)) return { kind: 'refused', why: 'its folder says so' };
  return file.split('/').includes('failing') ? { kind: 'failed', why: 'its folder says so' } : undefined;
}

interface NotTaken {
  readonly ok: false;
  readonly reached: 'refused' | 'broken';
  readonly sentence: string;
}

async function upload(installation: Installation, path: string, file: string): Promise<{ ok: true; pipelineId: string } | NotTaken> {
  const form = new FormData();
  form.append('uploadfile', new Blob([readFileSync(path)]), basename(path));
  // Pipelines of the same file name lie in several folders.
  const name = file.slice(-128);
  const answer = await post(installation, `/apis/v2beta1/pipelines/upload?name=${encodeURIComponent(name)}`, { body: form });
  return answer.ok ? { ok: true, pipelineId: String(answer.body['pipeline_id']) } : answer;
}

async function pipelineOf(installation: Installation, pipelineId: string): Promise<JsonObject> {
  const versions = await installation.request<{ pipeline_versions: [JsonObject] }>('GET', `/apis/v2beta1/pipelines/${pipelineId}/versions`);
  const spec = objectAt(versions.pipeline_versions[0], 'pipeline_spec');
  return isJsonObject(spec['pipeline_spec']) ? spec['pipeline_spec'] : spec;
}

async function startRun(
  installation: Installation,
  pipelineId: string,
  pipeline: JsonObject,
  file: string,
): Promise<{ ok: true; runId: string } | NotTaken> {
  const expectation = expectationFor(file);
  for (const object of expectation?.objects ?? []) await createObject(installation, object);
  const parameters = sampleParameters(pipeline, expectation?.parameters ?? {});
  const body = { display_name: file, pipeline_version_reference: { pipeline_id: pipelineId }, runtime_config: { parameters } };
  const headers = { 'content-type': 'application/json' };
  const answer = await post(installation, '/apis/v2beta1/runs', { body: JSON.stringify(body), headers });
  return answer.ok ? { ok: true, runId: String(answer.body['run_id']) } : answer;
}

/** Another file may have created it already. */
async function createObject(installation: Installation, { path, body }: ClusterObject): Promise<void> {
  const url = `${installation.url}/api/v1/namespaces/${POD_NAMESPACE}/${path}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  if (!response.ok && response.status !== 409) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
}

async function post(installation: Installation, path: string, request: RequestInit): Promise<{ ok: true; body: JsonObject } | NotTaken> {
  const response = await fetch(`${installation.url}${path}`, { method: 'POST', ...request });
  const body = (await response.json()) as JsonObject;
  if (response.ok) return { ok: true, body };
  const sentence = String(body['error_message'] ?? body['message'] ?? response.status);
  return { ok: false, reached: response.status === 400 ? 'refused' : 'broken', sentence };
}

async function endOf(installation: Installation, runId: string, deadlineMs: number): Promise<RunView | undefined> {
  try {
    return await installation.waitForRun(runId, deadlineMs);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('waited')) throw error;
    return undefined;
  }
}

/** What the tasks that have not ended say they wait for; the run is terminated, so that it takes no time from the others. */
async function whereItStands(installation: Installation, runId: string): Promise<string> {
  const tasks = await installation.tasks(runId);
  const open = tasks.filter(({ state, type }) => type === 'RUNTIME' && !ENDED_STATES.has(state));
  await installation.request('POST', `/apis/v2beta1/runs/${runId}:terminate`);
  return open.map(({ name, status_metadata }) => `${name}: ${status_metadata?.message ?? 'running'}`).join('; ') || 'no task runs';
}
