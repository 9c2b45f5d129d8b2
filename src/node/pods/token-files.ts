// The tokens of a Pod's ServiceAccount in its projected volumes: asked for when the volumes are made, and anew before they
// end, for as long as the Pod runs. Each is replaced at once, so that a reader sees the old one or the new one.
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, isJsonObject, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { objectsOf } from './pod-spec.ts';

interface TokenSource {
  readonly volume: string;
  /** Below the volume. */
  readonly path: string;
  readonly audience: string | undefined;
  readonly lifetimeSeconds: number;
  readonly mode: number;
}

export interface TokenFilesOptions {
  readonly api: ObjectApi;
  readonly clock: Clock;
  readonly pod: () => KubeObject;
  readonly podDirectory: string;
}

const SERVICE_ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts' } as const;
const LIFETIME_SECONDS_DEFAULT = 3_600;
const MODE_DEFAULT = 0o644;
/** As the kubelet does: after four fifths of its time, and at the latest after a day. */
const REFRESH_SHARE = 0.8;
const REFRESH_MS_MAX = 24 * 3_600_000;
/** A token that could not be had is asked for again in this time. */
const RETRY_MS = 10_000;

export class TokenFiles {
  readonly #options: TokenFilesOptions;
  readonly #volumes: readonly JsonObject[];
  #refreshAtMs: number;

  constructor(options: TokenFilesOptions, volumes: readonly JsonObject[]) {
    this.#options = options;
    this.#volumes = volumes.filter(hasTokens);
    // A Pod that an earlier server started has tokens of unknown age.
    this.#refreshAtMs = this.#volumes.length === 0 ? Number.POSITIVE_INFINITY : 0;
  }

  /** When the next ones are due; infinite when the Pod has none. */
  get refreshAtMs(): number {
    return this.#refreshAtMs;
  }

  /** Writes every token into its volume, which exists. Throws Failure `VolumeNotReady` or `VolumeUnsupported`. */
  async write(): Promise<void> {
    let refreshAtMs = Number.POSITIVE_INFINITY;
    for (const source of this.#volumes.flatMap(sourcesOf)) refreshAtMs = Math.min(refreshAtMs, await this.#writeOne(source));
    this.#refreshAtMs = refreshAtMs;
  }

  /** Writes them when they are due; what fails is tried again. Returns a sentence when it failed. */
  async refresh(): Promise<string | undefined> {
    if (this.#options.clock.now() < this.#refreshAtMs) return undefined;
    try {
      await this.write();
      return undefined;
    } catch (error) {
      this.#refreshAtMs = this.#options.clock.now() + RETRY_MS;
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #writeOne(source: TokenSource): Promise<number> {
    const { token, expiresAtMs } = await this.#request(source);
    const file = join(this.#options.podDirectory, 'volumes', source.volume, source.path);
    await writeFile(`${file}.new`, token);
    await chmod(`${file}.new`, source.mode);
    await rename(`${file}.new`, file);
    const nowMs = this.#options.clock.now();
    return nowMs + Math.min((expiresAtMs - nowMs) * REFRESH_SHARE, REFRESH_MS_MAX);
  }

  async #request({ volume, audience, lifetimeSeconds }: TokenSource): Promise<{ token: string; expiresAtMs: number }> {
    const { namespace, name: podName, uid } = this.#options.pod().metadata;
    const account = String(this.#options.pod().spec?.['serviceAccountName'] ?? 'default');
    const request: KubeObject = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: account, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds: lifetimeSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: podName, uid: uid ?? '' },
      },
    };
    const outcome = await this.#options.api.create(SERVICE_ACCOUNTS, namespace, request, { subresource: 'token' });
    if (!outcome.ok) throw new Failure('VolumeNotReady', `MountVolume.SetUp failed for volume "${volume}" : failed to fetch token: ${outcome.status.message}`);
    const { token, expirationTimestamp } = outcome.value.status ?? {};
    return { token: String(token), expiresAtMs: Date.parse(String(expirationTimestamp)) };
  }
}

function hasTokens({ projected }: JsonObject): boolean {
  return isJsonObject(projected) && objectsOf(projected['sources']).some((source) => isJsonObject(source['serviceAccountToken']));
}

function sourcesOf(volume: JsonObject): readonly TokenSource[] {
  const { projected } = volume;
  if (!isJsonObject(projected)) return [];
  const mode = typeof projected['defaultMode'] === 'number' ? projected['defaultMode'] : MODE_DEFAULT;
  return objectsOf(projected['sources']).flatMap(({ serviceAccountToken: source }): TokenSource[] => {
    if (!isJsonObject(source)) return [];
    const { path, audience, expirationSeconds } = source;
    return [
      {
        volume: String(volume['name']),
        path: tokenPath(String(path), String(volume['name'])),
        audience: typeof audience === 'string' && audience !== '' ? audience : undefined,
        lifetimeSeconds: typeof expirationSeconds === 'number' ? expirationSeconds : LIFETIME_SECONDS_DEFAULT,
        mode,
      },
    ];
  });
}

/** A file of the volume itself: nothing makes directories for it, and nothing of it leads elsewhere. */
function tokenPath(path: string, volume: string): string {
  if (/^[\w][\w.-]*$/.test(path) && path !== '..') return path;
  throw new Failure('VolumeUnsupported', `the volume "${volume}" wants its token at "${path}"; this node writes tokens to a plain file name`);
}
