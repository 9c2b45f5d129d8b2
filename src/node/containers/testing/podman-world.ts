// podman for tests: an API service of the test's own, with storage, locks and settings in a directory of its own, and an image
// made of this machine's programs. Settings that a sandboxed machine needs (another OCI runtime, smaller limits) are found by
// trying.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../../../base/mod.ts';
import { machineVariables } from '../../environments/testing/machine.ts';
import { createEngineApi, type EngineApi } from '../engine-api.ts';
import { podmanSocketPath } from '../podman-service.ts';

const execute = promisify(execFile);
const PROGRAMS = ['sh', 'cat', 'sleep', 'id', 'head', 'tail', 'mkdir', 'rm', 'ls', 'grep', 'tar', 'touch', 'tr', 'env', 'stat', 'hostname', 'chroot', 'stty', 'sed', 'base64'];
const WAIT_MS = 60_000;
/** In a sandbox the one or the other does not work. */
const SETTINGS = [
  { runtime: 'crun', driver: 'overlay' },
  { runtime: 'runc', driver: 'overlay' },
  { runtime: 'runc', driver: 'vfs' },
] as const;

export interface PodmanWorld {
  readonly socket: string;
  readonly api: EngineApi;
  /** Of the image that has a shell and a few programs, and the user's variables for podman. */
  readonly image: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly directory: string;
  podman(...programArguments: readonly string[]): Promise<string>;
  /** A socket at which the same engine says that it is Docker. */
  pretendDocker(): Promise<string>;
  /** A socket at which a log that is followed never ends. */
  followForEver(): Promise<string>;
  /** Process ids of services that the product started for a directory. */
  servicesIn(serviceDirectory: string): Promise<readonly number[]>;
  stopOwn(serviceDirectory: string): Promise<void>;
  /** Ends the service; containers go on. */
  stopService(): Promise<void>;
  startService(): Promise<void>;
  /** Removes all containers and the storage. */
  close(): Promise<void>;
}

/** Why the tests can't run here, or the world in which they do. */
export async function startPodman(): Promise<PodmanWorld | string> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-podman-'));
  const complaints: string[] = [];
  for (const setting of SETTINGS) {
    const world = await tryPodman(directory, setting).catch((error: unknown) => String(error instanceof Error ? error.message : error));
    if (typeof world !== 'string') return world;
    if (world.includes('ENOENT')) return removed(directory, 'this machine has no podman');
    complaints.push(`${setting.runtime}, ${setting.driver}: ${world.trim().split('\n').at(-1)}`);
  }
  return removed(directory, `podman can't run containers here: ${complaints.join('; ')}`);
}

async function removed(directory: string, complaint: string): Promise<string> {
  await removeStorage(directory);
  return complaint;
}

