// The volumes of one Pod, made once for all its containers; after a failure they are made anew.
import { fetchReferences, type ReferenceReader } from './references.ts';
import type { PodSpec } from './pod-spec.ts';
import { prepareVolumes, type PreparedVolumes, type VolumePlaces } from './pod-volumes.ts';
import type { TokenFiles } from './token-files.ts';
import { volumeReferences } from './volume-files.ts';

const NO_VOLUMES: PreparedVolumes = new Map();

export class VolumesOnce {
  #prepared: Promise<PreparedVolumes> | undefined;

  /** Throws what `prepareVolumes` throws. */
  async ensure(reader: ReferenceReader, spec: PodSpec, places: VolumePlaces, tokens: TokenFiles): Promise<PreparedVolumes> {
    if (spec.volumes.length === 0) return NO_VOLUMES;
    this.#prepared ??= prepare(reader, spec, places, tokens).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

async function prepare(reader: ReferenceReader, { volumes }: PodSpec, places: VolumePlaces, tokens: TokenFiles): Promise<PreparedVolumes> {
  const objects = await fetchReferences(reader, volumeReferences(volumes));
  const prepared = await prepareVolumes(reader.pod, volumes, objects, places);
  await tokens.write();
  return prepared;
}
