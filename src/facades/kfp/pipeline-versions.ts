// /apis/v2beta1/pipelines/{pipeline_id}/versions: the IR documents of a pipeline.
import type { PipelineVersion, RecordReader, RecordWriter, Records } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, pathParameter, PIPELINE_BODY_BYTES_MAX, readJsonBody, type KfpOptions } from './context.ts';
import { VERSION_FIELDS } from './list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from './list-request.ts';
import { pipelineVersionMessage, versionSummary } from './messages.ts';
import { checkDescription, checkName, checkTags, DISPLAY_NAME_CHARS_MAX } from './names.ts';
import type { PackageParser } from './package-parser.ts';
import { createVersionRow, PIPELINE_VERSION, readVersionSource, versionNaming } from './pipeline-version-source.ts';
import { getPipeline } from './pipelines.ts';
import { readParameters } from './query-parameters.ts';
import { invalid, jsonResponse, refusal } from './refusal.ts';
import { quote, readMessage } from './request-message.ts';

export function pipelineVersionRoutes(options: KfpOptions, parser: PackageParser): Route[] {
  const { records } = options;
  const path = '/apis/v2beta1/pipelines/{pipeline_id}/versions';
  const one = `${path}/{pipeline_version_id}`;
  return [
    kfpRoute('GET', path, (request) => listVersions(records, request)),
    kfpRoute('POST', path, (request) => createVersion(options, parser, request), { bodyBytesMax: PIPELINE_BODY_BYTES_MAX }),
    kfpRoute('GET', one, (request) => jsonResponse(pipelineVersionMessage(versionOfPath(records, request)))),
    kfpRoute('PATCH', one, (request) => updateVersion(records, request), { bodyBytesMax: PIPELINE_BODY_BYTES_MAX }),
    kfpRoute('DELETE', one, async (request) => {
      await records.write((writer) => writer.deletePipelineVersion(versionOfPath(writer.read, request).pipelineVersionId));
      return jsonResponse({});
    }),
  ];
}

/** Throws a refusal when the pipeline has no version with this id. `pipelineId` undefined takes any pipeline's. */
export function getVersion(records: Pick<Records, 'pipelineVersion'>, pipelineId: string | undefined, versionId: string): PipelineVersion {
  const version = records.pipelineVersion(versionId);
  if (version === undefined || (pipelineId !== undefined && version.pipelineId !== pipelineId)) {
    const where = pipelineId === undefined ? '' : ` in the pipeline ${quote(pipelineId)}`;
    throw refusal('NotFound', `there is no pipeline version with pipeline_version_id ${quote(versionId)}${where}`);
  }
  return version;
}

/** Writes a new version of a pipeline that must exist. */
export function putNewVersion(writer: RecordWriter, version: PipelineVersion): void {
  getPipeline(writer.read, version.pipelineId);
  if (writer.read.pipelineVersionByName(version.pipelineId, version.name) !== undefined) {
    throw refusal('AlreadyExists', `the pipeline already has a version with the name ${quote(version.name)}`);
  }
  writer.putPipelineVersion(version);
}

function versionOfPath(records: RecordReader, request: WebRequest): PipelineVersion {
  return getVersion(records, pathParameter(request, 'pipeline_id'), pathParameter(request, 'pipeline_version_id'));
}

function listVersions(records: Records, request: WebRequest): WebResponse {
  const { pipelineId } = getPipeline(records, pathParameter(request, 'pipeline_id'));
  // Slipway adds `view=SUMMARY`: versions without their pipelines, as the list's event stream tells them.
  const { view, ...parameters } = readParameters(request.query, [...LIST_PARAMETERS, 'view']);
  const list = readListRequest('pipeline_versions', parameters, VERSION_FIELDS, { pipelineId });
  return listResponse('pipeline_versions', list, records.pipelineVersions(list.query), view === 'SUMMARY' ? versionSummary : pipelineVersionMessage);
}

async function createVersion(options: KfpOptions, parser: PackageParser, request: WebRequest): Promise<WebResponse> {
  const pipelineId = pathParameter(request, 'pipeline_id');
  const message = readMessage(PIPELINE_VERSION, await readJsonBody(request), '');
  if (message.pipeline_id && message.pipeline_id !== pipelineId) throw invalid('pipeline_id of the body is not the one of the path');
  getPipeline(options.records, pipelineId);
  const source = await readVersionSource(options, parser, request, message, '');
  const version = createVersionRow(options, request, pipelineId, versionNaming(message, source.name), message, source);
  await options.records.write((writer) => putNewVersion(writer, version));
  return jsonResponse(pipelineVersionMessage(version));
}

/** Changes what the request gives of display_name, description and tags. */
async function updateVersion(records: Records, request: WebRequest): Promise<WebResponse> {
  const message = readMessage(PIPELINE_VERSION, await readJsonBody(request), '');
  const updated = await records.write((writer) => {
    const version = versionOfPath(writer.read, request);
    for (const [field, id] of [['pipeline_id', version.pipelineId], ['pipeline_version_id', version.pipelineVersionId]] as const) {
      if (message[field] && message[field] !== id) throw invalid(`${field} of the body is not the one of the path`);
    }
    if (message.name && message.name !== version.name) throw invalid('name cannot be changed; change display_name');
    const changed: PipelineVersion = {
      ...version,
      ...(message.display_name ? { displayName: checkName('display_name', message.display_name, DISPLAY_NAME_CHARS_MAX) } : {}),
      ...(message.description === undefined ? {} : { description: checkDescription('description', message.description) }),
      ...(message.tags === undefined ? {} : { tags: checkTags('tags', message.tags) }),
    };
    writer.putPipelineVersion(changed);
    return changed;
  });
  return jsonResponse(pipelineVersionMessage(updated));
}
