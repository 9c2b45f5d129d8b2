// What a container asks for and may have (validateResourceRequirements in pkg/apis/core/validation of Kubernetes).
import { isJsonObject, type Json, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { invalid, required } from '../causes.ts';
import { fieldOf } from '../kind.ts';
import { HUGE_PAGES } from './pod-resources.ts';
import { standardNameCauses } from './resource-names.ts';
import { compareAmounts, isWhole } from './quantity-validation.ts';

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/** `asking` is a container, or the spec of a Pod that asks as a whole; `path` that of its `resources`. */
export function resourceCauses(asking: Json, path: string, nameCauses = resourceNameCauses): readonly StatusCause[] {
  const limits = new Map(amounts(asking, 'limits'));
  const requests = amounts(asking, 'requests');
  const amountCauses = (name: string, amount: string, at: string) => [...nameCauses(name, at), ...valueCauses(name, amount, at)];
  return [
    ...[...limits].flatMap(([name, amount]) => amountCauses(name, amount, `${path}.limits[${name}]`)),
    ...requests.flatMap(([name, amount]) => [...amountCauses(name, amount, `${path}.requests[${name}]`), ...requestCauses(name, amount, limits.get(name), path)]),
  ];
}

/** Devices are whole, and nobody gets more of them than was asked for. */
function requestCauses(name: string, request: string, limit: string | undefined, path: string): readonly StatusCause[] {
  const isShared = isNative(name) && !name.startsWith(HUGE_PAGES);
  if (limit === undefined) return isShared ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  if (!isShared && compareAmounts(limit, request) !== 0) return [invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`)];
  return compareAmounts(limit, request) < 0 ? [invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

function valueCauses(name: string, amount: string, path: string): readonly StatusCause[] {
  return [
    ...(amount.startsWith('-') ? [invalid(path, amount, 'must be greater than or equal to 0')] : []),
    ...(!isNative(name) && !isWhole(amount) ? [invalid(path, amount, 'must be an integer')] : []),
  ];
}

export function resourceNameCauses(name: string, path: string): readonly StatusCause[] {
  const causes = standardNameCauses(name, path);
  if (!isQualifiedName(name)) return causes;
  if (!name.includes('/')) return CONTAINER_RESOURCES.includes(name) || name.startsWith(HUGE_PAGES) ? [] : [...causes, invalid(path, name, 'must be a standard resource for containers')];
  const isExtended = !name.startsWith('requests.') && isQualifiedName(`requests.${name}`);
  return isNative(name) || isExtended ? [] : [invalid(path, name, "doesn't follow extended resource name standard")];
}

/** Kubernetes' own; others are devices. */
function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function amounts(asking: Json, list: string): readonly (readonly [string, string])[] {
  const value = fieldOf(asking, 'resources', list);
  return isJsonObject(value) ? Object.entries(value).map(([name, amount]) => [name, String(amount)] as const) : [];
}
