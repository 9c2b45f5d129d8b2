// npm run referee [-- COMMAND]: a real kube-apiserver beside ours. Needs Go; the first build takes about ten minutes
// (conformance/referee/README.md).
//   npm run referee                 builds, starts, prints the path of a kubeconfig, serves until Ctrl-C
//   npm run referee -- golden       writes conformance/golden/*.json anew
//   npm run referee -- session      holds the same session with it and with our server, prints what differs
//   npm run referee -- refusals     the same for bad requests, with both sentences
//   npm run referee -- clients      holds the sessions of conformance/sessions with both: every kubectl that is built, Python, Go
//   npm run referee -- controllers [PART…]  plays the scenarios of conformance/controllers with both
//   npm run referee -- pipeline     runs a pipeline with our engine and node on it
//   npm run referee -- kubectl      builds kubectls of several releases, prints their paths
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../../src/base/mod.ts';
import { createHttpObjectApi } from '../../src/client/mod.ts';
import { ensureKfpSdk } from '../../src/main/mod.ts';
import { compareControllers } from '../controllers/compare.ts';
import { compareKubectl, compareProgram } from '../sessions/compare-clients.ts';
import { buildGoClients, buildKubectl, buildReferee, KUBECTL_RELEASES, kubectlPrograms } from './binary.ts';
import { runPipelineOn, serverOf } from './pipeline.ts';
import { compareRefusals } from './refusals.ts';
import { compareSessions } from './session.ts';

const CONFORMANCE = dirname(import.meta.dirname);
const ROOT = dirname(CONFORMANCE);
const PYTHON_SESSION = join(CONFORMANCE, 'sessions', 'python_client.py');
const PYTHON_CLIENTS: Readonly<Record<string, string>> = { 'python-35': 'kubernetes>=35,<36', 'python-newest': 'kubernetes>=36.0.3' };

const COMMANDS: Readonly<Record<string, () => Promise<number>>> = { up, golden, session, refusals, clients, controllers, pipeline, kubectl };

const [name = 'up'] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  throw new Failure('Usage', `there is no command "${name}", there are ${Object.keys(COMMANDS).join(', ')}`);
}
try {
  process.exitCode = await command();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function up(): Promise<number> {
  return run(await buildReferee(), ['up']);
}

async function golden(): Promise<number> {
  return run(await buildReferee(), ['golden', '--dir', join(CONFORMANCE, 'golden')]);
}

async function kubectl(): Promise<number> {
  console.log(`${await buildReferee()} kubectl`);
  for (const release of KUBECTL_RELEASES) console.log(await buildKubectl(release));
  return 0;
}

async function session(): Promise<number> {
  return withBothServers(compareSessions);
}

async function refusals(): Promise<number> {
  return withBothServers(compareRefusals);
}

async function pipeline(): Promise<number> {
  return withReferee(runPipelineOn);
}

async function controllers(): Promise<number> {
  return withReferee(async (kubeconfig) => {
    const api = createHttpObjectApi(serverOf(kubeconfig));
    try {
      return await compareControllers(api, process.argv.slice(3));
    } finally {
      api.close();
    }
  });
}

/** `judge` gets the kubeconfig and says how much it found. */
async function withReferee(judge: (kubeconfig: string) => Promise<number>): Promise<number> {
  const binary = await buildReferee();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-session-'));
  const servers: ChildProcess[] = [];
  try {
    return (await judge(await start(servers, binary, ['up', '--data-dir', join(directory, 'theirs')]))) === 0 ? 0 : 1;
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Each client gets servers of its own: the session starts with nothing there. `clients NAME…` holds only those. */
async function clients(): Promise<number> {
  const wanted = process.argv.slice(3);
  const sessions: Record<string, () => Promise<number>> = {};
  for (const program of kubectlPrograms(await buildReferee())) {
    sessions[program.name] = () => withBothServers((theirs, ours) => compareKubectl(program, theirs, ours));
  }
  for (const [client, requirement] of Object.entries(PYTHON_CLIENTS)) {
    sessions[client] = async () => {
      const { python } = await ensureKfpSdk({ onProgress: console.error, requirement });
      return withBothServers((theirs, ours) => compareProgram(client, [python, PYTHON_SESSION], theirs, ours));
    };
  }
  sessions['go'] = async () => {
    const binary = await buildGoClients();
    return withBothServers((theirs, ours) => compareProgram('go', [binary], theirs, ours));
  };
  let differentCount = 0;
  for (const [client, hold] of Object.entries(sessions)) if (wanted.length === 0 || wanted.includes(client)) differentCount += await hold();
  return differentCount;
}

/** `compare` gets both kubeconfigs and says how many differences it found. */
async function withBothServers(compare: (theirs: string, ours: string) => Promise<number>): Promise<number> {
  const binary = await buildReferee();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-session-'));
  const servers: ChildProcess[] = [];
  try {
    const theirs = await start(servers, binary, ['up', '--data-dir', join(directory, 'theirs')]);
    const ours = join(directory, 'ours');
    await start(servers, process.execPath, [join(ROOT, 'src', 'cli', 'main.ts'), 'up', '--port', '0', '--data-dir', ours]);
    return (await compare(theirs, join(ours, 'kubeconfig'))) === 0 ? 0 : 1;
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Both servers print their first line when they are ready. */
async function start(servers: ChildProcess[], program: string, parameters: readonly string[]): Promise<string> {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  servers.push(child);
  // The lines after the first are read too, and dropped: a full pipe would stop the server.
  const first = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const ended = once(child, 'exit').then(() => undefined);
  const line = await Promise.race([first, ended]);
  if (line === undefined) throw new Error(`${program} ${parameters[0]} ended before it was ready`);
  return line[0];
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** In this terminal; Ctrl-C reaches the program itself. */
async function run(program: string, parameters: readonly string[]): Promise<number> {
  process.on('SIGINT', () => {});
  const child = spawn(program, parameters, { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
