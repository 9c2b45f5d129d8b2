// Resources of a step as the IR writes them, as Kubernetes requests and limits.
import { isJsonObject, objectsOf, type JsonObject } from '../../base/mod.ts';

/** Newer compilers write quantities as text (resourceCpuLimit), older ones numbers: cores and gigabytes. */
export function resourceRequirements(resources: JsonObject): JsonObject | undefined {
  const limits = {
    ...quantity('cpu', resources['resourceCpuLimit'], resources['cpuLimit'], ''),
    ...quantity('memory', resources['resourceMemoryLimit'], resources['memoryLimit'], 'G'),
    ...accelerator(resources['accelerator']),
  };
  const requests = {
    ...quantity('cpu', resources['resourceCpuRequest'], resources['cpuRequest'], ''),
    ...quantity('memory', resources['resourceMemoryRequest'], resources['memoryRequest'], 'G'),
  };
  const requirements = {
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
  };
  return Object.keys(requirements).length === 0 ? undefined : requirements;
}

function quantity(name: string, text: unknown, number: unknown, unit: string): JsonObject {
  if (typeof text === 'string' && text !== '') return { [name]: text };
  return typeof number === 'number' && number > 0 ? { [name]: `${number}${unit}` } : {};
}

/** An accelerator is a resource of its own; its count is a limit. */
function accelerator(value: unknown): JsonObject {
  if (!isJsonObject(value)) return {};
  const type = value['resourceType'] ?? value['type'];
  const count = value['resourceCount'] ?? value['count'];
  if (typeof type !== 'string' || type === '' || count === undefined || count === '' || count === 0 || count === '0') return {};
  return { [type]: String(count) };
}

/** Slipway gives out no devices by resource claims; a step that went on without its device would only seem to work. */
export function claimFault(claims: unknown): string | undefined {
  const [first] = objectsOf(claims);
  if (first === undefined) return undefined;
  return `the step asks for a device by the resource claim template "${String(first['name'])}", and Slipway gives out none that way (dynamic resource allocation); ask for it with set_accelerator_type`;
}

/** What is wrong with the name of the accelerator: those of Vertex AI ("NVIDIA_TESLA_P4") are none of a cluster's, which would refuse the Pod. */
export function acceleratorFault(resources: JsonObject): string | undefined {
  const [type] = Object.keys(accelerator(resources['accelerator']));
  if (type === undefined || type.includes('/')) return undefined;
  return `the step asks for the accelerator "${type}", which is no resource of a cluster; give set_accelerator_type one that is, for example "nvidia.com/gpu"`;
}
