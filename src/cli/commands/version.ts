// slipway version
import { VERSION } from '../../main/mod.ts';
import { EXIT, type Command } from '../command.ts';

export const versionCommand: Command = {
  name: 'version',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Print the versions of Slipway and of the Node that runs it.',
  options: [],
  examples: [['slipway version', 'Name this in reports of problems.']],
  run(_input, terminal) {
    terminal.out(`slipway ${VERSION}, Node ${process.versions.node}, ${process.platform}-${process.arch}\n`);
    return Promise.resolve(EXIT.success);
  },
};
