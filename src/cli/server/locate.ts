// Which server a command means: --server, else the one that runs on the data directory, else the default address.
import type { Option } from '../command.ts';
import type { CommandInput } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { connectTo, type Connection } from './connection.ts';

export const SERVER_OPTIONS: readonly Option[] = [
  { name: 'server', value: 'URL', sentence: 'Address of Slipway; default: the server that runs on the data directory.' },
  { name: 'data-dir', value: 'DIR', sentence: 'Data directory whose server is meant.' },
];

export async function connect(input: CommandInput, { environment }: Terminal): Promise<Connection> {
  const given = input.text('server') ?? environment['SLIPWAY_SERVER'];
  if (given !== undefined) return connectTo(given.includes('://') ? given : `http://${given}`);
  const { parseConfig, readServerRecord } = await import('../../main/mod.ts');
  const config = parseConfig({ 'data-dir': input.text('data-dir') }, environment);
  const record = readServerRecord(config.dataDir);
  return connectTo(record?.url ?? `http://${config.host}:${config.port}`);
}
