// slipway demo
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import { ensureKfpSdk, type Slipway } from '../../main/mod.ts';
import type { Command } from '../command.ts';
import { followToEnd } from '../follow-to-end.ts';
import { runPython } from '../python.ts';
import { connectTo } from '../server/connection.ts';
import { CONFIG_OPTIONS, serveUntilStopped, startServer } from '../start-server.ts';
import type { Terminal } from '../terminal.ts';

const SUBMIT = join(import.meta.dirname, '../../../examples/iris/submit.py');

export const demoCommand: Command = {
  name: 'demo',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Start Slipway and run the iris pipeline with the official kfp SDK.',
  details: 'The first time, Python packages are installed into environments of Slipway’s own; nothing else on the machine changes.',
  options: [{ name: 'exit', sentence: 'End when the run has ended, code 0 if it succeeded, instead of serving on.' }, ...CONFIG_OPTIONS],
  examples: [
    ['slipway demo', 'Run it, then look around at http://localhost:8080; Ctrl-C ends it.'],
    ['slipway demo --exit', 'For scripts: the exit code says whether it works here.'],
  ],
  async run(input, terminal) {
    const server = await startServer(input, terminal, { isLoggedToFile: true });
    const code = await runIris(server, terminal).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    if (input.has('exit')) {
      await server.stop();
      return code;
    }
    terminal.out('Slipway goes on serving; Ctrl-C ends it.\n');
    await serveUntilStopped(server, terminal);
    return code;
  },
};

async function runIris(server: Slipway, terminal: Terminal): Promise<number> {
  const { environment, signal } = terminal;
  const { python } = await ensureKfpSdk({ onProgress: (sentence) => terminal.out(`${sentence}\n`), signal });
  // Steps that ran before would be taken from the cache; a demo shows them at work.
  const submit = [SUBMIT, '--host', server.url, '--no-caching'];
  const said = await runPython(submit, { python, purpose: 'the iris pipeline could not be submitted', environment, signal });
  const runId = /^run (\S+)$/m.exec(said)?.[1];
  const sdk = /^kfp (\S+)$/m.exec(said)?.[1];
  if (runId === undefined) throw new Failure('NoRun', `${SUBMIT} named no run; it said: ${said.trim()}`);
  terminal.out(`Submitted examples/iris/pipeline.py with kfp ${sdk ?? ''}: run ${runId}\n\n`);
  return followToEnd(connectTo(server.url), runId, terminal, 'Stopping; the run goes on with the next start: slipway up');
}
