// /apis/v2beta1/pipelines: named pipelines; their versions are in pipeline-versions.ts.
import type { Pipeline, PipelineVersion, RecordReader, RecordWriter, Records } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, NAMESPACE, pathParameter, PIPELINE_BODY_BYTES_MAX, readJsonBody, type KfpOptions } from './context.ts';
import { PIPELINE_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { pipelineMessage } from './messages.ts';
import { checkDescription, checkName, checkTags, DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { createVersionRow, PIPELINE_VERSION, readVersionSource, versionNaming } from './pipeline-version-source.ts';
import { readBoolean, readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, refusal } from './refusal.ts';
import { quote, readMessage, type MessageOf } from './request-message.ts';

const PIPELINE = {
  pipeline_id: 'string',
  display_name: 'string',
  name: 'string',
  description: 'string',
  created_at: 'ignored',
  namespace: 'string',
  error: 'ignored',
  tags: 'struct',
} as const;
const CREATE_PIPELINE_AND_VERSION = { pipeline: { message: PIPELINE }, pipeline_version: { message: PIPELINE_VERSION } } as const;

export function pipelineRoutes(options: KfpOptions, parser: PackageParser): Route[] {
  const { records } = options;
  const path = '/apis/v2beta1/pipelines';
  return [
    kfpRoute('GET', path, (request) => listPipelines(records, request)),
    kfpRoute('POST', path, (request) => createPipeline(options, request)),
    kfpRoute('POST', `${path}/create`, (request) => createPipelineAndVersion(options, parser, request), {
      bodyBytesMax: PIPELINE_BODY_BYTES_MAX,
    }),
    kfpRoute('GET', `${path}/names/{name}`, (request) => getPipelineByName(records, request)),
    kfpRoute('GET', `${path}/{pipeline_id}`, (request) =>
      jsonResponse(pipelineMessage(getPipeline(records, pathParameter(request, 'pipeline_id')))),
    ),
    kfpRoute('PATCH', `${path}/{pipeline_id}`, (request) => updatePipeline(records, request)),
    kfpRoute('DELETE', `${path}/{pipeline_id}`, (request) => deletePipeline(records, request)),
  ];
}

/** Throws a refusal when there is none with this id. */
export function getPipeline(records: Pick<Records, 'pipeline'>, pipelineId: string): Pipeline {
  const pipeline = records.pipeline(pipelineId);
  if (pipeline === undefined) throw refusal('NotFound', `there is no pipeline with pipeline_id ${quote(pipelineId)}`);
  return pipeline;
}

/** A new row; `name` and `display_name` stand in for each other. */
export function createPipelineRow(
  { clock, rng }: KfpOptions,
  request: WebRequest,
  message: Omit<MessageOf<typeof PIPELINE>, 'pipeline_id' | 'namespace'>,
): Pipeline {
  return {
    pipelineId: rng.uuid(),
    namespace: NAMESPACE,
    creator: request.identity.user,
    createdAtMs: clock.now(),
    name: checkName('name', message.name || message.display_name),
    displayName: checkName('display_name', message.display_name || message.name, DISPLAY_NAME_CHARS_MAX),
    description: checkDescription('description', message.description),
    tags: checkTags('tags', message.tags),
  };
}

/** Writes a new pipeline, with its first version when there is one. */
export function putNewPipeline(writer: RecordWriter, pipeline: Pipeline, version?: PipelineVersion): void {
  if (writer.read.pipelineByName(NAMESPACE, pipeline.name) !== undefined) {
    throw refusal('AlreadyExists', `a pipeline with the name ${quote(pipeline.name)} already exists; use another name, or upload a new version of it`);
  }
  writer.putPipeline(pipeline);
  if (version !== undefined) writer.putPipelineVersion(version);
}

function listPipelines(records: Records, { query }: WebRequest): WebResponse {
  const parameters = readParameters(query, LIST_PARAMETERS);
  const request = readListRequest('pipelines', parameters, PIPELINE_FIELDS, {});
  return listResponse('pipelines', request, records.pipelines(request.query), pipelineMessage);
}

function getPipelineByName(records: RecordReader, request: WebRequest): WebResponse {
  const name = pathParameter(request, 'name');
  const pipeline = records.pipelineByName(NAMESPACE, name);
  if (pipeline === undefined) throw refusal('NotFound', `there is no pipeline with the name ${quote(name)}`);
  return jsonResponse(pipelineMessage(pipeline));
}

async function createPipeline(options: KfpOptions, request: WebRequest): Promise<WebResponse> {
  const pipeline = createPipelineRow(options, request, readMessage(PIPELINE, await readJsonBody(request), ''));
  await options.records.write((writer) => putNewPipeline(writer, pipeline));
  return jsonResponse(pipelineMessage(pipeline));
}

async function createPipelineAndVersion(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const message = readMessage(CREATE_PIPELINE_AND_VERSION, await readJsonBody(request), '');
  if (message.pipeline === undefined) throw invalid('pipeline is missing');
  if (message.pipeline_version === undefined) throw invalid('pipeline_version is missing');
  const source = await readVersionSource(options, parser, request, message.pipeline_version, 'pipeline_version.');
  const { name, display_name: displayName, description = source.description } = message.pipeline;
  const pipeline = createPipelineRow(options, request, { ...message.pipeline, name: name || displayName || source.name, description });
  const naming = versionNaming(message.pipeline_version, pipeline.name);
  const version = createVersionRow(options, request, pipeline.pipelineId, naming, message.pipeline_version, source);
  await options.records.write((writer) => putNewPipeline(writer, pipeline, version));
  return jsonResponse(pipelineMessage(pipeline));
}

/** Changes what the request gives of display_name, description and tags. */
async function updatePipeline(records: Records, request: WebRequest): Promise<WebResponse> {
  const pipelineId = pathParameter(request, 'pipeline_id');
  const message = readMessage(PIPELINE, await readJsonBody(request), '');
  if (message.pipeline_id !== undefined && message.pipeline_id !== '' && message.pipeline_id !== pipelineId) {
    throw invalid('pipeline_id of the body is not the one of the path');
  }
  const updated = await records.write((writer) => {
    const pipeline = getPipeline(writer.read, pipelineId);
    if (message.name && message.name !== pipeline.name) throw invalid('name cannot be changed; change display_name');
    const changed: Pipeline = {
      ...pipeline,
      ...(message.display_name ? { displayName: checkName('display_name', message.display_name, DISPLAY_NAME_CHARS_MAX) } : {}),
      ...(message.description === undefined ? {} : { description: checkDescription('description', message.description) }),
      ...(message.tags === undefined ? {} : { tags: checkTags('tags', message.tags) }),
    };
    writer.putPipeline(changed);
    return changed;
  });
  return jsonResponse(pipelineMessage(updated));
}

async function deletePipeline(records: Records, request: WebRequest): Promise<WebResponse> {
  const pipelineId = pathParameter(request, 'pipeline_id');
  const isCascade = readBoolean('cascade', readParameters(request.query, ['cascade']).cascade);
  await records.write((writer) => {
    getPipeline(writer.read, pipelineId);
    if (!isCascade && writer.read.latestPipelineVersion(pipelineId) !== undefined) {
      throw invalid('the pipeline has versions: delete them first, or delete it with cascade=true');
    }
    writer.deletePipeline(pipelineId);
  });
  return jsonResponse({});
}
