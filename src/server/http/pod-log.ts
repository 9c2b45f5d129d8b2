// pods/{name}/log: finds the container and hands over to the kubelet.
import { failureStatus, isJsonObject, success, type ContainerLogOptions, type Json, type KubeObject, type Kubelet, type Outcome, type StatusCause } from '../../base/mod.ts';
import { fieldOf, forbidden, invalid } from '../../api/mod.ts';
import { badRequest, invalidObject, refuse } from '../refusals.ts';
import { Parameters, readQuery } from './query.ts';

export async function readPodLog(
  kubelet: Kubelet | undefined,
  pod: KubeObject,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<Outcome<AsyncIterable<Uint8Array>>> {
  if (kubelet === undefined) return refuse(failureStatus('ServiceUnavailable', 'no node serves logs here'));
  const options = readQuery(query, logOptionsOf);
  if (!options.ok) return options;
  const causes = causesOf(options.value);
  if (causes.length > 0) return invalidObject({ group: '', kind: 'PodLogOptions' }, pod.metadata.name, causes);
  const container = chooseContainer(pod, options.value.container);
  return container.ok ? kubelet.readLog(pod, { ...options.value, container: container.value, signal }) : container;
}

function logOptionsOf(parameters: Parameters): ContainerLogOptions {
  return Parameters.compact<ContainerLogOptions>({
    container: parameters.text('container'),
    follow: parameters.boolean('follow'),
    previous: parameters.boolean('previous'),
    timestamps: parameters.boolean('timestamps'),
    tailLines: parameters.signedInteger('tailLines'),
    sinceSeconds: parameters.signedInteger('sinceSeconds'),
    sinceTime: parameters.time('sinceTime'),
    limitBytes: parameters.signedInteger('limitBytes'),
  });
}

/** After ValidatePodLogOptions of Kubernetes. */
function causesOf({ tailLines = 0, limitBytes = 1, sinceSeconds, sinceTime }: ContainerLogOptions): readonly StatusCause[] {
  const isTwice = sinceSeconds !== undefined && sinceTime !== undefined;
  return [
    ...(tailLines < 0 ? [invalid('tailLines', tailLines, 'must be greater than or equal to 0')] : []),
    ...(limitBytes < 1 ? [invalid('limitBytes', limitBytes, 'must be greater than 0')] : []),
    ...(isTwice ? [forbidden('sinceTime', 'at most one of `sinceTime` or `sinceSeconds` may be specified')] : []),
    ...(!isTwice && sinceSeconds !== undefined && sinceSeconds < 1 ? [invalid('sinceSeconds', sinceSeconds, 'must be greater than 0')] : []),
  ];
}

function chooseContainer(pod: KubeObject, wanted: string | undefined): Outcome<string> {
  const main = namesAt(pod, 'containers');
  const all = [...namesAt(pod, 'initContainers'), ...main, ...namesAt(pod, 'ephemeralContainers')];
  if (wanted !== undefined) {
    return all.includes(wanted) ? success(wanted) : badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  }
  if (main.length === 1) return success(main[0]!);
  return badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${all.join(' ')}]`);
}

function namesAt(pod: KubeObject, list: string): readonly string[] {
  const containers = fieldOf(pod.spec, list);
  if (!Array.isArray(containers)) return [];
  return (containers as readonly Json[]).flatMap((item) => (isJsonObject(item) && typeof item['name'] === 'string' ? [item['name']] : []));
}
