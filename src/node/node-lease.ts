// The Lease by which others see that the node is alive: upstream's controllers and tools look for it in kube-node-lease.
import { NAMESPACES, NODES } from '../api/mod.ts';
import { describeError, Failure, toRfc3339Micro, type Clock, type KubeObject, type Log, type ObjectApi } from '../base/mod.ts';

const LEASES = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' } as const;
const NAMESPACE = 'kube-node-lease';
/** The kubelet's default is 40 s, renewed each quarter. A laptop's disk is asked less often; whoever counts 40 s finds it fresh all the same. */
const DURATION_SECONDS = 120;
const RENEW_MS = 30_000;

export interface NodeLeaseOptions {
  readonly api: ObjectApi;
  /** Of the node. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class NodeLease {
  readonly #options: NodeLeaseOptions;
  #cancel: (() => void) | undefined;

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(0);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(delayMs: number): void {
    this.#cancel = this.#options.clock.schedule(delayMs, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    try {
      await renewNodeLease(this.#options);
    } catch (error) {
      this.#options.log.warn('the lease of the node could not be renewed', { error: describeError(error) });
    }
    // Stopped meanwhile: it stays so.
    if (this.#cancel !== undefined) this.#schedule(RENEW_MS);
  }
}

/** Makes it, with its namespace, when it is not there. Throws Failure when it can't be written. */
export async function renewNodeLease({ api, name, clock }: NodeLeaseOptions): Promise<void> {
  const spec = { holderIdentity: name, leaseDurationSeconds: DURATION_SECONDS, renewTime: toRfc3339Micro(clock.now()) };
  const renewed = await api.patch({ type: LEASES, namespace: NAMESPACE, name }, 'merge', { spec });
  if (renewed.ok) return;
  if (renewed.status.reason !== 'NotFound') throw new Failure(renewed.status.reason, renewed.status.message);
  const node = await api.get({ type: NODES, name });
  const ownerReferences = node.ok ? [{ apiVersion: 'v1', kind: 'Node', name, uid: node.value.metadata.uid! }] : [];
  await ensure(api, NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await ensure(api, LEASES, NAMESPACE, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: NAMESPACE, ownerReferences }, spec });
}

async function ensure(api: ObjectApi, type: typeof NAMESPACES | typeof LEASES, namespace: string | undefined, object: KubeObject): Promise<void> {
  const created = await api.create(type, namespace, object);
  if (!created.ok && created.status.reason !== 'AlreadyExists') throw new Failure(created.status.reason, created.status.message);
}
