// slipway doctor
import { freemem, totalmem } from 'node:os';
import { silentLog } from '../../base/mod.ts';
import { parseConfig } from '../../main/mod.ts';
import { createInterpreters, createRunProcess, type Interpreter } from '../../node/mod.ts';
import { EXIT, type Command } from '../command.ts';
import { renderFindings, type Finding } from '../doctor/finding.ts';
import { checkNamespaces } from '../doctor/namespaces.ts';
import { checkDataDirectory, checkPort, judgeMemory } from '../doctor/place.ts';
import { judgeContainers, judgePython, judgeUv, probe } from '../doctor/programs.ts';
import { connectTo } from '../server/connection.ts';
import type { Terminal } from '../terminal.ts';

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
    const findings = await examine(config, terminal);
    terminal.out(renderFindings(findings));
    return findings.some(({ verdict }) => verdict === 'broken') ? EXIT.failure : EXIT.success;
  },
};

async function examine(config: { host: string; port: number; dataDir: string }, terminal: Terminal): Promise<readonly Finding[]> {
  const [interpreters, uv, podman, docker] = await Promise.all([
    findInterpreters(terminal),
    probe('uv', ['--version']),
    probe('podman', ['--version']),
    probe('docker', ['--version']),
  ]);
  const engines = [podman, docker].filter((version) => version !== undefined);
  return [
    { subject: 'Node', verdict: 'good', observation: `${process.versions.node} (${process.execPath})` },
    judgePython(interpreters, uv !== undefined),
    judgeUv(uv),
    judgeContainers(engines),
    await checkNamespaces(process.platform, process.getuid?.() === 0),
    await checkDataDirectory(config.dataDir),
    judgeMemory(freemem(), totalmem()),
    await checkPort(config.host, config.port, isSlipway),
  ];
}

function findInterpreters({ clock, environment }: Terminal): Promise<readonly Interpreter[]> {
  const variables = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return createInterpreters({ run: createRunProcess(clock), variables, log: silentLog }).list();
}

async function isSlipway(url: string): Promise<boolean> {
  try {
    return (await connectTo(url).get('/apis/v2beta1/healthz'))['multi_user'] !== undefined;
  } catch {
    return false; // whoever listens there is somebody else
  }
}
