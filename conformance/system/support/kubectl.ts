// The real kubectl with the kubeconfig that an installation writes, a home and a cache of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Installation } from '../../../sim/installation.ts';

export const kubectlPath: string | undefined = pathOf('kubectl');

/** Of a program; undefined when the machine has none. */
export function pathOf(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

export interface KubectlRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningKubectl {
  /** What it has printed so far. */
  readonly output: () => string;
  stop(): void;
  readonly done: Promise<KubectlRun>;
}

const RUN_TIMEOUT_MS = 30_000;

export class Kubectl {
  readonly #home = mkdtempSync(join(tmpdir(), 'slipway-kubectl-'));
  readonly #installation: Pick<Installation, 'dataDir'>;

  constructor(installation: Pick<Installation, 'dataDir'>) {
    this.#installation = installation;
  }

  start(parameters: readonly string[], input = ''): RunningKubectl {
    assert.ok(kubectlPath);
    const env = { ...process.env, HOME: this.#home, KUBECONFIG: join(this.#installation.dataDir, 'kubeconfig') };
    const child = spawn(kubectlPath, parameters, { env, timeout: RUN_TIMEOUT_MS });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(input);
    const done = new Promise<KubectlRun>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { output: () => stdout, stop: () => child.kill(), done };
  }

  /** The output of a command that must succeed; its words are separated by single spaces. */
  async ok(command: string, input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.start(command.split(' '), input).done;
    assert.equal(code, 0, `kubectl ${command}: ${stderr}`);
    return stdout;
  }

  /** The complaint of a command that must fail. */
  async fails(command: string, input?: string): Promise<string> {
    const { code, stderr } = await this.start(command.split(' '), input).done;
    assert.notEqual(code, 0, `kubectl ${command} succeeded`);
    return stderr;
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
