// POST on bindings: the older way to give a Pod its node, by which schedulers written in Python do it (create_namespaced_binding). The
// name of the Pod is that of the Binding.
import { isJsonObject } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { badRequest, methodNotSupported, noSuchResource } from '../refusals.ts';
import type { ResourceDescription } from '../reviews/review.ts';
import { bindPod } from '../verbs/bind.ts';
import { readObjectBody } from './body.ts';
import type { HttpContext } from './http-context.ts';
import { readQuery, writeOptionsOf } from './query.ts';
import type { ResourceTarget } from './resource-path.ts';
import { statusResponse, successResponse, Warnings } from './respond.ts';

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
  const { namespace, name } = target;
  if (namespace === undefined || name !== undefined) return statusResponse(noSuchResource().status);
  if (request.method !== 'POST') return statusResponse(methodNotSupported(bindingResource, request.method.toLowerCase()).status);
  const refusal = refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  if (refusal !== undefined) return statusResponse(refusal.status);
  const given = readQuery(request.query, writeOptionsOf);
  if (!given.ok) return statusResponse(given.status);
  const warnings = new Warnings();
  const options = { ...given.value, onWarning: warnings.add };
  const body = await readObjectBody(context, request, options);
  if (!body.ok) return statusResponse(body.status);
  const pod = nameIn(body.value);
  if (pod === undefined) return statusResponse(badRequest('Binding: metadata.name: Required value: the name of a Pod').status);
  const bound = await bindPod({ ...context, identity: request.identity }, context.kinds.find(PODS)!, { namespace, name: pod }, body.value, options);
  return bound.ok ? successResponse(201, undefined, warnings.headers()) : statusResponse(bound.status, warnings);
}

function nameIn(body: unknown): string | undefined {
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
