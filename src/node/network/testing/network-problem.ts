// Whether this machine lets Pods have network namespaces, for tests that need them.
import { join } from 'node:path';
import { findPython, runProgram } from '../../supervisor/supervisor-fixture.ts';

const PROGRAM = join(import.meta.dirname, '../../supervisor/supervisor.py');

/** '' when it does, else why not. */
export async function networkProblem(): Promise<string> {
  const { stdout } = await runProgram(await findPython(), ['-I', '-S', PROGRAM, 'try-network']);
  return stdout.trim();
}
