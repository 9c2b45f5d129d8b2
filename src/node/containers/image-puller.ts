// Images at the engine: there already, or pulled by the Pod's policy, with the kubelet's words for what happens and its
// back-off after a failure.
import { describeError, Failure, formatSize, type Clock, type JsonObject } from '../../base/mod.ts';
import type { EngineApi } from './engine-api.ts';
import { imageConfigOf, type ImageConfig } from './image-config.ts';
import { parseImageReference, type ImageReference } from './image-reference.ts';
import type { PulledImages } from './pulled-images.ts';
import { PullProgress } from './pull-progress.ts';
import { authHeader, type RegistryCredentials } from './registry-credentials.ts';

export interface ImageWish {
  readonly image: string;
  readonly policy: 'Always' | 'IfNotPresent' | 'Never';
  /** Back-off is kept for each Pod and image. */
  readonly podUid: string;
  readonly credentials: (reference: ImageReference) => Promise<readonly RegistryCredentials[]>;
  readonly onEvent: (reason: 'Pulling' | 'Pulled', message: string) => void;
  /** A plain sentence, every second or so. */
  readonly onProgress: (message: string) => void;
  readonly signal: AbortSignal;
}

const BACK_OFF_MS_MIN = 10_000;
const BACK_OFF_MS_MAX = 300_000;
const FAILED_COUNT_MAX = 1_000;
const PROGRESS_INTERVAL_MS = 1_000;

export class ImagePuller {
  readonly #clock: Clock;
  readonly #pulledImages: PulledImages;
  readonly #failed = new Map<string, { readonly retryAtMs: number; readonly delayMs: number }>();
  /** Pulls of the same image with the same credentials are one. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(clock: Clock, pulledImages: PulledImages) {
    this.#clock = clock;
    this.#pulledImages = pulledImages;
  }

  /**
   * Throws Failure `InvalidImageName`, `ErrImageNeverPull`, `ErrImagePull`, and `ImagePullBackOff` with the field
   * `retryAtMs` until it is time to try again.
   */
  async ensure(api: EngineApi, wish: ImageWish): Promise<ImageConfig> {
    const reference = parseImageReference(wish.image);
    if (reference === undefined) throw new Failure('InvalidImageName', `Failed to apply default image tag "${wish.image}": couldn't parse image name: invalid reference format`);
    const present = await find(api, wish.image);
    if (present !== undefined && wish.policy !== 'Always') {
      wish.onEvent('Pulled', `Container image "${wish.image}" already present on machine`);
      await this.#pulledImages.use(reference.full, false);
      return present;
    }
    if (wish.policy === 'Never') throw new Failure('ErrImageNeverPull', `Container image "${wish.image}" is not present with pull policy of Never`);
    const pulled = await this.#pull(api, wish, reference);
    await this.#pulledImages.use(reference.full, present === undefined);
    return pulled;
  }

  async #pull(api: EngineApi, wish: ImageWish, reference: ImageReference): Promise<ImageConfig> {
    const key = `${wish.podUid} ${reference.full}`;
    const before = this.#failed.get(key);
    if (before !== undefined && this.#clock.steadyMs() < before.retryAtMs) {
      throw new Failure('ImagePullBackOff', `Back-off pulling image "${wish.image}"`, { fields: { retryAtMs: before.retryAtMs } });
    }
    wish.onEvent('Pulling', `Pulling image "${wish.image}"`);
    const startedAtMs = this.#clock.steadyMs();
    try {
      await this.#pullWithAny(api, wish, reference);
    } catch (error) {
      wish.signal.throwIfAborted();
      if (error instanceof Failure && error.reason === 'EngineUnavailable') throw error;
      const delayMs = before === undefined ? BACK_OFF_MS_MIN : Math.min(before.delayMs * 2, BACK_OFF_MS_MAX);
      if (this.#failed.size >= FAILED_COUNT_MAX) this.#failed.clear();
      this.#failed.set(key, { retryAtMs: this.#clock.steadyMs() + delayMs, delayMs });
      throw new Failure('ErrImagePull', `Failed to pull image "${wish.image}": ${describeError(error)}`);
    }
    this.#failed.delete(key);
    const seconds = ((this.#clock.steadyMs() - startedAtMs) / 1000).toFixed(3);
    const pulled = await find(api, reference.full);
    if (pulled === undefined) throw new Failure('ErrImagePull', `the image "${wish.image}" was pulled and is not there`);
    wish.onEvent('Pulled', `Successfully pulled image "${wish.image}" in ${seconds}s (${seconds}s including waiting). Image size: ${pulled.sizeBytes} bytes.`);
    return pulled;
  }

  /** With each of the credentials that fit, at last without: the first that the registry takes counts. */
  async #pullWithAny(api: EngineApi, wish: ImageWish, reference: ImageReference): Promise<void> {
    const all: readonly (RegistryCredentials | undefined)[] = await wish.credentials(reference);
    const errors: unknown[] = [];
    for (const credentials of all.length === 0 ? [undefined] : all) {
      try {
        return await this.#pullOnce(api, wish, reference, credentials);
      } catch (error) {
        wish.signal.throwIfAborted();
        errors.push(error);
      }
    }
    throw errors[0];
  }

  async #pullOnce(api: EngineApi, wish: ImageWish, reference: ImageReference, credentials: RegistryCredentials | undefined): Promise<void> {
    const headers: Record<string, string> = credentials === undefined ? {} : { 'x-registry-auth': authHeader(credentials) };
    const key = `${reference.full} ${headers['x-registry-auth'] ?? ''}`;
    // One that waits for somebody else's pull goes on when that one was given up.
    const running = this.#running.get(key);
    if (running !== undefined) {
      wish.onProgress(`waits for the image ${wish.image}, which is being pulled for another container`);
      if (await running.then(() => true, () => false)) return;
    }
    const pull = this.#readPull(api, wish, reference, headers);
    this.#running.set(key, pull);
    try {
      await pull;
    } finally {
      if (this.#running.get(key) === pull) this.#running.delete(key);
    }
  }

  async #readPull(api: EngineApi, wish: ImageWish, reference: ImageReference, headers: Readonly<Record<string, string>>): Promise<void> {
    const progress = new PullProgress();
    let toldAtMs = 0;
    for await (const line of api.lines('POST', '/images/create', { query: { fromImage: reference.full }, headers, signal: wish.signal })) {
      const problem = problemIn(line);
      if (problem !== undefined) throw new Failure('EngineRefused', problem);
      progress.take(line);
      const { doneBytes, totalBytes } = progress;
      if (this.#clock.steadyMs() - toldAtMs < PROGRESS_INTERVAL_MS || doneBytes === 0) continue;
      toldAtMs = this.#clock.steadyMs();
      wish.onProgress(`pulling the image ${wish.image}: ${formatSize(doneBytes)} of ${formatSize(totalBytes)}`);
    }
  }
}

async function find(api: EngineApi, image: string): Promise<ImageConfig | undefined> {
  try {
    return imageConfigOf(await api.call('GET', `/images/${image}/json`));
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NotFound') return undefined;
    throw error;
  }
}

/** Engines answer 200 and say in the stream what went wrong. */
function problemIn({ error }: JsonObject): string | undefined {
  return typeof error === 'string' && error !== '' ? error : undefined;
}
