// Resources that can only be posted to: reviews and bindings.
import type { Outcome } from '../../base/mod.ts';
import type { WebRequest } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { methodNotSupported, noSuchResource } from '../refusals.ts';
import type { ResourceDescription } from '../reviews/review.ts';
import { readObjectBody } from './body.ts';
import type { HttpContext } from './http-context.ts';
import { readQuery, writeOptionsOf } from './query.ts';
import type { ResourceTarget } from './resource-path.ts';
import { Warnings } from './respond.ts';

export interface PostedBody {
  readonly value: unknown;
  readonly options: ReturnType<typeof writeOptionsOf> & { readonly onWarning: Warnings['add'] };
  readonly warnings: Warnings;
}

export async function readPostedBody(context: HttpContext, request: WebRequest, resource: ResourceDescription, target: ResourceTarget): Promise<Outcome<PostedBody>> {
  const { namespace, name } = target;
  if (name !== undefined || resource.isNamespaced !== (namespace !== undefined)) return noSuchResource();
  if (request.method !== 'POST') return methodNotSupported(resource, request.method.toLowerCase());
  const refusal = refuseAccess(context.authorize, request.identity, { verb: 'create', ...target });
  if (refusal !== undefined) return refusal;
  const given = readQuery(request.query, writeOptionsOf);
  if (!given.ok) return given;
  const warnings = new Warnings();
  const options = { ...given.value, onWarning: warnings.add };
  const body = await readObjectBody(context, request, options);
  return body.ok ? { ok: true, value: { value: body.value, options, warnings } } : body;
}
