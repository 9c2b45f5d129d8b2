// /apis/v2beta1/pipelines/upload and /upload_version: a pipeline file as multipart form data, everything else in the query.
import { isJsonObject } from '../../base/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, type KfpOptions } from './context.ts';
import { pipelineMessage, pipelineVersionMessage } from './messages.ts';
import { FORM_BYTES_MAX, readUploadedFile, UPLOAD_BYTES_MAX } from './multipart.ts';
import { checkTags, type Tags } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { createVersionRow, versionNaming } from './pipeline-version-source.ts';
import { putNewVersion } from './pipeline-versions.ts';
import { createPipelineRow, getPipeline, putNewPipeline } from './pipelines.ts';
import { readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, uploadRefusalResponse } from './refusal.ts';

const FIELD = 'uploadfile';

export function uploadRoutes(options: KfpOptions, parser: PackageParser): Route[] {
  const settings = { bodyBytesMax: UPLOAD_BYTES_MAX + FORM_BYTES_MAX, refuse: uploadRefusalResponse };
  const path = '/apis/v2beta1/pipelines';
  return [
    kfpRoute('POST', `${path}/upload`, (request) => uploadPipeline(options, parser, request), settings),
    kfpRoute('POST', `${path}/upload_version`, (request) => uploadVersion(options, parser, request), settings),
  ];
}

const NAMING_PARAMETERS = ['name', 'display_name', 'description', 'tags', 'code_source_url'] as const;

/** The pipeline and its first version have the same name. */
async function uploadPipeline(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const parameters = readParameters(request.query, NAMING_PARAMETERS);
  const tags = readTags(parameters.tags);
  const file = await readUploadedFile(request.headers, await request.body(), FIELD);
  const source = await parser.parse(file.name, file.bytes);
  const name = parameters.name ?? parameters.display_name ?? source.name;
  const message = { ...parameters, name, description: parameters.description ?? source.description, tags };
  const pipeline = createPipelineRow(options, request, message);
  const version = createVersionRow(options, request, pipeline.pipelineId, versionNaming(parameters, name), message, source);
  await options.records.write((writer) => putNewPipeline(writer, pipeline, version));
  return jsonResponse(pipelineMessage(pipeline));
}

async function uploadVersion(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const parameters = readParameters(request.query, [...NAMING_PARAMETERS, 'pipelineid']);
  const tags = readTags(parameters.tags);
  const pipelineId = parameters.pipelineid;
  if (pipelineId === undefined) throw invalid('the query parameter pipelineid is missing');
  getPipeline(options.records, pipelineId);
  const file = await readUploadedFile(request.headers, await request.body(), FIELD);
  const source = await parser.parse(file.name, file.bytes);
  const naming = versionNaming(parameters, file.name || source.name);
  const version = createVersionRow(options, request, pipelineId, naming, { ...parameters, tags }, source);
  await options.records.write((writer) => putNewVersion(writer, version));
  return jsonResponse(pipelineVersionMessage(version));
}

/** A JSON object of strings. */
function readTags(text: string | undefined): Tags {
  if (text === undefined) return {};
  try {
    const tags: unknown = JSON.parse(text);
    if (isJsonObject(tags)) return checkTags('tags', tags);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid('the query parameter tags must be a JSON object like {"team": "vision"}');
}
