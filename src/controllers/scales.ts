// What the subresource `scale` says, of whatever kind has one.
import { Failure, type ObjectApi, type ResourceType } from '../base/mod.ts';
import { numberAt, textAt } from '../api/mod.ts';

/** A kind that may have the subresource. */
export interface ScalableType extends ResourceType {
  readonly kind: string;
}

export type Scale =
  | { readonly kind: 'found'; readonly uid: string; readonly replicas: number; /** Of its Pods; empty for none. */ readonly selector: string }
  /** There is no such object. */
  | { readonly kind: 'absent'; readonly message: string }
  /** Its kind has no such subresource. */
  | { readonly kind: 'unscalable' };

/** Undefined when no kind is called so. Versions of a kind have the same objects. */
export function scalableType(types: readonly ScalableType[], { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): ScalableType | undefined {
  return types.find((type) => type.kind === kind && type.group === groupOf(apiVersion));
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** Throws Failure when the server can not say. */
export async function readScale(api: ObjectApi, type: ScalableType, namespace: string | undefined, name: string): Promise<Scale> {
  const outcome = await api.get({ type, namespace, name }, { subresource: 'scale' });
  if (!outcome.ok) {
    if (outcome.status.code >= 500) throw new Failure(outcome.status.reason, outcome.status.message);
    return { kind: 'absent', message: outcome.status.message };
  }
  const { value } = outcome;
  if (value.kind !== 'Scale') return { kind: 'unscalable' };
  return { kind: 'found', uid: value.metadata.uid ?? '', replicas: numberAt(value, 'spec', 'replicas'), selector: textAt(value, '', 'status', 'selector') };
}
