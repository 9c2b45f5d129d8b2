// Who asks for a port of the machine: a Pod by its hostPort, a Service by its NodePort. Pure.
import type { KubeObject } from '../../base/mod.ts';
import { itemsAt, numberAt, textAt } from '../../api/mod.ts';

/** As the process that holds the network says it: `TCP port 80 of 127.0.0.1 cannot be listened on: …`. */
const PROBLEM = /^(TCP|UDP) port (\d+) of \S+ cannot be listened on/;

/** Those whom a sentence of that process concerns. */
export function askersOf(problem: string, { pods, services }: { readonly pods: readonly KubeObject[]; readonly services: readonly KubeObject[] }): readonly KubeObject[] {
  const [, protocol, port] = PROBLEM.exec(problem) ?? [];
  if (protocol === undefined) return [];
  const asks = (member: string) => (candidate: unknown) => numberAt(candidate, member) === Number(port) && textAt(candidate, 'TCP', 'protocol') === protocol;
  const portsOf = (pod: KubeObject) => [...itemsAt(pod, 'spec', 'containers'), ...itemsAt(pod, 'spec', 'initContainers')].flatMap((container) => itemsAt(container, 'ports'));
  return [...pods.filter((pod) => portsOf(pod).some(asks('hostPort'))), ...services.filter((service) => itemsAt(service, 'spec', 'ports').some(asks('nodePort')))];
}
