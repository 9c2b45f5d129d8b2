// The HTTP side of discovery: which document a path asks for, and in which dialect.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { aggregatedDiscovery, coreVersions, groupDocument, groupList, resourceList, type AggregatedVersion } from '../discovery/documents.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { isOpenApiV2Protobuf, OPENAPI_V2_PROTOBUF } from '../discovery/openapi-v2.ts';
import { noSuchResource } from '../refusals.ts';
import { isJson, parseAccept, YAML_TYPE, type MediaRange } from './accept.ts';
import type { ApiPath } from './resource-path.ts';
import { jsonResponse, JSON_TYPE, notAcceptable, statusResponse, streamHeaders, textResponse } from './respond.ts';

type DiscoveryPath = Exclude<ApiPath, { kind: 'resource' | 'watch' }>;

export function handleDiscovery(discovery: Discovery, request: WebRequest, path: DiscoveryPath): WebResponse {
  const groups = discovery.groupVersions();
  switch (path.kind) {
    case 'api-root':
    case 'groups-root':
      return rootResponse(discovery, request, path.kind);
    case 'group': {
      const document = groupDocument(groups, path.group);
      return document === undefined ? statusResponse(noSuchResource().status) : jsonResponse(200, document);
    }
    default: {
      const found = discovery.groupVersion(path.group, path.version);
      return found === undefined ? statusResponse(noSuchResource().status) : jsonResponse(200, resourceList(found));
    }
  }
}

/** The root documents come in the first dialect that the client names and we speak. */
function rootResponse(discovery: Discovery, request: WebRequest, kind: 'api-root' | 'groups-root'): WebResponse {
  const isCore = kind === 'api-root';
  const all = discovery.groupVersions();
  for (const range of parseAccept(request.headers.accept)) {
    const version = aggregatedVersionOf(range);
    if (version !== undefined) {
      const groups = all.filter(({ group }) => (group === '') === isCore);
      // Clients compare this text as a whole.
      const type = `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return jsonResponse(200, aggregatedDiscovery(groups, version), { 'content-type': type });
    }
    if ((isJson(range.type) || range.type === YAML_TYPE) && !range.parameters.has('as')) return jsonResponse(200, isCore ? coreVersions(all) : groupList(all));
  }
  return notAcceptable();
}

function aggregatedVersionOf({ type, parameters }: MediaRange): AggregatedVersion | undefined {
  if (!isJson(type) || parameters.get('g') !== 'apidiscovery.k8s.io' || parameters.get('as') !== 'APIGroupDiscoveryList') return undefined;
  const version = parameters.get('v');
  return version === 'v2' || version === 'v2beta1' ? version : undefined;
}

/** The index of the OpenAPI documents; the hash in each address changes with its document, so clients may keep it forever. */
export async function handleOpenApiIndex(discovery: Discovery): Promise<WebResponse> {
  const paths: Record<string, JsonObject> = {};
  for (const path of discovery.openApiPaths()) {
    // Each document takes a turn of its own: together they are some tens of milliseconds.
    await nextTurn();
    const document = discovery.openApi(path);
    if (document !== undefined) paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${document.hash}` };
  }
  return jsonResponse(200, { paths });
}

export function handleOpenApiDocument(discovery: Discovery, request: WebRequest): WebResponse {
  const document = discovery.openApi(request.path.replace(/^\/openapi\/v3\//, ''));
  if (document === undefined) return statusResponse(noSuchResource().status);
  const etag = `"${document.hash}"`;
  const isPinned = request.query.get('hash') === document.hash;
  const caching: Record<string, string> = isPinned ? { 'cache-control': 'public, immutable', expires: 'Fri, 31 Dec 2100 00:00:00 GMT' } : {};
  if (request.headers['if-none-match'] === etag) return { status: 304, headers: { etag, ...caching } };
  return textResponse(200, document.text, { etag, ...caching });
}

export function handleOpenApiV2(discovery: Discovery, request: WebRequest): WebResponse {
  for (const { type } of parseAccept(request.headers.accept)) {
    if (isOpenApiV2Protobuf(type)) return { status: 200, headers: streamHeaders(OPENAPI_V2_PROTOBUF), body: discovery.openApiV2Protobuf() };
    if (isJson(type)) return { status: 200, headers: streamHeaders(), body: discovery.openApiV2() };
  }
  return notAcceptable();
}
