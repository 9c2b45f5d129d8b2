// slipway doctor
import { freemem, totalmem } from 'node:os';
import { parseConfig } from '../../main/mod.ts';
import { EXIT, type Command } from '../command.ts';
import { renderFindings, type Finding } from '../doctor/finding.ts';
import { checkNamespaces } from '../doctor/namespaces.ts';
import { checkDataDirectory, checkPort, judgeMemory } from '../doctor/place.ts';
import { findPythons, judgeContainers, judgePython, judgeUv, probe } from '../doctor/programs.ts';
import { connectTo } from '../server/connection.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Say what this machine has, what it lacks, and what to do about it.',
  details: 'Changes nothing. Exit code 1 when Slipway would not work here.',
  options: [
    { name: 'data-dir', value: 'DIR', sentence: 'Check this data directory.' },
    { name: 'port', value: 'N', sentence: 'Check this port.' },
  ],
  examples: [['slipway doctor', 'Before the first start, or when something is odd.']],
  async run(input, terminal) {
    const config = parseConfig({ 'data-dir': input.text('data-dir'), port: input.text('port') }, terminal.environment);
    const findings = await examine(config);
    terminal.out(renderFindings(findings));
    return findings.some(({ verdict }) => verdict === 'broken') ? EXIT.failure : EXIT.success;
  },
};

async function examine(config: { host: string; port: number; dataDir: string }): Promise<readonly Finding[]> {
  const [pythons, uv, podman, docker] = await Promise.all([
    findPythons(),
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
    await checkDataDirectory(config.dataDir),
    judgeMemory(freemem(), totalmem()),
    await checkPort(config.host, config.port, isSlipway),
  ];
}

async function isSlipway(url: string): Promise<boolean> {
  try {
    return (await connectTo(url).get('/apis/v2beta1/healthz'))['multi_user'] !== undefined;
  } catch {
    return false; // whoever listens there is somebody else
  }
}
