// POST on bindings: the older way to give a Pod its node, by which schedulers written in Python do it (create_namespaced_binding). The
// name of the Pod is that of the Binding.
import { isJsonObject } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { badRequest } from '../refusals.ts';
import type { ResourceDescription } from '../reviews/review.ts';
import { bindPod } from '../verbs/bind.ts';
import type { HttpContext } from './http-context.ts';
import { readPostedBody } from './posted-body.ts';
import type { ResourceTarget } from './resource-path.ts';
import { statusResponse, successResponse } from './respond.ts';

export const bindingResource: ResourceDescription = {
  group: '',
  version: 'v1',
  resource: 'bindings',
  kind: 'Binding',
  singular: 'binding',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: ['create'],
  subresources: [],
};

const PODS = { group: '', version: 'v1', resource: 'pods' };

export function isBinding({ group, version, resource }: ResourceTarget): boolean {
  return group === '' && version === 'v1' && resource === 'bindings';
}

export async function handleBinding(context: HttpContext, request: WebRequest, target: ResourceTarget): Promise<WebResponse> {
  const posted = await readPostedBody(context, request, bindingResource, target);
  if (!posted.ok) return statusResponse(posted.status);
  const { value, options, warnings } = posted.value;
  const pod = nameIn(value);
  if (pod === undefined) return statusResponse(badRequest('Binding: metadata.name: Required value: the name of a Pod').status);
  const bound = await bindPod({ ...context, identity: request.identity }, context.kinds.find(PODS)!, { namespace: target.namespace, name: pod }, value, options);
  return bound.ok ? successResponse(201, undefined, warnings.headers()) : statusResponse(bound.status, warnings);
}

function nameIn(body: unknown): string | undefined {
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
