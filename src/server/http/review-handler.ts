// POST on a review resource: answers the body with its status filled in.
import { isJsonObject, type JsonObject } from '../../base/mod.ts';
import { apiVersionOf } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { badRequest, methodNotSupported, noSuchResource } from '../refusals.ts';
import { reviewResources } from '../reviews/review-resources.ts';
import type { ReviewResource } from '../reviews/review.ts';
import { readObjectBody } from './body.ts';
import type { HttpContext } from './http-context.ts';
import type { ResourceTarget } from './resource-path.ts';
import { jsonResponse, statusResponse } from './respond.ts';

export function findReview({ group, version, resource }: ResourceTarget): ReviewResource | undefined {
  return reviewResources.find((review) => review.group === group && review.version === version && review.resource === resource);
}

export async function handleReview(context: HttpContext, request: WebRequest, review: ReviewResource, target: ResourceTarget): Promise<WebResponse> {
  const { namespace, name } = target;
  if (name !== undefined || review.isNamespaced !== (namespace !== undefined)) return statusResponse(noSuchResource().status);
  if (request.method !== 'POST') return statusResponse(methodNotSupported(review, request.method.toLowerCase()).status);
  const refusal = refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  if (refusal !== undefined) return statusResponse(refusal.status);
  const body = await readObjectBody(context, request);
  if (!body.ok) return statusResponse(body.status);
  if (!isJsonObject(body.value)) return statusResponse(badRequest(`the body must be a ${review.kind}`).status);
  const spec = isJsonObject(body.value['spec']) ? body.value['spec'] : {};
  const status = review.review(spec, { ...context, identity: request.identity, namespace });
  if (!status.ok) return statusResponse(status.status);
  return jsonResponse(201, { kind: review.kind, apiVersion: apiVersionOf(review), metadata: metadataOf(body.value, namespace), spec, status: status.value });
}

function metadataOf(body: JsonObject, namespace: string | undefined): JsonObject {
  const given = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...(typeof given['name'] === 'string' ? { name: given['name'] } : {}), ...(namespace === undefined ? {} : { namespace }) };
}
