// Which server a command means: --server, else the one that runs on the data directory, else the default address. A data directory
// that was named means no other server.
import { Failure } from '../../base/mod.ts';
import { parseConfig, readServerRecord } from '../../main/mod.ts';
import type { CommandInput, Option } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { connectTo, type Connection } from './connection.ts';

export const SERVER_OPTIONS: readonly Option[] = [
  { name: 'server', value: 'URL', sentence: 'Address of Slipway; default: the server that runs on the data directory.' },
  { name: 'data-dir', value: 'DIR', sentence: 'Data directory whose server is meant.' },
];

/** The address that the command line or the environment names. */
export function namedServer(input: CommandInput, { environment }: Terminal): string | undefined {
  const named = input.text('server') ?? environment['SLIPWAY_SERVER'];
  return named === undefined || named.includes('://') ? named : `http://${named}`;
}

export function connect(input: CommandInput, terminal: Terminal): Connection {
  const server = namedServer(input, terminal);
  if (server !== undefined) return connectTo(server);
  const named = input.text('data-dir');
  const config = parseConfig({ 'data-dir': named }, terminal.environment);
  const record = readServerRecord(config.dataDir);
  if (record === undefined && named !== undefined) {
    throw new Failure('ServerUnreachable', `no Slipway runs on ${config.dataDir}; start one with "slipway up --data-dir ${named}", or name the address of another with --server URL`);
  }
  return connectTo(record?.url ?? `http://${config.host}:${config.port}`);
}
