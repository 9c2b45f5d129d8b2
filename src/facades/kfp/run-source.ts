// What the run of a request is of: its pipeline, and what is checked of its parameters and texts before anything is written.
import { describeError, type JsonObject } from '../../base/mod.ts';
import { parsePipelineOnce, resolveRunParameters, type PipelineSpec } from '../../ir/mod.ts';
import type { PipelineVersion, RecordReader, Run } from '../../records/mod.ts';
import type { KfpOptions } from './context.ts';
import { checkDescription, checkName } from './names.ts';
import { checkPipeline, type CheckedPipeline } from './pipeline-package.ts';
import { getVersion } from './pipeline-versions.ts';
import { getPipeline } from './pipelines.ts';
import { invalid, refusal } from './refusal.ts';
import { quote, type MessageOf } from './request-message.ts';

/** The fields of a request that say what is to be run, once or again and again. */
export const RUN_SOURCE = {
  experiment_id: 'string',
  display_name: 'string',
  description: 'string',
  pipeline_version_id: 'string',
  pipeline_spec: 'struct',
  pipeline_version_reference: { message: { pipeline_id: 'string', pipeline_version_id: 'string' } },
  runtime_config: { message: { parameters: 'struct', pipeline_root: 'string' } },
  service_account: 'string',
} as const;
type SourceRequest = MessageOf<typeof RUN_SOURCE>;

/** Longest text of pipeline_root and service_account. */
const TEXT_CHARS_MAX = 2_048;
/** Length of the parameters as JSON. */
const PARAMETERS_CHARS_MAX = 4 * 1024 * 1024;

interface PipelineSource extends CheckedPipeline {
  readonly reference: Pick<Run, 'pipelineId' | 'pipelineVersionId'>;
}

export interface RunSource extends PipelineSource, Pick<Run, 'displayName' | 'description' | 'pipelineRoot' | 'serviceAccount'> {
  /** As they were given, to be checked when their macros are expanded. */
  readonly parameters: JsonObject;
}

/** Throws a refusal that names the field. */
export function readRunSource(options: KfpOptions, message: SourceRequest, nameCharsMax: number): RunSource {
  const { runtime_config: { parameters = {}, pipeline_root: pipelineRoot = '' } = {}, service_account: serviceAccount = '' } = message;
  const displayName = checkName('display_name', message.display_name, nameCharsMax);
  const description = checkDescription('description', message.description);
  checkPipelineRoot(options, pipelineRoot);
  checkText('service_account', serviceAccount);
  return { ...readPipeline(options.records, message), displayName, description, pipelineRoot, serviceAccount, parameters };
}

/** The IR itself, or that of a version: the one named, or the pipeline's newest. */
function readPipeline(records: RecordReader, message: SourceRequest): PipelineSource {
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

export function checkParameters(pipeline: PipelineSpec, parameters: JsonObject): void {
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
