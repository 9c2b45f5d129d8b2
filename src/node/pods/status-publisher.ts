// Writes a Pod's status: one patch at a time, always the newest, never the same twice. What changes again within a moment is
// written once, so that a short step costs one write.
import { PODS } from '../../api/mod.ts';
import { describeError, Failure, jsonEquals, type Clock, type JsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import type { Slots } from './slots.ts';
import { isGone } from './pod-removal.ts';
import { statusPatch } from './status-patch.ts';

const RETRY_DELAY_MS_MIN = 50;
const RETRY_DELAY_MS_MAX = 10_000;

export interface StatusPublisherOptions {
  readonly api: ObjectApi;
  readonly pod: KubeObject;
  readonly clock: Clock;
  readonly log: Log;
  /** A status that is not final waits this long for the next one. */
  readonly settleMs: number;
  /** Writes under way at the same time, of all Pods. */
  readonly writes: Slots;
  /** Ends the writing; what was not written stays unwritten. */
  readonly signal: AbortSignal;
}

const NOTHING_TO_SAY = (): void => undefined;

export class StatusPublisher {
  readonly #options: StatusPublisherOptions;
  /** Says what is wanted since it was last asked: what a short step is in between nobody asks for. */
  #news: (() => JsonObject) | undefined;
  #wanted: JsonObject | undefined;
  #written: JsonObject | undefined;
  #writing: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: StatusPublisherOptions) {
    this.#options = options;
  }

  /** Queues the status, which is asked for when it is to be written; an older one that was not written yet is dropped. */
  publish(status: () => JsonObject): void {
    this.#news = status;
    this.#schedule();
  }

  /** Queues the status and resolves when it is durable, or nobody waits for it any more: the Pod is gone or the signal aborted. */
  async publishNow(status: JsonObject): Promise<void> {
    this.#news = undefined;
    this.#wanted = status;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.#isBehind()) await this.#startWriting();
  }

  #schedule(): void {
    if (this.#writing !== undefined || this.#cancelTimer !== undefined || this.#news === undefined || this.#options.signal.aborted) return;
    this.#cancelTimer = this.#options.clock.schedule(this.#options.settleMs, () => {
      this.#cancelTimer = undefined;
      void this.#startWriting();
    });
  }

  #take(): void {
    if (this.#news !== undefined) this.#wanted = this.#news();
    this.#news = undefined;
  }

  #isBehind(): boolean {
    this.#take();
    return this.#wanted !== undefined && !this.#options.signal.aborted && !jsonEquals(this.#wanted, this.#written);
  }

  /** What is published while the last write ends is scheduled anew. */
  #startWriting(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      this.#schedule();
    });
    return this.#writing;
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const { clock, log, signal, pod } = this.#options;
    let delayMs = RETRY_DELAY_MS_MIN;
    while (this.#isBehind()) {
      try {
        await this.#writeNewest();
        delayMs = RETRY_DELAY_MS_MIN;
      } catch (error) {
        if (signal.aborted) return;
        log.warn('status not written, trying again', { pod: pod.metadata.name, delayMs, error: describeError(error) });
        await clock.sleep(delayMs, { signal }).catch(() => undefined);
        delayMs = Math.min(delayMs * 2, RETRY_DELAY_MS_MAX);
      }
    }
  }

  async #writeNewest(): Promise<void> {
    const giveBack = await this.#options.writes.take({ signal: this.#options.signal, onWait: NOTHING_TO_SAY });
    try {
      this.#take();
      const status = this.#wanted!;
      await this.#patch(status);
      this.#written = status;
    } finally {
      giveBack();
    }
  }

  /** A Pod that is gone needs no status; one of the same name with another uid is not ours. */
  async #patch(status: JsonObject): Promise<void> {
    const { api, pod, log, signal } = this.#options;
    const { namespace, name, uid } = pod.metadata;
    const patch = { metadata: { uid: uid ?? null }, status: statusPatch(status, this.#written ?? pod.status) };
    const outcome = await api.patch({ type: PODS, namespace, name }, 'strategic', patch, { subresource: 'status', signal });
    if (outcome.ok || outcome.status.reason === 'NotFound') return;
    if (outcome.status.reason === 'Conflict' && (await isGone(api, pod))) return;
    if (outcome.status.reason !== 'Invalid') throw new Failure(outcome.status.reason, outcome.status.message);
    log.error('status refused', { pod: name, error: outcome.status.message });
  }
}
