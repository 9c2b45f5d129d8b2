// A command as data: what it is called, what it takes, how it is explained, and what it does.
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { Failure } from '../base/mod.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes that scripts may rely on. */
export const EXIT = {
  success: 0,
  /** The work was understood and failed: the run failed, the server refused, the machine lacks something. */
  failure: 1,
  /** The command line was not understood. */
  usage: 2,
  /** A bug of Slipway. */
  bug: 70,
  /** Stopped by Ctrl-C. */
  interrupted: 130,
} as const;

export interface Option {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; undefined for a switch. */
  readonly value?: string;
  readonly isRepeatable?: boolean;
  readonly sentence: string;
}

export interface Command {
  readonly name: string;
  /** Operands as the usage line shows them, for example `RUN [STEP]`. */
  readonly operands: string;
  readonly operandCount: { readonly min: number; readonly max: number };
  /** One line for the list of commands. */
  readonly summary: string;
  /** More, below the usage line. */
  readonly details?: string;
  readonly options: readonly Option[];
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  /** Resolves with the exit code. Throws Failure with a sentence for people. */
  run(input: CommandInput, terminal: Terminal): Promise<number>;
}

/** Operands and options of one call. Asking for an option that the command does not declare is a bug. */
export interface CommandInput {
  readonly operands: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
}

/** Throws Failure `Usage` with a sentence that names what was not understood. */
export function parseCommandLine(command: Command, commandArguments: readonly string[]): CommandInput {
  const config: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' } };
  for (const { name, short, value, isRepeatable } of command.options) {
    const type = value === undefined ? 'boolean' : 'string';
    config[name] = { type, ...(short === undefined ? {} : { short }), ...(isRepeatable ? { multiple: true } : {}) };
  }
  const { values, positionals } = parse(command, commandArguments, config);
  const { min, max } = command.operandCount;
  const isComplete = values['help'] === true || (positionals.length >= min && positionals.length <= max);
  if (!isComplete) throw usageFailure(command, positionals.length < min ? `${command.operands} is missing` : `"${positionals[max]}" is too much`);
  return {
    operands: positionals,
    has: (name) => values[name] === true,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    texts: (name) => (Array.isArray(values[name]) ? values[name].map(String) : []),
  };
}

function parse(command: Command, args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw usageFailure(command, describeParseError(error));
  }
}

function describeParseError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, unknownOption] = /^Unknown option '([^']+)'/.exec(message) ?? [];
  if (unknownOption !== undefined) return `there is no option ${unknownOption}`;
  const [, valueless] = /^Option '(?:-\w, )?(--[^ ']+) <value>' argument missing/.exec(message) ?? [];
  if (valueless !== undefined) return `${valueless} needs a value`;
  const [, valued] = /^Option '(?:-\w, )?(--[^ ']+)' does not take an argument/.exec(message) ?? [];
  if (valued !== undefined) return `${valued} takes no value`;
  return message.split('\n')[0] ?? message;
}

export function usageFailure(command: Pick<Command, 'name'>, sentence: string): Failure {
  return new Failure('Usage', `${sentence}; see: slipway ${command.name} --help`);
}
