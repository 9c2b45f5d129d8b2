// `slipway up` as a program that is expected to refuse: its exit code and what it says.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

export interface UpOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Program and parameters that start the command line, for example a sandbox. */
  readonly within?: readonly string[];
}

export interface Refusal {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIME_MS_MAX = 30_000;

/** Resolves when the program has ended; one that does not refuse is ended after a while, with code null. */
export function slipwayUp({ dataDir, port = 0, environment, within = [] }: UpOptions): Promise<Refusal> {
  const commandLine = [...within, process.execPath, CLI, 'up', '--port', String(port), '--data-dir', dataDir, '--log-level', 'error'];
  const child = spawn(commandLine[0]!, commandLine.slice(1), {
    env: environment ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
