// The Kubelet port: what `server` asks of whoever runs a Pod (log now; exec, attach, port-forward later). `node`
// implements it, `main` wires it.
import type { KubeObject } from './kube.ts';
import type { Outcome } from './outcome.ts';

export interface ContainerLogOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
}

export interface Kubelet {
  /** Text of the container's log as UTF-8 chunks, ended when the container ended (follow) or at the end of what is there. */
  readLog(pod: KubeObject, options: ContainerLogOptions): Promise<Outcome<AsyncIterable<Uint8Array>>>;
}
