// slipway doctor
import { Failure, silentLog } from '../../base/mod.ts';
import { definedVariables, parseConfig, readServerRecord, type Config } from '../../main/mod.ts';
import { createInterpreters, createRunProcess, examineMachine, type Finding } from '../../node/mod.ts';
import { EXIT, usageFailure, type Command, type CommandInput } from '../command.ts';
import { examineSecurity } from '../doctor/examine-security.ts';
import { checkPort } from '../doctor/port.ts';
import { renderFindings } from '../doctor/render-findings.ts';
import { renderSecurity } from '../doctor/render-security.ts';
import { judgeWarmParents } from '../doctor/warm-parents.ts';
import { connectTo } from '../server/connection.ts';
import { namedServer } from '../server/locate.ts';
import type { Terminal } from '../terminal.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Say what this machine has, what it lacks, and what to do about it.',
  details: 'Changes nothing. Exit code 1 when Slipway would not work here, or an attack is not refused.',
  options: [
    { name: 'data-dir', value: 'DIR', sentence: 'Check this data directory.' },
    { name: 'port', value: 'N', sentence: 'Check this port.' },
    { name: 'security', sentence: 'Try attacks on the running server that change nothing, and say which are refused.' },
    { name: 'server', value: 'URL', sentence: 'With --security: the server to try them on.' },
  ],
  examples: [
    ['slipway doctor', 'Before the first start, or when something is odd.'],
    ['slipway doctor --security', 'Foreign hosts and origins, forged identities, paths that lead out, … against the server that runs.'],
  ],
  async run(input, terminal) {
    const config = parseConfig({ 'data-dir': input.text('data-dir'), port: input.text('port') }, terminal.environment);
    if (input.text('server') !== undefined && !input.has('security')) throw usageFailure(doctorCommand, '--server goes with --security');
    if (input.has('security')) return trySecurity(input, config.dataDir, terminal);
    const findings = await examine({ ...config, port: await examinedPort(input, config) }, terminal);
    terminal.out(renderFindings(findings));
    return findings.some(({ verdict }) => verdict === 'broken') ? EXIT.failure : EXIT.success;
  },
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

async function trySecurity(input: CommandInput, dataDir: string, terminal: Terminal): Promise<number> {
  const named = namedServer(input, terminal);
  const url = named ?? readServerRecord(dataDir)?.url;
  if (url === undefined) throw new Failure('ServerUnreachable', `no Slipway runs on ${dataDir}; start one with "slipway up", or name another with --server URL`);
  const { hostname, port, protocol } = new URL(url);
  try {
    const findings = await examineSecurity({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? DEFAULT_PORTS[protocol] : port), dataDir: named === undefined ? dataDir : undefined });
    terminal.out(renderSecurity(findings));
    return findings.some(({ verdict }) => verdict === 'problem') ? EXIT.failure : EXIT.success;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('ServerUnreachable', `no Slipway answers at ${url}; start one with "slipway up", or name another with --server URL`, { cause: error });
  }
}

/** That of the server which runs on the data directory, unless another one is named. */
async function examinedPort(input: CommandInput, { dataDir, port }: Config): Promise<number> {
  const url = input.text('port') === undefined ? readServerRecord(dataDir)?.url : undefined;
  return url !== undefined && (await isSlipway(url)) ? Number(new URL(url).port) : port;
}

async function examine(config: Config, { clock, environment }: Terminal): Promise<readonly Finding[]> {
  const variables = definedVariables(environment);
  const interpreters = createInterpreters({ run: createRunProcess(clock), variables, log: silentLog });
  const port = await checkPort(config.host, config.port, isSlipway);
  return [...(await examineMachine({ ...config, variables, interpreters })), port, ...(await examineServer(`http://${config.host}:${config.port}`))];
}

/** What only a running server can tell; nothing when there is none. */
async function examineServer(url: string): Promise<readonly Finding[]> {
  try {
    return [judgeWarmParents(await connectTo(url).get('/slipway/v1/cluster'))];
  } catch {
    return []; // the finding about the port has said that nobody is there, or somebody else
  }
}

async function isSlipway(url: string): Promise<boolean> {
  try {
    return (await connectTo(url).get('/apis/v2beta1/healthz'))['multi_user'] !== undefined;
  } catch {
    return false; // whoever listens there is somebody else
  }
}
