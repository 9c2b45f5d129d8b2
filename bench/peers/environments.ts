// The peers' own environments: made once with uv in the user's cache, so that no peer sees another's packages.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from './peers.ts';

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway', 'bench');

/** The `bin` folder of the peer's environment. Throws with the installer's own words when the packages can't be had. */
export function ensureEnvironment({ environment, requirements }: Peer): string {
  const directory = join(CACHE, `${environment}-${requirements.map((requirement) => requirement.replace(/.*==/, '')).join('-')}`);
  const bin = join(directory, 'bin');
  const isComplete = join(directory, 'complete');
  if (existsSync(isComplete)) return bin;
  const uv = ensureUv();
  console.log(`installing ${requirements.join(' ')}`);
  execFileSync(uv, ['venv', '--quiet', '--clear', directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync(uv, ['pip', 'install', '--quiet', ...requirements], {
    env: { ...process.env, VIRTUAL_ENV: directory },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(isComplete, '');
  return bin;
}

function ensureUv(): string {
  const directory = join(CACHE, 'uv');
  const uv = join(directory, 'bin', 'uv');
  if (!existsSync(uv)) {
    mkdirSync(CACHE, { recursive: true });
    execFileSync('python3', ['-m', 'venv', directory]);
    execFileSync(join(directory, 'bin', 'pip'), ['install', '--quiet', 'uv']);
  }
  return uv;
}
