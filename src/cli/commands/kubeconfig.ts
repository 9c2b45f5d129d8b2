// slipway kubeconfig
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import { parseConfig } from '../../main/mod.ts';
import { EXIT, type Command } from '../command.ts';

export const kubeconfigCommand: Command = {
  name: 'kubeconfig',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Print the kubeconfig with which kubectl and Kubernetes clients reach Slipway.',
  details: 'It holds the address, the certificate authority and the token of this installation; keep it private.',
  options: [{ name: 'data-dir', value: 'DIR', sentence: 'Data directory of the server that is meant.' }],
  examples: [
    ['slipway kubeconfig > slipway.kubeconfig', 'Write it to a file; then: kubectl --kubeconfig slipway.kubeconfig get pods -A'],
    ['KUBECONFIG=<(slipway kubeconfig) kubectl get nodes', 'Use it once, without a file (bash, zsh).'],
  ],
  run(input, terminal) {
    const { dataDir } = parseConfig({ 'data-dir': input.text('data-dir') }, terminal.environment);
    terminal.out(readKubeconfig(join(dataDir, 'kubeconfig')));
    return Promise.resolve(EXIT.success);
  },
};

function readKubeconfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const sentence = isAbsent
      ? `there is no ${file} yet: "slipway up" writes it; name another data directory with --data-dir`
      : `${file} can not be read; run this as the user who started Slipway`;
    throw new Failure('NoKubeconfig', sentence, isAbsent ? {} : { cause: error });
  }
}
