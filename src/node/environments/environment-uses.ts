// Which Pods use which environments. A Pod that runs for longer than a moment is noted on disk, so that it is still known after
// a restart: one directory per Pod with an empty file per environment, and the Pod's own writable layers. Short steps leave no
// trace there: nothing that was used within the last minutes is removed anyway.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, Failure, type Clock, type Log } from '../../base/mod.ts';
import { isEnvironmentId } from './environment-spec.ts';
import { whenMissing } from './environment-directory.ts';

const POD_UID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const NOTE_DELAY_MS = 2_000;

interface PodUses {
  readonly ids: Set<string>;
  /** Something of the Pod is, or is being put, on disk. */
  isOnDisk: boolean;
  cancelNote: () => void;
  noting: Promise<void>;
}

export class EnvironmentUses {
  readonly #root: string;
  readonly #clock: Clock;
  readonly #log: Log;
  /** Pods that were added by this process. */
  readonly #pods = new Map<string, PodUses>();

  constructor(root: string, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#root = root;
    this.#clock = clock;
    this.#log = log;
  }

  add(podUid: string, id: string): void {
    const uses = this.#usesOf(podUid);
    if (uses.ids.has(id)) return;
    uses.ids.add(id);
    uses.cancelNote();
    uses.cancelNote = this.#clock.schedule(NOTE_DELAY_MS, () => this.#note(podUid, uses));
  }

  /** Place of the Pod's own layer over an environment. */
  layerDirectory(podUid: string, id: string): string {
    this.#usesOf(podUid).isOnDisk = true;
    return join(this.#podDirectory(podUid), `layer-${id}`);
  }

  async remove(podUid: string): Promise<void> {
    const directory = this.#podDirectory(podUid);
    const uses = this.#pods.get(podUid);
    this.#pods.delete(podUid);
    uses?.cancelNote();
    await uses?.noting;
    if (uses?.isOnDisk !== false) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }

  async podUids(): Promise<readonly string[]> {
    return [...new Set([...this.#pods.keys(), ...(await this.#podUidsOnDisk())])];
  }

  /** Number of Pods by environment. */
  async count(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const onDisk = new Set(await this.#podUidsOnDisk());
    for (const podUid of new Set([...this.#pods.keys(), ...onDisk])) {
      // Of a Pod that an earlier server started this one knows only what was asked for since.
      const ids = new Set([...(this.#pods.get(podUid)?.ids ?? []), ...(onDisk.has(podUid) ? await this.#idsOnDisk(podUid) : [])]);
      for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }

  /** This process ends, its Pods go on: what is not on disk is noted now. */
  async noteAll(): Promise<void> {
    for (const [podUid, uses] of this.#pods) {
      uses.cancelNote();
      this.#note(podUid, uses);
      await uses.noting;
    }
  }

  #usesOf(podUid: string): PodUses {
    let uses = this.#pods.get(podUid);
    if (uses === undefined) {
      const directory = this.#podDirectory(podUid);
      uses = { ids: new Set(), isOnDisk: existsSync(directory), cancelNote: () => undefined, noting: Promise.resolve() };
      this.#pods.set(podUid, uses);
    }
    return uses;
  }

  /** Durable against a crash of the server, not of the machine: then no Pod is left either. */
  #note(podUid: string, uses: PodUses): void {
    uses.isOnDisk = true;
    uses.noting = uses.noting
      .then(async () => {
        const directory = this.#podDirectory(podUid);
        await mkdir(directory, { recursive: true });
        for (const id of uses.ids) await writeFile(join(directory, id), '');
      })
      .catch((error: unknown) => this.#log.warn('the use of an environment could not be noted', { podUid, error: describeError(error) }));
  }

  async #podUidsOnDisk(): Promise<readonly string[]> {
    return ((await readdir(this.#root).catch(whenMissing)) ?? []).filter((name) => POD_UID.test(name));
  }

  async #idsOnDisk(podUid: string): Promise<readonly string[]> {
    return ((await readdir(join(this.#root, podUid)).catch(whenMissing)) ?? []).filter(isEnvironmentId);
  }

  #podDirectory(podUid: string): string {
    if (!POD_UID.test(podUid)) throw new Failure('InvalidPath', `${JSON.stringify(podUid.slice(0, 80))} is not the uid of a Pod.`);
    return join(this.#root, podUid);
  }
}
