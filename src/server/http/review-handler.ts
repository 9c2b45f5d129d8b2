// POST on a review resource: answers the body with its status filled in.
import { isJsonObject } from '../../base/mod.ts';
import { apiVersionOf } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { badRequest, methodNotSupported } from '../refusals.ts';
import { readObjectBody } from './body.ts';
import type { HttpContext } from './http-context.ts';
import { reviewResources, type ReviewResource } from './reviews.ts';
import type { ResourceTarget } from './resource-path.ts';
import { jsonResponse, statusResponse } from './respond.ts';

export function findReview({ group, version, resource }: ResourceTarget): ReviewResource | undefined {
  return reviewResources.find((review) => review.group === group && review.version === version && review.resource === resource);
}

export async function handleReview(context: HttpContext, request: WebRequest, review: ReviewResource): Promise<WebResponse> {
  if (request.method !== 'POST') return statusResponse(methodNotSupported(review, request.method.toLowerCase()).status);
  const body = await readObjectBody(request);
  if (!body.ok) return statusResponse(body.status);
  if (!isJsonObject(body.value)) return statusResponse(badRequest(`the body must be a ${review.kind}`).status);
  const spec = isJsonObject(body.value['spec']) ? body.value['spec'] : {};
  const status = review.review(spec, { identity: request.identity, authorize: context.authorize, kinds: context.kinds.all() });
  return jsonResponse(201, { kind: review.kind, apiVersion: apiVersionOf(review), metadata: {}, spec, status });
}
