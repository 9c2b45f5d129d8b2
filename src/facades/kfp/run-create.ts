// POST /apis/v2beta1/runs: everything that can be refused is refused before anything is written.
import { expandMacros } from '../../ir/mod.ts';
import { newRun } from '../../records/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { NAMESPACE, type KfpOptions } from './context.ts';
import { ensureDefaultExperiment, getExperiment } from './experiments.ts';
import { DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { readParameters } from './query-parameters.ts';
import { jsonResponse, refusal } from './refusal.ts';
import { readMessage } from './request-message.ts';
import { runMessage } from './run-message.ts';
import { checkParameters, readRunSource, RUN_SOURCE } from './run-source.ts';

const RUN = {
  ...RUN_SOURCE,
  run_id: 'ignored',
  storage_state: 'ignored',
  created_at: 'ignored',
  scheduled_at: 'ignored',
  finished_at: 'ignored',
  state: 'ignored',
  error: 'ignored',
  run_details: 'ignored',
  recurring_run_id: 'ignored',
  state_history: 'ignored',
  plugins_input: 'struct',
  plugins_output: 'ignored',
  pipeline_reference: 'ignored',
  task_count: 'ignored',
  tasks: 'ignored',
} as const;

export async function createRun(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const message = readMessage(RUN, await parser.readBody(await request.body()), '');
  if (Object.keys(message.plugins_input ?? {}).length > 0) throw refusal('Unimplemented', 'plugins_input is not supported');
  const { reference, pipeline, document, parameters: given, ...source } = readRunSource(options, message, DISPLAY_NAME_CHARS_MAX);
  const [runId, nowMs] = [options.rng.uuid(), options.clock.now()];
  const parameters = expandMacros(given, { runId, nowMs });
  checkParameters(pipeline, parameters);
  const { experiment_id: deprecatedId } = readParameters(request.query, ['experiment_id']);
  const run = await options.records.write((writer) => {
    const experimentId = message.experiment_id || deprecatedId;
    const creator = request.identity.user;
    const experiment = experimentId ? getExperiment(writer.read, experimentId) : ensureDefaultExperiment(writer, options, creator);
    const row = newRun({
      ...source,
      ...reference,
      runId,
      namespace: NAMESPACE,
      creator,
      createdAtMs: nowMs,
      experimentId: experiment.experimentId,
      pipelineSpec: document,
      pipelineName: pipeline.name,
      parameters,
      scheduledAtMs: nowMs,
    });
    writer.putRun(row);
    writer.putExperiment({ ...experiment, lastRunCreatedAtMs: nowMs });
    return row;
  });
  return jsonResponse(runMessage(run));
}
