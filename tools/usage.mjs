// How the scripts behind package.json answer `--help` and a command line that they do not understand. What one takes stands in the
// comment at its head, once.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the comment at the head of a TypeScript file says.
 * @param {string} path */
export function headComment(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const length = lines.findIndex((line) => !line.startsWith('//'));
  return lines.slice(0, length).map((line) => line.slice('// '.length)).join('\n');
}

/**
 * The answer to `--help`; undefined when nobody asks or the script is a program of somebody else. A script whose first argument names a file
 * beside it (`bench/main.ts peers`) is explained there.
 * @param {string} root
 * @param {string} script relative to `root`
 * @param {readonly string[]} scriptArguments
 */
export function helpOf(root, script, scriptArguments) {
  if (!scriptArguments.includes('--help') || !script.endsWith('.ts')) return undefined;
  const [name = ''] = scriptArguments;
  const section = script.startsWith('bench/') && /^\w+$/.test(name) ? join(root, 'bench', `${name}.ts`) : '';
  return headComment(existsSync(section) ? section : join(root, script));
}

/**
 * The sentence for a command line that a script did not understand; undefined when its error says something else.
 * @param {unknown} error
 * @param {string} command
 */
export function misuseOf(error, command) {
  if (!(error instanceof Error)) return undefined;
  const isOption = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
  const isUsage = 'reason' in error && error.reason === 'Usage';
  if (!isOption && !isUsage) return undefined;
  return `${error.message.split('. ')[0]}; see: ${command} -- --help`;
}
