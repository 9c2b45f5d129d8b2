// GET on metrics.k8s.io: the Pods or Nodes that the request is about, each with what it uses.
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { methodNotSupported, noSuchResource, notFound } from '../refusals.ts';
import { readUsage } from '../usage/read-usage.ts';
import type { UsageResource } from '../usage/usage-resources.ts';
import { answerShape } from './accept.ts';
import type { HttpContext } from './http-context.ts';
import { listResponse, objectText, type ListBodyOptions } from './list-body.ts';
import { readQuery } from './query.ts';
import type { ResourceTarget } from './resource-path.ts';
import { notAcceptable, statusResponse, textResponse } from './respond.ts';

export async function handleUsage(context: HttpContext, request: WebRequest, resource: UsageResource, target: ResourceTarget): Promise<WebResponse> {
  const { namespace, name, subresource } = target;
  const isPlaced = resource.isNamespaced ? namespace !== undefined || name === undefined : namespace === undefined;
  if (!isPlaced || subresource !== undefined) return statusResponse(noSuchResource().status);
  const query = readQuery(request.query, (parameters) => ({
    isWatch: parameters.boolean('watch') === true,
    includeObject: parameters.oneOf('includeObject', ['None', 'Metadata', 'Object']) ?? ('Metadata' as const),
    labelSelector: parameters.text('labelSelector'),
    fieldSelector: parameters.text('fieldSelector'),
  }));
  if (!query.ok) return statusResponse(query.status);
  const asked = query.value.isWatch ? 'watch' : request.method.toLowerCase();
  if (asked !== 'get') return statusResponse(methodNotSupported(resource, asked).status);
  const refusal = refuseAccess(context.authorize, request.identity, { verb: name === undefined ? 'list' : 'get', ...target });
  if (refusal !== undefined) return statusResponse(refusal.status);
  const shape = answerShape(request.headers.accept);
  if (shape === undefined) return notAcceptable();
  const measured = await readUsage(context, resource, target, query.value);
  if (!measured.ok) return statusResponse(measured.status);
  const options: ListBodyOptions = { kind: resource, shape, includeObject: query.value.includeObject, nowMs: context.clock.now() };
  const entries = measured.value.map((object) => ({ object, text: JSON.stringify(object) }));
  if (name === undefined) return listResponse({ revision: context.store.revision, entries }, options);
  const [entry] = entries;
  return entry === undefined ? statusResponse(notFound(resource, name).status) : textResponse(200, objectText(entry, options));
}
