// Whether a cached task's outputs can still be used: every artifact that had bytes when it was recorded must still have.
import { Failure } from '../../base/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { Records, Task } from '../../records/mod.ts';
import type { OutputsPresence } from '../plan/facts.ts';

export async function checkOutputs(records: Records, blobs: Blobs, task: Task): Promise<OutputsPresence> {
  const artifactIds = Object.values(task.outputs.artifacts).flat();
  const artifacts = records.artifactsByIds(artifactIds);
  if (artifacts.length < new Set(artifactIds).size) return { arePresent: false, missingUri: `an artifact of ${task.displayName}` };
  for (const { uri, sizeBytes } of artifacts) {
    if (sizeBytes !== undefined && !(await isPresent(blobs, uri))) return { arePresent: false, missingUri: uri };
  }
  return { arePresent: true };
}

/** An artifact that is kept elsewhere is believed to be there, as upstream does. */
async function isPresent(blobs: Blobs, uri: string): Promise<boolean> {
  try {
    return (await blobs.stat(uri)) !== undefined;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'InvalidUri') return true;
    throw error;
  }
}
