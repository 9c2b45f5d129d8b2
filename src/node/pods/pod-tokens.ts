// The tokens of a Pod's ServiceAccount for its projected volumes: asked for when the volumes are made, and anew before they
// end, for as long as the Pod runs.
import { SERVICE_ACCOUNTS } from '../../api/mod.ts';
import { Failure, isJsonObject, objectsOf, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';

export interface PodTokensOptions {
  readonly api: ObjectApi;
  readonly clock: Clock;
  readonly pod: () => KubeObject;
}

/** In wall time, by which its receivers judge it. */
interface IssuedToken {
  readonly text: string;
  readonly issuedAtMs: number;
  readonly refreshAtMs: number;
}

const LIFETIME_SECONDS_DEFAULT = 3_600;
/** As the kubelet does: after four fifths of its time, and at the latest after a day. */
const REFRESH_SHARE = 0.8;
const REFRESH_MS_MAX = 24 * 3_600_000;
/** Stamps of tokens are whole seconds. */
const CLOCK_DRIFT_MS_MAX = 1_000;

export class PodTokens {
  readonly #options: PodTokensOptions;
  /** By audience and lifetime. */
  readonly #issued = new Map<string, IssuedToken>();

  constructor(options: PodTokensOptions) {
    this.#options = options;
  }

  /** Until the next one is due; infinite when the Pod has none. */
  dueInMs(): number {
    const nowMs = this.#options.clock.now();
    return Math.min(...[...this.#issued.values()].map((token) => dueInMs(token, nowMs)), Number.POSITIVE_INFINITY);
  }

  /** One for each source of the volumes, by `tokenKey`. Throws Failure `VolumeNotReady`. */
  async all(volumes: readonly JsonObject[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const source of volumes.flatMap(tokenSources)) {
      const key = tokenKey(source);
      const issued = this.#issued.get(key);
      const token = issued !== undefined && dueInMs(issued, this.#options.clock.now()) > 0 ? issued : await this.#request(source);
      this.#issued.set(key, token);
      texts.set(key, token.text);
    }
    return texts;
  }

  async #request({ audience, expirationSeconds }: JsonObject): Promise<IssuedToken> {
    const { namespace, name: podName, uid } = this.#options.pod().metadata;
    const account = String(this.#options.pod().spec?.['serviceAccountName'] ?? 'default');
    const request: KubeObject = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name: account, ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        audiences: typeof audience === 'string' && audience !== '' ? [audience] : [],
        expirationSeconds: typeof expirationSeconds === 'number' ? expirationSeconds : LIFETIME_SECONDS_DEFAULT,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: podName, uid: uid ?? '' },
      },
    };
    const outcome = await this.#options.api.create(SERVICE_ACCOUNTS, namespace, request, { subresource: 'token' });
    if (!outcome.ok) throw new Failure('VolumeNotReady', `MountVolume.SetUp failed: failed to fetch token: ${outcome.status.message}`);
    const { token, expirationTimestamp } = outcome.value.status ?? {};
    const nowMs = this.#options.clock.now();
    const lifetimeMs = Date.parse(String(expirationTimestamp)) - nowMs;
    return { text: String(token), issuedAtMs: nowMs, refreshAtMs: nowMs + Math.min(lifetimeMs * REFRESH_SHARE, REFRESH_MS_MAX) };
  }
}

/** One of a clock that was set back since is not valid yet. */
function dueInMs({ issuedAtMs, refreshAtMs }: IssuedToken, nowMs: number): number {
  return nowMs < issuedAtMs - CLOCK_DRIFT_MS_MAX ? 0 : Math.max(0, refreshAtMs - nowMs);
}

/** Of a `serviceAccountToken`: sources that ask for the same get the same. */
export function tokenKey({ audience, expirationSeconds }: JsonObject): string {
  return JSON.stringify([audience ?? '', expirationSeconds ?? LIFETIME_SECONDS_DEFAULT]);
}

function tokenSources({ projected }: JsonObject): readonly JsonObject[] {
  const sources = isJsonObject(projected) ? objectsOf(projected['sources']) : [];
  return sources.map(({ serviceAccountToken }) => serviceAccountToken).filter((source) => isJsonObject(source));
}
