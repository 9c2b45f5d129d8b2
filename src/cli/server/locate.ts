// Which server a command means: --server, else the one that runs on the data directory, else the default address.
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
  const config = parseConfig({ 'data-dir': input.text('data-dir') }, environment);
  const record = readServerRecord(config.dataDir);
  return connectTo(record?.url ?? `http://${config.host}:${config.port}`);
}
