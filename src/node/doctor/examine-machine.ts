// What this machine has and lacks, as `slipway doctor` and the dashboard show it. Changes nothing.
import { freemem, totalmem } from 'node:os';
import type { Interpreters } from '../environments/interpreters.ts';
import type { EngineSetting } from '../containers/find-engine.ts';
import { checkContainerEngine } from './container-engine.ts';
import { listNvidiaGpus } from '../devices/nvidia.ts';
import type { Finding } from './finding.ts';
import { checkLimits } from './limits.ts';
import { checkNamespaces } from './namespaces.ts';
import { checkNetwork } from './network.ts';
import { checkDataDirectory, judgeMemory } from './place.ts';
import { judgeGpus, judgePython, judgeUv, probe } from './programs.ts';

export interface MachineOptions {
  readonly dataDir: string;
  readonly containerEngine: EngineSetting;
  /** Of the machine's user. */
  readonly variables: Readonly<Record<string, string>>;
  readonly interpreters: Pick<Interpreters, 'list'>;
}

/** Takes some tenths of a second: it starts a few programs and asks for their versions. */
export async function examineMachine({ dataDir, containerEngine, variables, interpreters }: MachineOptions): Promise<readonly Finding[]> {
  const [pythons, uv, containers] = await Promise.all([
    interpreters.list(),
    probe('uv', ['--version']),
    checkContainerEngine(containerEngine, variables),
  ]);
  return [
    { subject: 'Node', verdict: 'good', observation: `${process.versions.node} (${process.execPath})` },
    judgePython(pythons, uv !== undefined),
    judgeUv(uv),
    containers,
    await checkNamespaces(process.platform, process.getuid?.() === 0),
    await checkNetwork(process.platform, pythons[0]?.path),
    ...(await checkLimits(process.platform, pythons[0]?.path)),
    judgeGpus(await listNvidiaGpus()),
    await checkDataDirectory(dataDir),
    judgeMemory(freemem(), totalmem()),
  ];
}
