// Where a Pod lives on disk: its private /tmp, volumes and exit records, below the data directory. Gone when the Pod is.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import type { ExitRecord } from '../supervisor/protocol.ts';

export interface PodDirectory {
  readonly path: string;
  /** Host directory of the containers' /tmp. */
  readonly tmp: string;
  exitFile(container: string, restart: number): string;
  readExit(container: string, restart: number): ExitRecord | undefined;
  /** The supervisor that containers of this Pod were given to; undefined when none was ever started. */
  readSupervisor(): string | undefined;
  writeSupervisor(instanceId: string): void;
  make(): void;
  remove(): Promise<void>;
}

/** uids come from the API server, but a path is never built from an unchecked word. */
const UID = /^[A-Za-z0-9-]{1,64}$/;

export function podDirectory(root: string, podUid: string): PodDirectory {
  if (!UID.test(podUid)) throw new Failure('InvalidPath', `the Pod uid "${podUid}" is not a uid`);
  const path = join(root, podUid);
  const supervisorFile = join(path, 'supervisor');
  const exitFile = (container: string, restart: number) => join(path, `exit-${container}-${restart}.json`);
  return {
    path,
    tmp: join(path, 'tmp'),
    exitFile,
    readExit: (container, restart) => readJson<ExitRecord>(exitFile(container, restart)),
    readSupervisor: () => readJson<{ instanceId: string }>(supervisorFile)?.instanceId,
    writeSupervisor: (instanceId) => writeFileSync(supervisorFile, JSON.stringify({ instanceId })),
    make() {
      mkdirSync(join(path, 'tmp'), { recursive: true, mode: 0o755 });
    },
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** uids of all Pods that have a directory. */
export function podDirectoryUids(root: string): readonly string[] {
  mkdirSync(root, { recursive: true });
  return readdirSync(root).filter((name) => UID.test(name));
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    // Not there, or cut off by a crash before it was complete: the same as never written.
    return undefined;
  }
}
