// The program behind `slipway`: the real terminal, the real environment.
import { systemClock } from '../base/mod.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './command.ts';
import { runCommandLine } from './run-commands.ts';
import { createTerminal } from './terminal.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The first asks to stop in order; whoever asks again does not want to wait.
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}
// A reader that closed the pipe (`slipway get runs | head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.success : EXIT.failure));

const terminal = createTerminal({
  environment: process.env,
  clock: systemClock,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
});
const code = await runCommandLine(COMMANDS, process.argv.slice(2), terminal);
await terminal.written();
// A command that has ended is the end: no idle timer or connection shall hold the process.
process.exit(code);
