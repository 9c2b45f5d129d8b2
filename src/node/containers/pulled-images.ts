// Which images Slipway itself has pulled, so that a full disk gets rid of those that nobody uses, and of none that the machine's
// user has fetched for other ends.
import { describeError, isJsonObject, type Clock, type Log } from '../../base/mod.ts';
import { keepJson, readKeptJson } from '../programs/kept-json.ts';
import type { EngineApi } from './engine-api.ts';

export interface PulledImagesOptions {
  /** Holds their names between two servers. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class PulledImages {
  readonly #options: PulledImagesOptions;
  /** By full name: when a Pod asked for it last. */
  readonly #usedAtMs: Map<string, number>;

  constructor(options: PulledImagesOptions) {
    this.#options = options;
    const kept = readKeptJson(options.file);
    this.#usedAtMs = new Map(Object.entries(isJsonObject(kept) ? kept : {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  }

  /** A Pod asks for it. `isPulled`: it was not there before. */
  async use(image: string, isPulled: boolean): Promise<void> {
    if (!isPulled && !this.#usedAtMs.has(image)) return;
    this.#usedAtMs.set(image, this.#options.clock.now());
    if (isPulled) await this.#keep();
  }

  /** Removes those that no container uses, the one that was not asked for longest first. How many. */
  async removeUnused(api: EngineApi): Promise<number> {
    const { log } = this.#options;
    const inUse = await imagesInUse(api);
    let removedCount = 0;
    for (const [image] of [...this.#usedAtMs].toSorted((a, b) => a[1] - b[1])) {
      try {
        const found = await api.call('GET', `/images/${image}/json`);
        if (isJsonObject(found) && inUse.has(idOf(found['Id']))) continue;
        await api.call('DELETE', `/images/${image}`);
        removedCount += 1;
        log.info('an image that no container uses was removed, the disk is nearly full', { image });
      } catch (error) {
        // Somebody else removed it, or a container that began meanwhile uses it.
        log.debug?.('an image was not removed', { image, error: describeError(error) });
      }
      this.#usedAtMs.delete(image);
    }
    if (removedCount > 0) await this.#keep();
    return removedCount;
  }

  #keep(): Promise<void> {
    return keepJson(this.#options.file, Object.fromEntries(this.#usedAtMs), { log: this.#options.log, lost: 'which images were pulled can not be kept: a full disk will not be rid of them' });
  }
}

async function imagesInUse(api: EngineApi): Promise<ReadonlySet<string>> {
  const containers = await api.call('GET', '/containers/json', { query: { all: 'true' } });
  return new Set(Array.isArray(containers) ? containers.flatMap((container) => (isJsonObject(container) ? [idOf(container['ImageID'])] : [])) : []);
}

/** Engines say it with and without the name of the digest. */
function idOf(id: unknown): string {
  return String(id).replace(/^sha256:/, '');
}
