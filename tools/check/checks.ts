// The static checks that `npm run check` and `npm test` share. Each is a program of its own and is judged by its exit code.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

export const ROOT = dirname(dirname(import.meta.dirname));

interface Check {
  readonly name: string;
  /** Arguments for this Node; paths are relative to the root. */
  readonly nodeArguments: readonly string[];
}

export interface CheckResult {
  readonly name: string;
  readonly isPassed: boolean;
  readonly output: string;
  readonly durationMs: number;
}

export const CHECKS: readonly Check[] = [
  { name: 'tidy', nodeArguments: ['tools/tidy.ts'] },
  { name: 'types', nodeArguments: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'types of the dashboard', nodeArguments: ['node_modules/typescript/bin/tsc', '-p', 'dashboard'] },
  { name: 'lint', nodeArguments: ['node_modules/oxlint/bin/oxlint', '--format=unix'] },
  { name: 'dead code', nodeArguments: ['node_modules/knip/bin/knip.js', '--no-progress', '--no-config-hints'] },
];

/** Never rejects: a program that cannot be started is a failed check. */
export function runCheck(check: Check): Promise<CheckResult> {
  const startedAtMs = Date.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(process.execPath, check.nodeArguments, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const finish = (isPassed: boolean, note = '') => {
      const output = Buffer.concat(chunks).toString('utf8').trim() + note;
      resolve({ name: check.name, isPassed, output, durationMs: Date.now() - startedAtMs });
    };
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => finish(false, error.message));
    child.on('close', (code) => finish(code === 0));
  });
}
