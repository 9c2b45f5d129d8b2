// podman without a service of the system: this process starts the API for itself. It ends by itself when nobody has asked it
// for a while; containers belong to nobody's process and go on.
import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../../base/mod.ts';

const IDLE_SECONDS = 60;
/** A Unix socket's path has to fit into its address. */
const SOCKET_PATH_BYTES_MAX = 100;
const NAME_LENGTH = 16;

/** Always the same path for a directory, so that a service that an earlier server started is found again. */
export function podmanSocketPath(directory: string): string {
  const path = join(directory, 'podman.sock');
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path;
  return join(tmpdir(), `slipway-podman-${sha256Hex(directory).slice(0, NAME_LENGTH)}.sock`);
}

/** Resolves when it was started or is known not to be there; whether it answers is for the caller to find out. */
export async function startPodmanService(directory: string, variables: Readonly<Record<string, string>>): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await using log = await open(join(directory, 'podman.log'), 'a', 0o600);
  const child = spawn('podman', ['system', 'service', '--time', String(IDLE_SECONDS), `unix://${podmanSocketPath(directory)}`], {
    cwd: '/',
    env: variables,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  return await new Promise((resolve) => {
    child.once('error', () => resolve(false)); // not installed
    child.once('spawn', () => resolve(true));
  });
}
