// How limits of memory, processes and processors are enforced here, and what would make it better.
import { join } from 'node:path';
import { isJsonObject } from '../../base/mod.ts';
import type { LimitsMode } from '../supervisor/protocol.ts';
import type { Finding } from './finding.ts';
import { probe } from './programs.ts';

const SUBJECT = 'limits';
const SUPERVISOR = join(import.meta.dirname, '..', 'supervisor', 'supervisor.py');

/** `python` runs the supervisor; without one there is nothing to say. */
export async function checkLimits(platform: string, python: string | undefined): Promise<readonly Finding[]> {
  if (python === undefined) return [];
  const [printed, systemd] = await Promise.all([probe(python, ['-I', '-S', SUPERVISOR, 'limits']), probe('systemd-run', ['--version'])]);
  const mode = parseMode(printed);
  return mode === undefined ? [] : [judgeLimits(mode, { platform, hasSystemd: systemd !== undefined })];
}

export function judgeLimits({ mode, controllers, reason }: LimitsMode, { platform, hasSystemd }: { readonly platform: string; readonly hasSystemd: boolean }): Finding {
  const version = mode === 'v2' ? 2 : 1;
  if (mode !== 'none' && controllers.includes('cpu')) {
    return { subject: SUBJECT, verdict: 'good', observation: `memory, processes and CPU by control groups (version ${version})` };
  }
  const nextStep = hasSystemd
    ? 'for exact limits start Slipway in a control group of its own: systemd-run --user --scope -p Delegate=yes slipway up'
    : 'for exact limits start Slipway where it may write to /sys/fs/cgroup: as root, by systemd with Delegate=yes, or in a container with a control group of its own';
  if (mode !== 'none') return { subject: SUBJECT, verdict: 'lacking', observation: `memory and processes by control groups (version ${version}), CPU not at all`, nextStep };
  const observation = `memory and processes are looked at twice a second, CPU is not limited (${reason})`;
  if (platform !== 'linux') return { subject: SUBJECT, verdict: 'lacking', observation: 'none', nextStep: 'only Linux has control groups; a container that takes too much memory slows the machine' };
  return { subject: SUBJECT, verdict: 'lacking', observation, nextStep };
}

function parseMode(text: string | undefined): LimitsMode | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isJsonObject(parsed) && typeof parsed['mode'] === 'string' ? (parsed as unknown as LimitsMode) : undefined;
  } catch {
    return undefined; // the finding about Python says what is wrong
  }
}
