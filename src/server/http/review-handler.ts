// POST on a review resource: answers the body with its status filled in.
import type { JsonObject } from '../../base/mod.ts';
import { apiVersionOf } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { reviewResources } from '../reviews/review-resources.ts';
import type { ReviewResource } from '../reviews/review.ts';
import { decodeObject } from '../write/decode.ts';
import type { HttpContext } from './http-context.ts';
import { readPostedBody } from './posted-body.ts';
import type { ResourceTarget } from './resource-path.ts';
import { jsonResponse, statusResponse } from './respond.ts';

export function findReview({ group, version, resource }: ResourceTarget): ReviewResource | undefined {
  return reviewResources.find((review) => review.group === group && review.version === version && review.resource === resource);
}

export async function handleReview(context: HttpContext, request: WebRequest, review: ReviewResource, target: ResourceTarget): Promise<WebResponse> {
  const { namespace } = target;
  const posted = await readPostedBody(context, request, review, target);
  if (!posted.ok) return statusResponse(posted.status);
  const { value, options, warnings } = posted.value;
  const decoded = decodeObject(review, value, options);
  if (!decoded.ok) return statusResponse(decoded.status);
  const { spec, metadata } = decoded.value;
  const status = review.review(spec ?? {}, { ...context, identity: request.identity, namespace });
  if (!status.ok) return statusResponse(status.status);
  return jsonResponse(201, { kind: review.kind, apiVersion: apiVersionOf(review), metadata: metadataOf(metadata.name, namespace), ...(spec === undefined ? {} : { spec }), status: status.value }, warnings.headers());
}

function metadataOf(name: string, namespace: string | undefined): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) };
}
