// How a container with a ServiceAccount's token finds the Kubernetes API: the variables that in-cluster clients read.
import type { ContainerMount } from '../supervisor/protocol.ts';
import type { ContainerSpec } from './pod-spec.ts';

export interface ApiAddress {
  readonly host: string;
  readonly port: number;
}

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Nothing for containers without a token. */
export function apiVariables({ volumeMounts }: ContainerSpec, address: ApiAddress | undefined): Readonly<Record<string, string>> {
  if (address === undefined || !volumeMounts.some(({ mountPath }) => mountPath === TOKEN_PATH)) return {};
  const port = String(address.port);
  return { KUBERNETES_SERVICE_HOST: address.host, KUBERNETES_SERVICE_PORT: port, KUBERNETES_SERVICE_PORT_HTTPS: port };
}

/** Where nothing can be mounted, a token that nobody asked for is left out. */
export function withoutToken(mounts: readonly ContainerMount[]): readonly ContainerMount[] {
  return mounts.filter(({ target }) => target !== TOKEN_PATH);
}
