// What a container may learn of its own Pod, by variables and files (validateObjectFieldSelector and its neighbours in
// pkg/apis/core/validation of Kubernetes).
import type { Json, StatusCause } from '../../base/mod.ts';
import { isQualifiedName, parseQuantity } from '../../expr/mod.ts';
import { invalid, notSupported, required } from '../causes.ts';
import { textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';

/** What a reference stands in: not every field can be a file, not every one a variable. */
export type DownwardPlace = 'environment' | 'volume';

const POD_FIELDS = ['metadata.name', 'metadata.namespace', 'metadata.uid'];
const FIELDS: Readonly<Record<DownwardPlace, readonly string[]>> = {
  environment: [...POD_FIELDS, 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'],
  volume: [...POD_FIELDS, 'metadata.annotations', 'metadata.labels'],
};
/** Known, but for neither: these are refused by another sentence. */
const KNOWN_FIELDS: ReadonlySet<string> = new Set([...FIELDS.environment, ...FIELDS.volume, 'spec.host', 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);
const RESOURCES = ['limits', 'requests'].flatMap((part) => ['cpu', 'ephemeral-storage', 'memory'].map((name) => `${part}.${name}`));
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/;
const SIZE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function fieldReferenceCauses(reference: Json | undefined, path: string, place: DownwardPlace): readonly StatusCause[] {
  const given = textAt(reference, '', 'fieldPath');
  if (textAt(reference, 'v1', 'apiVersion') !== 'v1') return [invalid(`${path}.fieldPath`, given, `error converting fieldPath: unsupported pod version: ${textAt(reference, '', 'apiVersion')}`)];
  if (given === '') return [required(`${path}.fieldPath`)];
  const [, base = given, key] = /^(.*?)\['(.*)'\]$/s.exec(given) ?? [];
  if (key !== undefined) {
    if (base !== 'metadata.annotations' && base !== 'metadata.labels') return [invalid(`${path}.fieldPath`, given, `error converting fieldPath: field label does not support subscript: ${given}`)];
    return isQualifiedName(base === 'metadata.annotations' ? key.toLowerCase() : key) ? [] : [invalid(path, key, QUALIFIED_NAME_SENTENCE)];
  }
  if (!KNOWN_FIELDS.has(given)) return [invalid(`${path}.fieldPath`, given, `error converting fieldPath: field label not supported: ${given}`)];
  const field = given === 'spec.host' ? 'spec.nodeName' : given;
  return FIELDS[place].includes(field) ? [] : [notSupported(`${path}.fieldPath`, field, FIELDS[place].toSorted())];
}

export function resourceReferenceCauses(reference: Json | undefined, path: string, place: DownwardPlace): readonly StatusCause[] {
  const resource = textAt(reference, '', 'resource');
  return [...resourceCauses(resource, textAt(reference, '', 'containerName'), path, place), ...divisorCauses(resource, fieldOf(reference, 'divisor'), path)];
}

/** Files belong to no container, so theirs must be named. */
function resourceCauses(resource: string, containerName: string, path: string, place: DownwardPlace): readonly StatusCause[] {
  if (place === 'volume' && containerName === '') return [required(`${path}.containerName`)];
  if (resource === '') return [required(`${path}.resource`)];
  return RESOURCES.includes(resource) || HUGE_PAGES.test(resource) ? [] : [notSupported(`${path}.resource`, resource, RESOURCES)];
}

function divisorCauses(resource: string, divisor: Json | undefined, path: string): readonly StatusCause[] {
  const quantity = typeof divisor === 'string' || typeof divisor === 'number' ? parseQuantity(divisor) : undefined;
  if (quantity?.ok !== true || quantity.value.nanos === 0n || resource === '') return [];
  const allowed = resource.endsWith('.cpu') ? ['1m', '1'] : SIZE_DIVISORS;
  const isAllowed = allowed.some((text) => {
    const each = parseQuantity(text);
    return each.ok && each.value.nanos === quantity.value.nanos;
  });
  return isAllowed ? [] : [invalid(`${path}.divisor`, resource, `only divisor's values ${allowed.join(', ')} are supported with the resource`)];
}
