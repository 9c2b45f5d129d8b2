// pods/{name}/log: finds the container and hands over to the kubelet.
import { failureStatus, isJsonObject, success, type ContainerLogOptions, type Json, type KubeObject, type Kubelet, type Outcome } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import { badRequest, refuse } from '../refusals.ts';
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
  const container = chooseContainer(pod, options.value.container);
  return container.ok ? kubelet.readLog(pod, { ...options.value, container: container.value, signal }) : container;
}

function logOptionsOf(parameters: Parameters): ContainerLogOptions {
  return Parameters.compact<ContainerLogOptions>({
    container: parameters.text('container'),
    follow: parameters.boolean('follow'),
    previous: parameters.boolean('previous'),
    timestamps: parameters.boolean('timestamps'),
    tailLines: parameters.integer('tailLines'),
    sinceSeconds: parameters.integer('sinceSeconds'),
    sinceTime: parameters.text('sinceTime'),
    limitBytes: parameters.integer('limitBytes'),
  });
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
