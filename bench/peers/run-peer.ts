// One case of one peer: its program in its environment, the answer checked.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock, until } from '../../src/base/mod.ts';
import { memoryOf } from '../process-memory.ts';
import { RESULTS, type Case, type Peer } from './peers.ts';

const SERVER_TIME_MS_MAX = 120_000;
/** A server that has just answered is still busy with itself. */
const SETTLE_MS = 15_000;

export interface Measured {
  /** The run alone, as the peer's own process sees it: imports and compilation left out. */
  readonly runSeconds: number;
  /** The command as its user waits for it. */
  readonly commandSeconds: number;
}

export interface PeerPlace {
  readonly peer: Peer;
  readonly bin: string;
  /** Where the peer keeps its own state. */
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Throws when the peer fails, takes longer than `secondsMax`, or answers anything but what every peer has to answer. */
export function runPeer(place: PeerPlace, which: Case, secondsMax: number): Measured {
  const directory = mkdtempSync(join(place.home, 'case-'));
  const begin = performance.now();
  const { stdout, stderr, status, error } = spawnSync(join(place.bin, 'python'), [join(import.meta.dirname, place.peer.program), which, directory], {
    encoding: 'utf8',
    timeout: 1000 * secondsMax,
    maxBuffer: 1 << 28,
    env: environmentOf(place, { PEER_DIRECTORY: directory }),
    cwd: directory,
  });
  const commandSeconds = (performance.now() - begin) / 1000;
  rmSync(directory, { recursive: true, force: true });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ETIMEDOUT') throw new Error(`stopped after ${secondsMax} s`);
  const line = stdout?.trimEnd().split('\n').findLast((text) => text.startsWith('{"result"'));
  if (line === undefined) throw new Error(`${place.peer.name} ${which} ended with ${status ?? error?.message}: ${stderr?.slice(-500)}`);
  const { result, seconds } = JSON.parse(line) as { result: unknown; seconds: number };
  if (result !== RESULTS[which]) throw new Error(`${place.peer.name} ${which} answered ${JSON.stringify(result)} instead of ${RESULTS[which]}`);
  return { runSeconds: seconds, commandSeconds };
}

export interface ServerFigures {
  readonly readySeconds: number;
  readonly idleBytes: number;
  readonly processes: number;
}

/** Starts the peer's server, says how long it took and what it holds when it idles. `whileItRuns` may use it; then it ends. */
export async function withServer<T>(
  place: PeerPlace,
  whileItRuns: (figures: ServerFigures, clientVariables: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { server } = place.peer;
  if (server === undefined) throw new Error(`${place.peer.name} has no server`);
  const port = await freePort();
  const [program, ...parameters] = server.command(port);
  const begin = performance.now();
  const child = spawn(join(place.bin, program!), parameters, {
    env: environmentOf(place, {}),
    cwd: place.home,
    stdio: 'ignore',
    detached: true,
  });
  try {
    await until(`${place.peer.name}'s server`, () => answers(child, `http://127.0.0.1:${port}${server.readyPath}`), { timeoutMs: SERVER_TIME_MS_MAX });
    const readySeconds = (performance.now() - begin) / 1000;
    await systemClock.sleep(SETTLE_MS);
    const memory = memoryOf([child.pid!]);
    const idleBytes = memory.reduce((sum, { privateBytes }) => sum + privateBytes, 0);
    return await whileItRuns({ readySeconds, idleBytes, processes: memory.length }, server.clientVariables?.(port) ?? {});
  } finally {
    process.kill(-child.pid!, 'SIGKILL');
  }
}

/** Makes the peer's home and runs its set-up. */
export function setUpPeer(place: PeerPlace): void {
  mkdirSync(place.home, { recursive: true });
  for (const path of Object.values(place.variables)) if (path.startsWith(place.home)) mkdirSync(path, { recursive: true });
  const [program, ...parameters] = place.peer.setUp ?? [];
  if (program === undefined) return;
  const { status, stderr } = spawnSync(join(place.bin, program), parameters, { env: environmentOf(place, {}), encoding: 'utf8' });
  if (status !== 0) throw new Error(`${place.peer.name} could not be set up: ${stderr.slice(-500)}`);
}

function environmentOf({ bin, variables }: PeerPlace, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, DO_NOT_TRACK: '1', PATH: `${bin}:${process.env['PATH']}`, ...variables, ...more };
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
  try {
    return (await fetch(url)).ok;
  } catch {
    // Does not listen yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
