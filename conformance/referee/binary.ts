// Builds the referee's Go programs, with a line of progress. Go's own caches say what is up to date; nothing is built into
// the repository.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { KubectlProgram } from '../sessions/compare-clients.ts';

/** conformance/referee/go.mod names the same release. */
const RELEASE = '1.36.3';
/** kubectl of other releases, from their own modules; that of RELEASE is part of the referee. */
export const KUBECTL_RELEASES: readonly string[] = ['1.34.4', '1.33.13', '1.32.13', '1.31.3', '1.30.14', '1.29.6', '1.28.15', '1.27.3'];

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway', 'referee');
/** The program with the informer and the controllers. */
export const GO_CLIENTS = join(CACHE, 'go-clients');
const GO_MINOR_MIN = 26;
/** Enough for a laptop to stay usable; Go takes all processors otherwise. */
const PARALLEL_COMPILES_MAX = 2;

const KUBECTL_MAIN = `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() { os.Exit(cli.Run(cmd.NewDefaultKubectlCommand())) }
`;

/** The path of the binary with etcd, API server, controller manager, kubectl and the generator of golden files. */
export async function buildReferee(): Promise<string> {
  requireGo();
  const binary = join(CACHE, 'referee');
  await build(import.meta.dirname, binary, RELEASE);
  return binary;
}

/** The kubectls that are built; `npm run referee -- kubectl` builds the others. */
export function kubectlPrograms(referee: string): readonly KubectlProgram[] {
  const built = KUBECTL_RELEASES.map((release) => programOf(release, [kubectlPath(release)])).filter(({ program }) => existsSync(program[0]!));
  return [programOf(RELEASE, [referee, 'kubectl']), ...built];
}

function programOf(release: string, program: readonly string[]): KubectlProgram {
  return { name: `kubectl-${release}`, minor: Number(release.split('.')[1]), program };
}

function kubectlPath(release: string): string {
  return join(CACHE, `kubectl-${release}`, 'kubectl');
}

/** The path of a kubectl of that release. */
export async function buildKubectl(release: string): Promise<string> {
  requireGo();
  const directory = join(CACHE, `kubectl-${release}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'main.go'), KUBECTL_MAIN);
  writeFileSync(join(directory, 'go.mod'), `module slipway/kubectl\n\ngo 1.${GO_MINOR_MIN}\n\nrequire k8s.io/kubectl v${release.replace(/^1/, '0')}\n`);
  await runGo(directory, ['mod', 'tidy']);
  const binary = kubectlPath(release);
  await build(directory, binary, release);
  return binary;
}

export async function buildGoClients(): Promise<string> {
  requireGo();
  await build(join(dirname(import.meta.dirname), 'go-clients'), GO_CLIENTS, RELEASE);
  return GO_CLIENTS;
}

async function build(directory: string, binary: string, release: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const facts = { gitVersion: `v${release}`, gitMajor: '1', gitMinor: release.split('.')[1], gitTreeState: 'clean' };
  const linkFlags = Object.entries(facts).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  const startedMs = Date.now();
  await runGo(directory, ['build', '-v', `-p=${PARALLEL_COMPILES_MAX}`, '-buildvcs=false', '-ldflags', `-s -w ${linkFlags.join(' ')}`, '-o', binary, '.']);
  console.error(`${binary} is built (${((Date.now() - startedMs) / 1000).toFixed(0)} s)`);
}

/** Go's own lines (packages, downloads, complaints): counted on a terminal, kept for the case that it fails. */
async function runGo(directory: string, parameters: readonly string[]): Promise<void> {
  const child = spawn('go', parameters, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, CGO_ENABLED: '0' } });
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  for await (const line of createInterface(child.stderr)) {
    lines.push(line);
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${lines.length} packages: ${line.slice(0, 80)}`);
  }
  const code = await ended;
  if (process.stderr.isTTY && lines.length > 0) process.stderr.write('\r\u001b[K');
  if (code !== 0) throw new Error(`go ${parameters.slice(0, 2).join(' ')} failed in ${directory}:\n${lines.slice(-20).join('\n')}`);
}

function requireGo(): void {
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const minor = Number(/^go1\.(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
  if (minor < GO_MINOR_MIN) throw new Error(`the referee is built with Go 1.${GO_MINOR_MIN} or newer; put one on PATH`);
}
