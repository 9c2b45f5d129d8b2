// Makes a virtual environment with one version of the official SDK and prints the path of its interpreter:
//   node conformance/kfp-environment.ts kfp==2.0.0
// Environments are kept in the user's cache directory and made once, also when several tests ask at the same time. pip reads
// the machine's own configuration.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway-conformance');
const PIP_TIME_MS_MAX = 300_000;

function run(program: string, parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', timeout: PIP_TIME_MS_MAX });
  if (error !== undefined || status !== 0) {
    console.error(`${program} ${parameters.join(' ')} failed: ${error?.message ?? stderr}`);
    process.exit(1);
  }
  return stdout.trim();
}

function ensureEnvironment(requirement: string): string {
  const python = run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const directory = join(CACHE, `${requirement.replaceAll(/[^\w.]+/g, '-')}-python-${python}`);
  const interpreter = join(directory, 'bin', 'python');
  if (existsSync(interpreter)) return interpreter;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${directory}.${process.pid}`;
  run('python3', ['-m', 'venv', unfinished]);
  run(join(unfinished, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', requirement]);
  try {
    renameSync(unfinished, directory);
  } catch (cause) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(interpreter)) throw cause; // Otherwise another process was faster, and its environment is as good.
  }
  return interpreter;
}

const requirement = process.argv[2];
if (requirement === undefined) {
  console.error('say which SDK: kfp-environment.ts kfp==2.0.0');
  process.exit(2);
}
console.log(ensureEnvironment(requirement));
