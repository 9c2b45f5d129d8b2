// slipway version
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, type Command } from '../command.ts';

const PACKAGE_JSON = join(import.meta.dirname, '../../../package.json');

export function slipwayVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE_JSON, 'utf8')) as { version: string };
  return version;
}

export const versionCommand: Command = {
  name: 'version',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Print the versions of Slipway and of the Node that runs it.',
  options: [],
  examples: [['slipway version', 'Name this in reports of problems.']],
  run(_input, terminal) {
    terminal.out(`slipway ${slipwayVersion()}, Node ${process.versions.node}, ${process.platform}-${process.arch}\n`);
    return Promise.resolve(EXIT.success);
  },
};
