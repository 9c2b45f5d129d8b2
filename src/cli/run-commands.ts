// Finds the command that a command line means, runs it, and turns whatever happens into output and an exit code.
import { describeError, Failure } from '../base/mod.ts';
import { EXIT, parseCommandLine, type Command } from './command.ts';
import { describeAllCommands, describeCommand } from './help.ts';
import type { Terminal } from './terminal.ts';

/** Reasons of failures that lie in the command line. */
const USAGE_REASONS = ['Usage', 'BadConfiguration'];

/** Never rejects. Resolves with the exit code. */
export async function runCommandLine(commands: readonly Command[], words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    terminal.out(describeAllCommands(commands, terminal.columns()));
    return name === undefined ? EXIT.usage : EXIT.success;
  }
  const wanted = name === 'help' ? rest[0] : name === '--version' ? 'version' : name;
  const command = commands.find((candidate) => candidate.name === wanted);
  if (command === undefined) {
    const complaint = name.startsWith('-') ? `options stand behind the command: slipway COMMAND ${name} …` : `there is no command "${wanted}"`;
    terminal.err(`slipway: ${complaint}; see: slipway --help\n`);
    return EXIT.usage;
  }
  return name === 'help' ? showHelp(command, terminal) : runCommand(command, rest, terminal);
}

async function runCommand(command: Command, commandArguments: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const input = parseCommandLine(command, commandArguments);
    return input.has('help') ? showHelp(command, terminal) : await command.run(input, terminal);
  } catch (error) {
    return explain(error, terminal);
  }
}

function showHelp(command: Command, terminal: Terminal): number {
  terminal.out(describeCommand(command, terminal.columns()));
  return EXIT.success;
}

/** One sentence for what was foreseen, the stack for a bug. */
export function explain(error: unknown, terminal: Pick<Terminal, 'err' | 'signal'>): number {
  if (terminal.signal.aborted && isAbort(error, terminal.signal)) return EXIT.interrupted;
  if (error instanceof Failure) {
    terminal.err(`slipway: ${describeError(error)}\n`);
    return USAGE_REASONS.includes(error.reason) ? EXIT.usage : EXIT.failure;
  }
  const place = fullDiskOf(error);
  if (place !== undefined) {
    terminal.err(`slipway: the disk${place} is full; free some space and try again\n`);
    return EXIT.failure;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`slipway: a bug of Slipway, please report it with this text:\n${stack}\n`);
  return EXIT.bug;
}

const FULL_CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** Which disk, as far as the system has told; undefined when it is not that. */
function fullDiskOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (!('code' in current) || !FULL_CODES.includes(current.code)) continue;
    return 'path' in current && typeof current.path === 'string' ? ` of ${current.path}` : '';
  }
  return undefined;
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
