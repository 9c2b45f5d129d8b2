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

export function connect(input: CommandInput, { environment }: Terminal): Connection {
  const given = input.text('server') ?? environment['SLIPWAY_SERVER'];
  if (given !== undefined) return connectTo(given.includes('://') ? given : `http://${given}`);
  const named = input.text('data-dir');
  const config = parseConfig({ 'data-dir': named }, environment);
  const record = readServerRecord(config.dataDir);
  if (record === undefined && named !== undefined) {
    throw new Failure('ServerUnreachable', `no Slipway runs on ${config.dataDir}; start one with "slipway up --data-dir ${named}", or name the address of another with --server URL`);
  }
  return connectTo(record?.url ?? `http://${config.host}:${config.port}`);
}
