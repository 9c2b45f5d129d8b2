// Asking for Pods and deleting them. What was asked for is remembered until the cache of Pods shows it; forgetting it is
// safe, because a Pod's name says which attempt it is and creating it again is refused as AlreadyExists.
import { PODS } from '../../api/mod.ts';
import { describeError, failureStatus, type Clock, type KubeObject, type Log, type ObjectApi, type Status } from '../../base/mod.ts';
import type { Informer } from '../../client/mod.ts';
import type { PodRequest } from '../plan/facts.ts';
import { isFinal } from './refusal.ts';
import { momentIn } from './steady-moment.ts';

/** Wait before a Pod that could not be created is asked for again: doubles from the first to the second. */
const POSTPONE_MS_MIN = 250;
const POSTPONE_MS_MAX = 30_000;

export interface PodRequestsOptions {
  readonly api: ObjectApi;
  readonly pods: Informer;
  readonly clock: Clock;
  readonly log: Log;
}

export class PodRequests {
  readonly #options: PodRequestsOptions;
  readonly #requests = new Map<string, PodRequest>();
  readonly #failureCounts = new Map<string, number>();
  /** The last request for a Pod that was not answered. */
  readonly #unanswered = new Map<string, Promise<unknown>>();

  constructor(options: PodRequestsOptions) {
    this.#options = options;
  }

  get(namespace: string, name: string): PodRequest | undefined {
    return this.#requests.get(keyOf(namespace, name));
  }

  get count(): number {
    return this.#requests.size;
  }

  /** The cache shows the Pod now, or nobody waits for it any more. */
  forget(namespace: string, name: string): void {
    this.#requests.delete(keyOf(namespace, name));
    this.#failureCounts.delete(keyOf(namespace, name));
  }

  /** Sends the request in this turn of the loop, or after what was asked for this Pod before. Never rejects. */
  async create(pod: KubeObject): Promise<'created' | 'existed' | 'refused'> {
    const { namespace = '', name } = pod.metadata;
    const key = keyOf(namespace, name);
    const askedAt = momentIn(0, this.#options.clock);
    this.#requests.set(key, {
      kind: 'asked',
      get atMs() {
        return askedAt();
      },
    });
    const refusal = await this.#inTurn(key, () => this.#send(pod, namespace));
    // Forgotten meanwhile: the Pod is there, whatever the late answer says, or its run has ended.
    if (!this.#requests.has(key)) return refusal === undefined ? 'created' : 'existed';
    if (refusal !== undefined && refusal.reason !== 'AlreadyExists') {
      this.#requests.set(key, this.#afterRefusal(key, refusal));
      return 'refused';
    }
    this.#failureCounts.delete(key);
    if (this.#options.pods.get(namespace, name) !== undefined) this.#requests.delete(key);
    return refusal === undefined ? 'created' : 'existed';
  }

  /** Never rejects: a Pod that could not be deleted is still seen, and asked away again. */
  async delete(namespace: string, name: string): Promise<void> {
    try {
      const outcome = await this.#inTurn(keyOf(namespace, name), () => this.#options.api.delete({ type: PODS, namespace, name }));
      if (outcome.ok || outcome.status.reason === 'NotFound') return;
      this.#options.log.warn('deleting a Pod was refused', { pod: name, namespace, error: outcome.status.message });
    } catch (error) {
      this.#options.log.warn('deleting a Pod failed', { pod: name, namespace, error: describeError(error) });
    }
  }

  /** One after the other: a Pod that was asked for twice would run twice if the second request arrived when the first one's had ended and was gone. */
  #inTurn<T>(key: string, send: () => Promise<T>): Promise<T> {
    const earlier = this.#unanswered.get(key);
    const sent = earlier === undefined ? send() : earlier.then(send, send);
    this.#unanswered.set(key, sent);
    const forget = () => {
      if (this.#unanswered.get(key) === sent) this.#unanswered.delete(key);
    };
    sent.then(forget, forget);
    return sent;
  }

  async #send(pod: KubeObject, namespace: string): Promise<Status | undefined> {
    try {
      const outcome = await this.#options.api.create(PODS, namespace, pod, { fieldManager: 'slipway-engine' });
      return outcome.ok ? undefined : outcome.status;
    } catch (error) {
      return failureStatus('ServiceUnavailable', describeError(error));
    }
  }

  #afterRefusal(key: string, status: Status): PodRequest {
    if (isFinal(status)) return { kind: 'refused', status };
    const failureCount = (this.#failureCounts.get(key) ?? 0) + 1;
    this.#failureCounts.set(key, failureCount);
    const delayMs = Math.min(POSTPONE_MS_MIN * 2 ** Math.min(failureCount - 1, 20), POSTPONE_MS_MAX);
    const retryAt = momentIn(delayMs, this.#options.clock);
    return {
      kind: 'postponed',
      status,
      get retryAtMs() {
        return retryAt();
      },
    };
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
