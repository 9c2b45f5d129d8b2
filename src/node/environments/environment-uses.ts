// Which Pods use which environments, on disk, so that it is still known after a restart: one directory per Pod with an empty
// file per environment, and the Pod's own writable layers.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import { isEnvironmentId } from './environment-spec.ts';
import { whenMissing } from './environment-directory.ts';

const POD_UID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

export class EnvironmentUses {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Durable against a crash of the server, not of the machine: then no Pod is left either. */
  async add(podUid: string, id: string): Promise<void> {
    const directory = this.#podDirectory(podUid);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, id), '');
  }

  /** Place of the Pod's own layer over an environment. */
  layerDirectory(podUid: string, id: string): string {
    return join(this.#podDirectory(podUid), `layer-${id}`);
  }

  async remove(podUid: string): Promise<void> {
    await rm(this.#podDirectory(podUid), { recursive: true, force: true, maxRetries: 3 });
  }

  async podUids(): Promise<readonly string[]> {
    return ((await readdir(this.#root).catch(whenMissing)) ?? []).filter((name) => POD_UID.test(name));
  }

  /** Number of Pods by environment. */
  async count(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const podUid of await this.podUids()) {
      for (const name of (await readdir(join(this.#root, podUid)).catch(whenMissing)) ?? []) {
        if (isEnvironmentId(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }
    return counts;
  }

  #podDirectory(podUid: string): string {
    if (!POD_UID.test(podUid)) throw new Failure('InvalidPath', `${JSON.stringify(podUid.slice(0, 80))} is not the uid of a Pod.`);
    return join(this.#root, podUid);
  }
}
