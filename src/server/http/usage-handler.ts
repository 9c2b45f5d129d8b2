// GET on metrics.k8s.io: the Pods or Nodes that the request is about, each with what it uses.
import { failureStatus, success, type KubeObject, type Outcome } from '../../base/mod.ts';
import type { WebRequest, WebResponse } from '../../web/mod.ts';
import { refuseAccess } from '../authorization/authorization.ts';
import { methodNotSupported, noSuchResource, notFound } from '../refusals.ts';
import { usageResources, type UsageResource } from '../usage/usage-resources.ts';
import { getObject } from '../verbs/get.ts';
import { listObjects } from '../verbs/list.ts';
import { answerShape } from './accept.ts';
import type { HttpContext } from './http-context.ts';
import { listBody, objectText, type ListBodyOptions } from './list-body.ts';
import { readQuery } from './query.ts';
import type { ResourceTarget } from './resource-path.ts';
import { notAcceptable, statusResponse, streamHeaders, textResponse } from './respond.ts';

/** Undefined also where nothing is measured at all. */
export function findUsage({ usage }: HttpContext, { group, version, resource }: ResourceTarget): UsageResource | undefined {
  return usage === undefined ? undefined : usageResources.find((candidate) => candidate.group === group && candidate.version === version && candidate.resource === resource);
}

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
  const measured = await measure(context, resource, target, query.value);
  if (!measured.ok) return statusResponse(measured.status);
  const options: ListBodyOptions = { kind: resource, shape, includeObject: query.value.includeObject, nowMs: context.clock.now() };
  const entries = measured.value.map((object) => ({ object, text: JSON.stringify(object) }));
  if (name === undefined) return { status: 200, headers: streamHeaders(), body: listBody({ revision: context.store.revision, entries }, options) };
  const [entry] = entries;
  return entry === undefined ? statusResponse(notFound(resource, name).status) : textResponse(200, objectText(entry, options));
}

interface Chosen {
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

async function measure(context: HttpContext, resource: UsageResource, target: ResourceTarget, chosen: Chosen): Promise<Outcome<readonly KubeObject[]>> {
  const objects = await objectsFor(context, resource, target, chosen);
  if (!objects.ok) return objects;
  const report = await context.usage?.()?.measure();
  if (report === undefined) return { ok: false, status: failureStatus('ServiceUnavailable', 'the node of this machine has not started yet') };
  if (!report.ok) return report;
  const measured = resource.measured(report.value);
  return success(objects.value.flatMap((object) => measured(object) ?? []));
}

async function objectsFor(context: HttpContext, resource: UsageResource, { namespace, name }: ResourceTarget, chosen: Chosen): Promise<Outcome<readonly KubeObject[]>> {
  const kind = context.kinds.find(resource.about)!;
  if (name === undefined) {
    const page = await listObjects(context, kind, namespace, chosen);
    return page.ok ? success(page.value.entries.map(({ object }) => object)) : page;
  }
  const found = getObject(context, kind, namespace, name);
  return found.ok ? success([found.value.object]) : notFound(resource, name);
}
