// The Service `kubernetes` of the namespace `default`: the name under which Pods find the API. Made again when somebody deletes it.
import { SERVICES } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';

const NAMESPACE = 'default';
const NAME = 'kubernetes';
const HTTPS_PORT = 443;

/** `address` is that of the API among the addresses of Services. */
export function createApiServiceController(ports: ControllerPorts, address: string): Controller {
  const services = ports.informers.of(SERVICES);
  return createController(ports, {
    name: 'api-service',
    concurrency: 1,
    reconcile: async () => {
      if (services.get(NAMESPACE, NAME) !== undefined) return DONE;
      const made = await ports.api.create(SERVICES, NAMESPACE, apiService(address));
      if (!made.ok && made.status.reason !== 'AlreadyExists') throw new Failure(made.status.reason, made.status.message);
      return DONE;
    },
    follow(queue) {
      services.onChange(({ kind, object }) => {
        if (kind === 'delete' && object.metadata.name === NAME) queue.add(NAME);
      });
      queue.add(NAME);
    },
  });
}

function apiService(clusterIP: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP, ports: [{ name: 'https', port: HTTPS_PORT, protocol: 'TCP', targetPort: HTTPS_PORT }] },
  };
}
