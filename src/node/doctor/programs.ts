// Programs of the machine: Python as the node finds it, uv.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Interpreter } from '../environments/interpreters.ts';
import type { Finding } from './finding.ts';

const PROBE_TIMEOUT_MS = 20_000;
/** Stdout of a program that ended well, else undefined. */
export async function probe(program: string, programArguments: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [...programArguments], { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL' });
    return stdout.trim();
  } catch {
    // Absent, not executable, failed or too slow: for a probe these are all "no".
    return undefined;
  }
}

/** `interpreters` in the order in which Slipway prefers them. */
export function judgePython(interpreters: readonly Interpreter[], hasUv: boolean): Finding {
  const subject = 'Python';
  const able = interpreters.find(({ hasPip, hasEnsurepip }) => hasUv || hasPip || hasEnsurepip);
  if (able !== undefined) return { subject, verdict: 'good', observation: `${able.version} (${able.path})` };
  const [first] = interpreters;
  const nextStep = 'install Python 3.10 or newer with pip and venv (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python)';
  const observation = first === undefined ? 'none found' : `${first.version} (${first.path}), without pip and venv`;
  return { subject, verdict: 'broken', observation, nextStep };
}

export function judgeUv(version: string | undefined): Finding {
  const subject = 'uv';
  if (version !== undefined) return { subject, verdict: 'good', observation: version.replace(/^uv /, '') };
  return { subject, verdict: 'good', observation: 'not on PATH: Slipway installs its own with the first environment' };
}

export function judgeGpus(ids: readonly string[]): Finding {
  const subject = 'GPUs';
  if (ids.length > 0) return { subject, verdict: 'good', observation: `${ids.length} of NVIDIA, each for one Pod at a time` };
  return { subject, verdict: 'good', observation: 'none that nvidia-smi lists: Pods that ask for one wait, or run without it with --gpu cpu-fallback' };
}
