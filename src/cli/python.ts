// Runs Python programs with the tools environment: the compiler of the official SDK, the demo's client.
import { spawn } from 'node:child_process';
import { Failure } from '../base/mod.ts';

export interface PythonOptions {
  /** Interpreter of an environment that has kfp. */
  readonly python: string;
  /** What the program is for, as the beginning of a sentence about its failure. */
  readonly purpose: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Characters of a program's output that are kept, its end. */
const OUTPUT_CHARS_MAX = 256 * 1024;
const LINES_SHOWN = 15;

/** Stdout of a program that ended well. Throws Failure `PythonFailed` with the end of what it said; an abort kills it. */
export async function runPython(programArguments: readonly string[], options: PythonOptions): Promise<string> {
  const { python, purpose, environment, signal } = options;
  // A package next to the user's file would shadow nothing of ours; bytecode next to it would be litter.
  const env = { ...environment, PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
  const child = spawn(python, programArguments, { env, stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(-OUTPUT_CHARS_MAX)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-OUTPUT_CHARS_MAX)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(signal.aborted ? error : new Failure('PythonFailed', `${purpose}: ${python} can not be started`, { cause: error })));
    child.once('close', resolve);
  });
  if (code === 0) return stdout;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-LINES_SHOWN).join('\n  ');
  throw new Failure('PythonFailed', `${purpose}, its Python program ended with code ${code ?? 'none'} and said:\n  ${said}`);
}
