// PersistentVolumeClaims on this node: one directory per claim, made and bound when the first Pod mounts it, removed when
// the claim is gone and no Pod uses it. Layout: <namespace>/<name>/<uid>.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, Failure, isJsonObject, type KubeObject, type Log, type ObjectApi } from '../../base/mod.ts';
import type { Informer } from '../../client/mod.ts';
import { objectsOf } from './pod-spec.ts';
import { isEnded } from './pod-status.ts';

export interface ClaimDirectoriesOptions {
  readonly api: ObjectApi;
  readonly claims: Informer;
  readonly pods: Informer;
  readonly directory: string;
  readonly log: Log;
}

const CLAIMS = { group: '', version: 'v1', resource: 'persistentvolumeclaims' } as const;
/** Any user of a container may write there. */
const DIRECTORY_MODE = 0o777;
/** A path is never built from an unchecked word. */
const SEGMENT = /^[a-z0-9][a-z0-9.-]{0,252}$/i;

export class ClaimDirectories {
  readonly #options: ClaimDirectoriesOptions;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: ClaimDirectoriesOptions) {
    this.#options = options;
  }

  /** The directory of the claim on this machine; the claim is Bound afterwards. Throws Failure `StorageFailed`. */
  async bind(claim: KubeObject): Promise<string> {
    const { namespace = '', name, uid = '' } = claim.metadata;
    if (![namespace, name, uid].every((segment) => SEGMENT.test(segment))) throw new Failure('InvalidPath', `the claim "${name}" has no fitting name`);
    const path = join(this.#options.directory, namespace, name, uid);
    await mkdir(path, { recursive: true });
    await chmod(path, DIRECTORY_MODE);
    if (claim.status?.['phase'] !== 'Bound') await this.#publish(claim);
    return path;
  }

  /** Removes the directories that nobody can reach any more. Never rejects; sweeps follow one another. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#sweepNow());
    return this.#sweeping;
  }

  async #publish(claim: KubeObject): Promise<void> {
    const { namespace, name } = claim.metadata;
    const resources = claim.spec?.['resources'];
    const capacity = isJsonObject(resources) ? resources['requests'] : undefined;
    const status = { phase: 'Bound', accessModes: claim.spec?.['accessModes'] ?? [], ...(capacity === undefined ? {} : { capacity }) };
    const outcome = await this.#options.api.patch({ type: CLAIMS, namespace, name }, 'merge', { status }, { subresource: 'status' });
    if (!outcome.ok && outcome.status.reason !== 'NotFound') throw new Failure('StorageFailed', outcome.status.message);
  }

  async #sweepNow(): Promise<void> {
    const { directory, claims, log } = this.#options;
    for (const namespace of await entriesOf(directory)) {
      for (const name of await entriesOf(join(directory, namespace))) {
        const uid = claims.get(namespace, name)?.metadata.uid;
        const strangers = (await entriesOf(join(directory, namespace, name))).filter((entry) => entry !== uid);
        if (strangers.length === 0 || this.#isInUse(namespace, name)) continue;
        for (const stranger of strangers) {
          const path = join(directory, namespace, name, stranger);
          await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
            log.warn('the directory of a claim could not be removed', { path, error: describeError(error) }),
          );
        }
      }
    }
  }

  #isInUse(namespace: string, name: string): boolean {
    return this.#options.pods.list().some((pod) => pod.metadata.namespace === namespace && !isEnded(pod) && claimNamesOf(pod).includes(name));
  }
}

export function claimNamesOf(pod: KubeObject): readonly string[] {
  return objectsOf(pod.spec?.['volumes']).flatMap(({ persistentVolumeClaim: claim }) => (isJsonObject(claim) ? [String(claim['claimName'])] : []));
}

async function entriesOf(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
