// POST /apis/v2beta1/runs: everything that can be refused is refused before anything is written.
import { expandMacros } from '../../ir/mod.ts';
import { newRun } from '../../records/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { NAMESPACE, type KfpOptions } from './context.ts';
import { ensureDefaultExperiment, getExperiment } from './experiments.ts';
import { checkDescription, checkName, DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { readParameters } from './query-parameters.ts';
import { jsonResponse, refusal } from './refusal.ts';
import { readMessage } from './request-message.ts';
import { runMessage } from './run-message.ts';
import { checkParameters, checkPipelineRoot, checkText, PIPELINE_VERSION_REFERENCE, readSource } from './run-source.ts';

const RUN = {
  experiment_id: 'string',
  run_id: 'ignored',
  display_name: 'string',
  storage_state: 'ignored',
  description: 'string',
  pipeline_version_id: 'string',
  pipeline_spec: 'struct',
  pipeline_version_reference: PIPELINE_VERSION_REFERENCE,
  runtime_config: { message: { parameters: 'struct', pipeline_root: 'string' } },
  service_account: 'string',
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
  const displayName = checkName('display_name', message.display_name, DISPLAY_NAME_CHARS_MAX);
  const description = checkDescription('description', message.description);
  const { parameters: given = {}, pipeline_root: pipelineRoot = '' } = message.runtime_config ?? {};
  checkPipelineRoot(options, pipelineRoot);
  checkText('service_account', message.service_account ?? '');
  const source = readSource(options.records, message);
  const [runId, nowMs] = [options.rng.uuid(), options.clock.now()];
  const parameters = expandMacros(given, { runId, nowMs });
  checkParameters(source.pipeline, parameters);
  const { experiment_id: deprecatedId } = readParameters(request.query, ['experiment_id']);
  const run = await options.records.write((writer) => {
    const experimentId = message.experiment_id || deprecatedId;
    const creator = request.identity.user;
    const experiment = experimentId ? getExperiment(writer.read, experimentId) : ensureDefaultExperiment(writer, options, creator);
    const row = newRun({
      ...source.reference,
      runId,
      namespace: NAMESPACE,
      creator,
      createdAtMs: nowMs,
      experimentId: experiment.experimentId,
      displayName,
      description,
      pipelineSpec: source.document,
      pipelineName: source.pipeline.name,
      parameters,
      pipelineRoot,
      serviceAccount: message.service_account ?? '',
      scheduledAtMs: nowMs,
    });
    writer.putRun(row);
    writer.putExperiment({ ...experiment, lastRunCreatedAtMs: nowMs });
    return row;
  });
  return jsonResponse(runMessage(run));
}
