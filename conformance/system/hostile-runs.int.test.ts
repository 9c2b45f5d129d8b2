// Hostile pipelines that only show what they are when they run.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../src/base/mod.ts';
import { Installation, podDirectoriesOf } from '../../sim/installation.ts';
import { HOSTILE_RUNS, type HostileRun } from './support/hostile-runs.ts';
import { rawRequest } from './support/raw-http.ts';

const RUN_TIME_MS_MAX = 20_000;
/** What a person reads: longer ones are logs, not sentences. */
const SENTENCE_CHARS_MAX = 4_000;

const installation = new Installation();

before(() => installation.start());
after(() => installation.remove());

for (const hostile of HOSTILE_RUNS) {
  test(`run: ${hostile.name}`, () => withstandRun(hostile));
}

async function withstandRun({ name, pipeline, parameters, mayPass = false, says = /./ }: HostileRun): Promise<void> {
  const body = JSON.stringify({ display_name: name.slice(0, 100).replaceAll(/\p{Cc}/gu, ' '), pipeline_spec: pipeline(), runtime_config: { parameters: parameters?.() ?? {} } });
  const response = await rawRequest(Number(new URL(installation.url).port), { method: 'POST', path: '/apis/v2beta1/runs', headers: { 'Content-Type': 'application/json' }, body });
  const answer = JSON.parse(response.text) as { run_id?: string; message?: string };
  if (answer.run_id === undefined) {
    assert.equal(response.status, 400, response.text.slice(0, 500));
    return assertSentence(answer.message, says);
  }
  const run = await installation.waitForRun(answer.run_id, RUN_TIME_MS_MAX);
  if (run.state === 'SUCCEEDED' && mayPass) return;
  assert.equal(run.state, 'FAILED', 'it ran as if nothing were wrong');
  assertSentence(run.error?.message, says);
}

function assertSentence(message: string | undefined, says: RegExp): void {
  assert.ok(message !== undefined && message !== '', 'nothing is said');
  assert.match(message, says);
  assert.ok(message.length <= SENTENCE_CHARS_MAX, `the sentence has ${message.length} characters`);
  assert.doesNotMatch(message, /\n {4}at |undefined|\[object/);
}

test('nothing escaped, nothing was left, and the server found no fault in itself', async () => {
  for (const path of ['/evil', '/etc/evil', '/tmp/evil', '/tmp/owned', '/b', join(installation.dataDir, 'evil'), join(installation.dataDir, 'artifacts', 'evil')]) {
    assert.equal(existsSync(path), false, path);
  }
  const runs = await installation.request<{ runs: { state: string }[] }>('GET', '/apis/v2beta1/runs?page_size=200');
  assert.ok(runs.runs.every(({ state }) => ['SUCCEEDED', 'FAILED'].includes(state)));
  await until('the directories of the Pods to go', () => podDirectoriesOf(installation.dataDir).length === 0);
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
