// POST on a review resource: answers the body with its status filled in.
import type { JsonObject } from '../../base/mod.ts';
import { apiVersionOf } from '../../api/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { methodNotSupported, noSuchResource } from '../refusals.ts';
import { reviewResources } from '../reviews/review-resources.ts';
import type { ReviewResource } from '../reviews/review.ts';
import { decodeObject } from '../write/decode.ts';
import { readObjectBody } from './body.ts';
import type { HttpContext } from './http-context.ts';
import { readQuery, writeOptionsOf } from './query.ts';
import type { ResourceTarget } from './resource-path.ts';
import { jsonResponse, statusResponse, Warnings } from './respond.ts';

export function findReview({ group, version, resource }: ResourceTarget): ReviewResource | undefined {
  return reviewResources.find((review) => review.group === group && review.version === version && review.resource === resource);
}

export async function handleReview(context: HttpContext, request: WebRequest, review: ReviewResource, target: ResourceTarget): Promise<WebResponse> {
  const { namespace, name } = target;
  if (name !== undefined || review.isNamespaced !== (namespace !== undefined)) return statusResponse(noSuchResource().status);
  if (request.method !== 'POST') return statusResponse(methodNotSupported(review, request.method.toLowerCase()).status);
  const refusal = refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  if (refusal !== undefined) return statusResponse(refusal.status);
  const given = readQuery(request.query, writeOptionsOf);
  if (!given.ok) return statusResponse(given.status);
  const warnings = new Warnings();
  const options = { ...given.value, onWarning: warnings.add };
  const body = await readObjectBody(context, request, options);
  if (!body.ok) return statusResponse(body.status);
  const decoded = decodeObject(review, body.value, options);
  if (!decoded.ok) return statusResponse(decoded.status);
  const { spec, metadata } = decoded.value;
  const status = review.review(spec ?? {}, { ...context, identity: request.identity, namespace });
  if (!status.ok) return statusResponse(status.status);
  return jsonResponse(201, { kind: review.kind, apiVersion: apiVersionOf(review), metadata: metadataOf(metadata.name, namespace), ...(spec === undefined ? {} : { spec }), status: status.value }, warnings.headers());
}

function metadataOf(name: string, namespace: string | undefined): JsonObject {
  return { ...(name === '' ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) };
}
