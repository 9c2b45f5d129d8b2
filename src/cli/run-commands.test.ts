import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, systemClock } from '../base/mod.ts';
import { usageFailure, type Command, type CommandInput } from './command.ts';
import { doctorCommand } from './commands/doctor.ts';
import { getCommand } from './commands/get.ts';
import { kubeconfigCommand } from './commands/kubeconfig.ts';
import { upCommand } from './commands/up.ts';
import { COMMANDS } from './commands.ts';
import { describeAllCommands, describeCommand } from './help.ts';
import { runCommandLine } from './run-commands.ts';
import { createTerminal } from './terminal.ts';

const sample: Command = {
  name: 'sail',
  operands: 'SHIP [PORT]',
  operandCount: { min: 1, max: 2 },
  summary: 'Sail a ship.',
  options: [
    { name: 'fast', sentence: 'Hurry.' },
    { name: 'flag', short: 'f', value: 'COLOUR', isRepeatable: true, sentence: 'Show a flag.' },
    { name: 'speed', value: 'N', sentence: 'In knots.' },
  ],
  examples: [['slipway sail Argo', 'Sails the Argo.']],
  run: (input, terminal) => sail(input, (text) => terminal.out(text)),
};

async function sail(input: CommandInput, out: (text: string) => void): Promise<number> {
  if (input.operands[0] === 'Titanic') throw new Failure('Iceberg', 'the Titanic sank; take another ship', { cause: new Error('ice ahead') });
  if (input.operands[0] === 'Ark') throw new Error('no cargo', { cause: Object.assign(new Error('ENOSPC: no space left on device, mkdir'), { code: 'ENOSPC', path: '/hold' }) });
  if (input.operands[0] === 'bug') throw new TypeError('x is undefined');
  if (input.operands[0] === 'Argus') throw usageFailure(sample, 'no such ship');
  out(JSON.stringify([input.operands, input.has('fast'), input.texts('flag'), input.text('speed') ?? null]));
  return 3;
}

async function call(words: string[], signal = new AbortController().signal) {
  let [out, err] = ['', ''];
  const terminal = createTerminal({
    environment: {},
    clock: systemClock,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    signal,
  });
  const code = await runCommandLine([sample, getCommand, doctorCommand, kubeconfigCommand], words, terminal);
  return { code, out, err };
}

test('operands and options reach the command, its exit code comes back', async () => {
  const { code, out } = await call(['sail', 'Argo', '--fast', '-f', 'red', '--flag=blue', 'Colchis', '--speed', '7']);
  assert.equal(code, 3);
  assert.equal(out, '[["Argo","Colchis"],true,["red","blue"],"7"]');
});

test('what is not understood is one sentence and exit code 2', async () => {
  const cases: [string[], string][] = [
    [['sial'], 'slipway: there is no command "sial"; see: slipway --help\n'],
    [['--speed', '7', 'sail'], 'slipway: options stand behind the command: slipway COMMAND --speed …; see: slipway --help\n'],
    [['sail'], 'slipway: SHIP [PORT] is missing; see: slipway sail --help\n'],
    [['sail', 'a', 'b', 'c'], 'slipway: "c" is too much; see: slipway sail --help\n'],
    [['sail', 'a', '--fsat'], 'slipway: there is no option --fsat; see: slipway sail --help\n'],
    [['sail', 'a', '--speed'], 'slipway: --speed needs a value; see: slipway sail --help\n'],
    [['sail', 'a', '--fast=yes'], 'slipway: --fast takes no value; see: slipway sail --help\n'],
    [['kubeconfig', '--group', 'team'], 'slipway: --group and --days go with --user; see: slipway kubeconfig --help\n'],
    [['kubeconfig', '--context', 'on'], 'slipway: --context goes with --merge; see: slipway kubeconfig --help\n'],
    [['doctor', '--server', 'localhost'], 'slipway: --server goes with --security; see: slipway doctor --help\n'],
    [['sail', 'Argus'], 'slipway: no such ship; see: slipway sail --help\n'],
  ];
  for (const [words, err] of cases) assert.deepEqual(await call(words), { code: 2, out: '', err });
});

test('a failure is one sentence with its cause and exit code 1', async () => {
  assert.deepEqual(await call(['sail', 'Titanic']), { code: 1, out: '', err: 'slipway: the Titanic sank; take another ship: ice ahead\n' });
});

test('a full disk is no bug, wherever it is noticed', async () => {
  assert.deepEqual(await call(['sail', 'Ark']), { code: 1, out: '', err: 'slipway: the disk of /hold is full; free some space and try again\n' });
});

test('a bug shows its stack and exit code 70', async () => {
  const { code, err } = await call(['sail', 'bug']);
  assert.equal(code, 70);
  assert.match(err, /^slipway: a bug of Slipway, please report it with this text:\nTypeError: x is undefined\n {4}at /);
});

test('help of all and of one', async () => {
  const all = await call(['--help']);
  assert.equal(all.code, 0);
  assert.match(all.out, /\n {2}sail SHIP \[PORT\] +Sail a ship\.\n/);
  assert.equal((await call([])).code, 2);
  const one = await call(['sail', '--help']);
  assert.deepEqual(one, await call(['help', 'sail']));
  assert.equal(
    one.out,
    `Sail a ship.

usage: slipway sail SHIP [PORT] [OPTION …]

      --fast           Hurry.
  -f, --flag COLOUR …  Show a flag.
      --speed N        In knots.
  -h, --help           Show this text.

examples:
  slipway sail Argo
      Sails the Argo.
`,
  );
});

test('help is as wide as the window, between whole words, and never wider than 100 columns', () => {
  for (const window of [60, 80, 100, 200]) {
    for (const text of [describeAllCommands(COMMANDS, window), ...COMMANDS.map((command) => describeCommand(command, window))]) {
      // Command lines stay in one piece, for people who copy them.
      const sentences = text.split('\n').filter((line) => window >= 80 || !/^(?:usage:)| {2}\S/.test(line));
      for (const line of sentences) assert.ok(line.length <= Math.min(window, 100), `${window} columns: ${line}`);
    }
  }
  assert.match(describeCommand(kubeconfigCommand, 80), /\n {6}--merge {10}Add it to the first file of \$KUBECONFIG, or to\n {23}~\/\.kube\/config,/);
  assert.match(describeCommand(upCommand, 60), /\n {6}--container-log-max-files N\n {6}Files that are kept of a container's log, the newest\n {6}ones;/, 'sentences stand below where there is no room beside');
});

test('every command explains itself with an example', () => {
  for (const command of COMMANDS) assert.match(describeCommand(command, 80), /\nexamples:\n {2}slipway /);
});
