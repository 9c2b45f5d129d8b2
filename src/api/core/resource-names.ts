// Names of what is measured and counted (pkg/apis/core/helper of Kubernetes); pure.
import type { StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { HUGE_PAGES, isDevice } from './pod-resources.ts';

/** Whole numbers. */
const COUNTED = ['configmaps', 'persistentvolumeclaims', 'pods', 'replicationcontrollers', 'resourcequotas', 'secrets', 'services', 'services.loadbalancers', 'services.nodeports'];
const MEASURED = ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);
const QUOTA_RESOURCES: ReadonlySet<string> = new Set([...COUNTED, ...MEASURED, 'requests.storage']);

/** Complains of names that are none, and of those without a domain that Kubernetes does not know. */
export function standardNameCauses(name: string, path: string): readonly StatusCause[] {
  if (!isQualifiedName(name)) return [invalid(path, name, QUALIFIED_NAME_SENTENCE)];
  return name.includes('/') || name === 'storage' || isQuotaResource(name) ? [] : [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

/** The same for what a quota may limit. */
export function quotaNameCauses(name: string, path: string): readonly StatusCause[] {
  const causes = standardNameCauses(name, path);
  return !isQualifiedName(name) || name.includes('/') || isQuotaResource(name) ? causes : [...causes, invalid(path, name, 'must be a standard resource for quota')];
}

/** Whether a half of it makes no sense. */
export function isCounted(name: string): boolean {
  return COUNTED.includes(name) || (name.includes('/') && !name.startsWith('requests.') && isDevice(name));
}

function isQuotaResource(name: string): boolean {
  return QUOTA_RESOURCES.has(name) || name.startsWith(HUGE_PAGES) || name.startsWith(`requests.${HUGE_PAGES}`);
}