/** podman leaves the places of its layers mounted. */
async function removeStorage(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8').catch(() => '')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const place of mounts.filter((mount) => mount.startsWith(`${directory}/`)).toReversed()) await execute('umount', ['-l', place]);
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

async function tryPodman(directory: string, { runtime, driver }: (typeof SETTINGS)[number]): Promise<PodmanWorld> {
  const own = join(directory, `${runtime}-${driver}`);
  const variables = { ...machineVariables(), ...(await writeSettings(own, runtime, driver)) };
  const podman = async (...programArguments: readonly string[]) => (await execute('podman', programArguments, { env: variables })).stdout;
  const image = 'localhost/slipway-test:1';
  await importImage(own, image, podman);
  await podman('run', '--rm', '--network=host', image, 'cat', '/etc/passwd');
  const socket = join(own, 'api.sock');
  let service: ChildProcess | undefined;
  const world: PodmanWorld = {
    socket,
    api: createEngineApi(socket),
    image,
    variables,
    directory: own,
    podman,
    pretendDocker: () => proxy(socket, 'docker', (head) => (head.startsWith('GET /version') ? DOCKER_VERSION : undefined)),
    followForEver: () => proxy(socket, 'endless', (head) => (/^GET \S*\/logs\?follow=true/.test(head) ? ENDLESS : undefined)),
    servicesIn,
    async stopOwn(serviceDirectory) {
      for (const pid of await servicesIn(serviceDirectory)) process.kill(pid, 'SIGTERM');
      const isOver = async () => (await servicesIn(serviceDirectory)).length === 0;
      await until('the service to end', isOver, { timeoutMs: WAIT_MS, intervalMs: 20 });
    },
    async stopService() {
      if (service === undefined || service.exitCode !== null) return;
      service.kill();
      await once(service, 'exit');
    },
    async startService() {
      service = spawn('podman', ['system', 'service', '--time', '0', `unix://${socket}`], { cwd: own, env: variables, stdio: 'ignore' });
      const answers = () => world.api.call('GET', '/version').then(() => true, () => undefined);
      await until('podman to answer', answers, { timeoutMs: WAIT_MS, intervalMs: 20 });
    },
    async close() {
      await world.stopService();
      await podman('rm', '--all', '--force', '--time', '0');
      await removeStorage(directory);
    },
  };
  await world.startService();
  return world;
}

/** Every call has a connection of its own, so its first bytes say which call it is. `answerOf`: what is answered in place of the engine. */
async function proxy(socket: string, name: string, answerOf: (head: string) => string | undefined): Promise<string> {
  const path = `${socket}.${name}`;
  const server = createServer((client) => {
    client.once('data', (head) => {
      const answer = answerOf(head.toString('latin1'));
      if (answer !== undefined) return void client.on('error', () => client.destroy()).unref().write(answer);
      const engine = connect({ path: socket, allowHalfOpen: true }).on('error', () => client.destroy());
      engine.write(head);
      engine.pipe(client).on('error', () => engine.destroy());
      client.pipe(engine);
      // The one half that nobody reads any more would keep the process of the test.
      client.once('close', () => engine.destroy()).unref();
      engine.once('close', () => client.destroySoon()).unref();
    });
  });
  server.unref();
  await once(server.listen(path), 'listening');
  return path;
}

const DOCKER_VERSION = 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"Version":"test.1"}';
const ENDLESS = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

async function servicesIn(serviceDirectory: string): Promise<readonly number[]> {
  const address = `unix://${podmanSocketPath(serviceDirectory)}`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const isService = async (pid: string) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(address);
  const found = await Promise.all(pids.map(async (pid) => ((await isService(pid)) ? [Number(pid)] : [])));
  return found.flat();
}

async function writeSettings(own: string, runtime: string, driver: string): Promise<Readonly<Record<string, string>>> {
  await mkdir(own, { recursive: true });
  const file = async (name: string, text: string) => {
    await writeFile(join(own, name), text);
    return join(own, name);
  };
  const engine = ['cgroup_manager = "cgroupfs"', 'events_logger = "file"', 'lock_type = "file"', 'exit_command_delay = 1', `runtime = "${runtime}"`, `tmp_dir = "${join(own, 'tmp')}"`];
  return {
    CONTAINERS_CONF: await file('containers.conf', `[containers]\nlog_driver = "k8s-file"\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n[engine]\n${engine.join('\n')}\n`),
    CONTAINERS_STORAGE_CONF: await file('storage.conf', `[storage]\ndriver = "${driver}"\ngraphroot = "${join(own, 'storage')}"\nrunroot = "${join(own, 'run')}"\n`),
    CONTAINERS_REGISTRIES_CONF: await file('registries.conf', '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n'),
  };
}

/** This machine's programs and the libraries that they need. */
async function importImage(own: string, image: string, podman: PodmanWorld['podman']): Promise<void> {
  const root = join(own, 'root');
  for (const place of ['bin', 'etc', 'tmp', 'work']) await mkdir(join(root, place), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nworker:x:1234:1234::/:/bin/sh\n');
  for (const name of PROGRAMS) await copyProgram(root, name);
  const archive = join(own, 'root.tar');
  await execute('tar', ['-C', root, '-cf', archive, '.']);
  await podman('import', '--change', 'ENV FROM_IMAGE=yes', '--change', 'WORKDIR /work', '--change', 'CMD ["sh", "-c", "echo default command"]', archive, image);
  await rm(root, { recursive: true, force: true });
  await rm(archive);
}

async function copyProgram(root: string, name: string): Promise<void> {
  const found = (await execute('sh', ['-c', `command -v ${name}`])).stdout.trim();
  const source = await realpath(found);
  await copyFile(source, join(root, 'bin', name));
  const { stdout } = await execute('ldd', [source]).catch(() => ({ stdout: '' }));
  for (const library of stdout.match(/\/\S+/g) ?? []) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(await realpath(library), join(root, library));
  }
}
