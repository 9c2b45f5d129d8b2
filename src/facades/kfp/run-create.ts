// POST /apis/v2beta1/runs: everything that can be refused is refused before anything is written.
import { describeError, type JsonObject } from '../../base/mod.ts';
import { expandMacros, parsePipelineOnce, resolveRunParameters, type PipelineSpec } from '../../ir/mod.ts';
import type { PipelineVersion, RecordReader, Run } from '../../records/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { NAMESPACE, type KfpOptions } from './context.ts';
import { ensureDefaultExperiment, getExperiment } from './experiments.ts';
import { checkDescription, checkName, DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { checkPipeline, type CheckedPipeline } from './pipeline-package.ts';
import { getVersion } from './pipeline-versions.ts';
import { getPipeline } from './pipelines.ts';
import { readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, refusal } from './refusal.ts';
import { quote, readMessage, type MessageOf } from './request-message.ts';
import { runMessage } from './run-message.ts';

const PIPELINE_VERSION_REFERENCE = { message: { pipeline_id: 'string', pipeline_version_id: 'string' } } as const;
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
type RunRequest = MessageOf<typeof RUN>;

/** Longest text of pipeline_root and service_account. */
const TEXT_CHARS_MAX = 2_048;
/** Length of the parameters as JSON. */
const PARAMETERS_CHARS_MAX = 4 * 1024 * 1024;

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
    const row: Run = {
      ...source.reference,
      runId,
      namespace: NAMESPACE,
      creator,
      createdAtMs: nowMs,
      experimentId: experiment.experimentId,
      displayName,
      description,
      storageState: 'AVAILABLE',
      pipelineSpec: source.document,
      pipelineName: source.pipeline.name,
      parameters,
      pipelineRoot,
      serviceAccount: message.service_account ?? '',
      state: 'PENDING',
      reason: '',
      message: '',
      stateHistory: [{ atMs: nowMs, state: 'PENDING' }],
      scheduledAtMs: nowMs,
      retryCount: 0,
    };
    writer.putRun(row);
    writer.putExperiment({ ...experiment, lastRunCreatedAtMs: nowMs });
    return row;
  });
  return jsonResponse(runMessage(run));
}

interface RunSource extends CheckedPipeline {
  readonly reference: Pick<Run, 'pipelineId' | 'pipelineVersionId'>;
}

/** The IR itself, or that of a version: the one named, or the pipeline's newest. */
function readSource(records: RecordReader, message: RunRequest): RunSource {
  const { pipeline_spec: spec, pipeline_version_reference: reference } = message;
  const versionId = reference?.pipeline_version_id || message.pipeline_version_id || '';
  const pipelineId = reference?.pipeline_id ?? '';
  const hasReference = versionId !== '' || pipelineId !== '';
  if (spec !== undefined && hasReference) throw invalid('give either pipeline_spec or pipeline_version_reference, not both');
  if (spec !== undefined) return { ...checkPipeline(parsePipelineOnce(spec), 'pipeline_spec'), reference: {} };
  if (!hasReference) throw invalid('pipeline_spec or pipeline_version_reference is missing');
  const version = versionId === '' ? latestVersion(records, pipelineId) : getVersion(records, pipelineId || undefined, versionId);
  return {
    ...checkPipeline(parsePipelineOnce(version.pipelineSpec), 'the pipeline version'),
    reference: { pipelineId: version.pipelineId, pipelineVersionId: version.pipelineVersionId },
  };
}

function latestVersion(records: RecordReader, pipelineId: string): PipelineVersion {
  getPipeline(records, pipelineId);
  const version = records.latestPipelineVersion(pipelineId);
  if (version === undefined) throw refusal('FailedPrecondition', `the pipeline ${quote(pipelineId)} has no version to run`);
  return version;
}

function checkParameters(pipeline: PipelineSpec, parameters: JsonObject): void {
  if (JSON.stringify(parameters).length > PARAMETERS_CHARS_MAX) {
    throw invalid(`runtime_config.parameters has more than ${PARAMETERS_CHARS_MAX} characters as JSON`);
  }
  const resolved = resolveRunParameters(pipeline, parameters);
  if (!resolved.ok) throw invalid(`runtime_config.parameters: ${resolved.message}`);
}

/** '' is the installation's own; what follows a question mark is for clients of object stores. */
function checkPipelineRoot({ blobs }: KfpOptions, uri: string): void {
  const field = 'runtime_config.pipeline_root';
  checkText(field, uri);
  if (uri === '' || blobs === undefined) return;
  try {
    const [root = ''] = uri.split('?', 1);
    blobs.localPathOf(`${root.replace(/\/+$/, '')}/run`);
  } catch (error) {
    throw invalid(`${field}: ${describeError(error)}`);
  }
}

function checkText(field: string, text: string): void {
  if (text.length > TEXT_CHARS_MAX) throw invalid(`${field} is longer than ${TEXT_CHARS_MAX} characters`);
}
