// Whether Pods can have network namespaces with addresses of their own here; the supervisor's program tries it.
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { probe } from './programs.ts';

const SUBJECT = 'network';
const SUPERVISOR = join(import.meta.dirname, '../supervisor/supervisor.py');

/** `python`: an interpreter; undefined when there is none. */
export async function checkNetwork(platform: string, python: string | undefined): Promise<Finding> {
  if (platform !== 'linux') return judgeNetwork(`${platform} has no network namespaces`);
  return judgeNetwork(python === undefined ? 'there is no Python to try it with' : await probe(python, ['-I', '-S', SUPERVISOR, 'try-network']));
}

/** `problem`: '' when they can; undefined when the trial itself failed. */
export function judgeNetwork(problem: string | undefined): Finding {
  if (problem === '') return { subject: SUBJECT, verdict: 'good', observation: 'Pods have addresses of their own, with Services, names and a way out' };
  const observation = `Pods share the machine's network: ${problem ?? 'the trial failed'}`;
  const nextStep = 'Pods that listen should do so on $POD_IP (status.podIP) and on different ports; names of Services do not resolve. What permits walls (above) permits networks, too';
  return { subject: SUBJECT, verdict: 'lacking', observation, nextStep };
}
