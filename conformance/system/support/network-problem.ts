// Whether this machine lets Pods have addresses of their own, for tests that need them.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('../../../src/node/supervisor/supervisor.py', import.meta.url));

/** '' when it does, else why not. */
export function networkProblem(): string {
  const { stdout, stderr, status } = spawnSync('python3', ['-I', '-S', SUPERVISOR, 'try-network'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : `no network namespaces: ${stderr}`;
}
