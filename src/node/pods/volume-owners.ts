// The group that a Pod's volumes are given to (fsGroup). Only root can give them away; others share them by their open modes.
import { chmod, chown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type KubeObject } from '../../base/mod.ts';

export interface VolumeOwners {
  /** One file or directory: the group reads what the owner reads, and what is made in a directory belongs to the group, too. */
  readonly give: (path: string) => Promise<void>;
  /** All below, unless the policy says that the root decides and it is right already. */
  giveAll(root: string): Promise<void>;
}

const SET_GID = 0o2000;

/** Undefined: volumes stay as they are. */
export function volumeOwnersOf(pod: KubeObject): VolumeOwners | undefined {
  const context = pod.spec?.['securityContext'];
  const { fsGroup: gid, fsGroupChangePolicy: policy } = isJsonObject(context) ? context : {};
  if (typeof gid !== 'number' || process.geteuid?.() !== 0) return undefined;
  const give = async (path: string): Promise<void> => {
    const { uid, mode } = await lstat(path);
    if ((mode & 0o170000) === 0o120000) return;
    const isDirectory = (mode & 0o170000) === 0o040000;
    await chown(path, uid, gid);
    await chmod(path, (mode & 0o7777) | ((mode & 0o700) >> 3) | (isDirectory ? SET_GID : 0));
  };
  /** What is inside comes first: a root that is right says that all below it is. Files may go meanwhile. */
  const giveTree = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) await unlessGone(giveTree(inner));
      else if (entry.isFile()) await unlessGone(give(inner));
    }
    await give(path);
  };
  return {
    give,
    async giveAll(root) {
      const isRight = (await lstat(root)).gid === gid;
      if (policy !== 'OnRootMismatch' || !isRight) await giveTree(root);
    },
  };
}

async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
