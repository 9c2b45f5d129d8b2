// What the Pods or Nodes use that somebody asks about: over HTTP, or as a controller that scales by it.
import { failureStatus, success, type KubeObject, type Outcome, type ResourceType, type UsageMeter } from '../../base/mod.ts';
import type { ServerContext } from '../context.ts';
import { notFound } from '../refusals.ts';
import { getObject } from '../verbs/get.ts';
import { listObjects } from '../verbs/list.ts';
import { usageResources, type UsageResource } from './usage-resources.ts';

export interface UsageContext extends ServerContext {
  /** Asked for at each request: the node starts after the server. Undefined where nothing is measured. */
  readonly usage: (() => UsageMeter | undefined) | undefined;
}

interface MeasuredPlace {
  readonly namespace?: string | undefined;
  /** One object; it must be there. */
  readonly name?: string | undefined;
}

interface MeasuredSelection {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Undefined also where nothing is measured at all. */
export function findUsage({ usage }: UsageContext, { group, version, resource }: ResourceType): UsageResource | undefined {
  return usage === undefined ? undefined : usageResources.find((candidate) => candidate.group === group && candidate.version === version && candidate.resource === resource);
}

/** Takes a moment when nobody asked before. */
export async function readUsage(context: UsageContext, resource: UsageResource, place: MeasuredPlace, selection: MeasuredSelection): Promise<Outcome<readonly KubeObject[]>> {
  const objects = await objectsFor(context, resource, place, selection);
  if (!objects.ok) return objects;
  const report = await context.usage?.()?.measure();
  if (report === undefined) return { ok: false, status: failureStatus('ServiceUnavailable', 'the node of this machine has not started yet') };
  if (!report.ok) return report;
  const measured = resource.measured(report.value);
  return success(objects.value.flatMap((object) => measured(object) ?? []));
}

async function objectsFor(context: UsageContext, resource: UsageResource, { namespace, name }: MeasuredPlace, selection: MeasuredSelection): Promise<Outcome<readonly KubeObject[]>> {
  const kind = context.kinds.find(resource.about)!;
  if (name === undefined) {
    const page = await listObjects(context, kind, namespace, selection);
    return page.ok ? success(page.value.entries.map(({ object }) => object)) : page;
  }
  const found = getObject(context, kind, namespace, name);
  return found.ok ? success([found.value.object]) : notFound(resource, name);
}
