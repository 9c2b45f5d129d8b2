// A pipeline with something of everything, spoiled at random and sent to a running system: it is refused with a sentence that
// names the place, or its run ends. A failure prints the seed; SLIPWAY_SEED=N runs it again, SLIPWAY_RANDOM_RUNS=N more of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Installation } from '../../sim/installation.ts';
import { mutations, spoiled } from '../../src/ir/testing/mutate.ts';
import { WHOLE_PIPELINE } from '../../src/ir/testing/whole-pipeline.ts';

const RUNS = Number(process.env['SLIPWAY_RANDOM_RUNS'] ?? 60);
const SEED = Number(process.env['SLIPWAY_SEED'] ?? Date.now() % 2 ** 31);
const RUN_TIME_MS_MAX = 120_000;
/** Where the pipeline stands in the body, and below it a path, a file or a word of it. */
const NAMES_THE_PLACE = /(pipeline_spec|runtime_config\.parameters)\b.* \S+/s;

const installation = new Installation();

before(() => installation.start());
after(() => installation.remove());

async function post(name: string, pipeline: unknown): Promise<{ status: number; runId?: string; message?: string }> {
  const body = JSON.stringify({ display_name: name, pipeline_spec: pipeline });
  const response = await fetch(`${installation.url}/apis/v2beta1/runs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answer = (await response.json()) as { run_id?: string; message?: string };
  return { status: response.status, ...(answer.run_id === undefined ? {} : { runId: answer.run_id }), ...(answer.message === undefined ? {} : { message: answer.message }) };
}

test('the sound pipeline succeeds', async () => {
  const { runId, message } = await post('sound', WHOLE_PIPELINE);
  assert.ok(runId !== undefined, message);
  const run = await installation.waitForRun(runId, RUN_TIME_MS_MAX);
  assert.equal(run.state, 'SUCCEEDED', run.error?.message);
});

test(`spoiled ones are refused by name or end (SLIPWAY_SEED=${SEED})`, { timeout: 2 * RUN_TIME_MS_MAX }, async () => {
  const documents = fc.sample(mutations, { numRuns: RUNS, seed: SEED }).map((changes) => ({ changes, document: spoiled(WHOLE_PIPELINE, changes) }));
  const started = new Map<string, string>();
  for (const { changes, document } of documents) {
    const what = JSON.stringify(changes);
    const { status, runId, message = '' } = await post('spoiled', document);
    if (status === 200 && runId !== undefined) started.set(runId, what);
    else {
      assert.equal(status, 400, `${what}: ${message}`);
      assert.match(message, NAMES_THE_PLACE, what);
    }
  }
  assert.ok(started.size > 0 && started.size < RUNS, `${started.size} of ${RUNS} were taken`);
  for (const [runId, what] of started) {
    const run = await installation.waitForRun(runId, RUN_TIME_MS_MAX);
    if (run.state !== 'SUCCEEDED') assert.ok((run.error?.message ?? '') !== '', `${what}: ${run.state} without a sentence`);
  }
  assert.doesNotMatch(installation.output, /"level":[56]0|request failed/);
});
