// What this machine has and lacks, as `slipway doctor` and the dashboard show it. Changes nothing.
import { freemem, totalmem } from 'node:os';
import type { Interpreters } from '../environments/interpreters.ts';
import type { Finding } from './finding.ts';
import { checkNamespaces } from './namespaces.ts';
import { checkDataDirectory, judgeMemory } from './place.ts';
import { judgeContainers, judgePython, judgeUv, probe } from './programs.ts';

export interface MachineOptions {
  readonly dataDir: string;
  readonly interpreters: Pick<Interpreters, 'list'>;
}

/** Takes some tenths of a second: it starts a few programs and asks for their versions. */
export async function examineMachine({ dataDir, interpreters }: MachineOptions): Promise<readonly Finding[]> {
  const [pythons, uv, podman, docker] = await Promise.all([
    interpreters.list(),
    probe('uv', ['--version']),
    probe('podman', ['--version']),
    probe('docker', ['--version']),
  ]);
  const engines = [podman, docker].filter((version) => version !== undefined);
  return [
    { subject: 'Node', verdict: 'good', observation: `${process.versions.node} (${process.execPath})` },
    judgePython(pythons, uv !== undefined),
    judgeUv(uv),
    judgeContainers(engines),
    await checkNamespaces(process.platform, process.getuid?.() === 0),
    await checkDataDirectory(dataDir),
    judgeMemory(freemem(), totalmem()),
  ];
}
