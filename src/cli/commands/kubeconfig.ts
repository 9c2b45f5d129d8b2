// slipway kubeconfig
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { Failure, systemClock } from '../../base/mod.ts';
import { kubeconfigOfUser, parseConfig } from '../../main/mod.ts';
import { EXIT, usageFailure, type Command, type CommandInput } from '../command.ts';
import { mergeKubeconfig } from '../merge-kubeconfig.ts';
import type { Terminal } from '../terminal.ts';

export const kubeconfigCommand: Command = {
  name: 'kubeconfig',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Print the kubeconfig with which kubectl and Kubernetes clients reach Slipway.',
  details: 'It holds the address, the certificate authority and the token of this installation; keep it private.',
  options: [
    { name: 'data-dir', value: 'DIR', sentence: 'Data directory of the server that is meant.' },
    { name: 'merge', sentence: 'Add it to the first file of $KUBECONFIG, or to ~/.kube/config, after a copy of that file; the current context stays.' },
    { name: 'context', value: 'NAME', sentence: 'With --merge: name of cluster, user and context there; default slipway, or slipway-USER.' },
    { name: 'user', value: 'USER', sentence: 'For somebody else: with a client certificate of that name, which may do what roles and bindings give it.' },
    { name: 'group', value: 'GROUP', isRepeatable: true, sentence: 'With --user: a group that the user is in.' },
    { name: 'days', value: 'N', sentence: 'With --user: how long the certificate holds, 1 to 3650; default 365. It can not be taken back, so delete bindings instead.' },
  ],
  examples: [
    ['slipway kubeconfig > slipway.kubeconfig', 'Write it to a file; then: kubectl --kubeconfig slipway.kubeconfig get pods -A'],
    ['slipway kubeconfig --merge', 'Have it beside your other clusters; then: kubectl --context slipway get nodes'],
    ['slipway kubeconfig --user jane --group team > jane.kubeconfig', 'Let jane in; what she may do there is up to roles:'],
    ['kubectl create rolebinding jane --clusterrole=edit --user=jane -n work', 'Let her change most things in the namespace work.'],
    ['KUBECONFIG=<(slipway kubeconfig) kubectl get nodes', 'Use it once, without a file (bash, zsh).'],
  ],
  async run(input, terminal) {
    checkCompanions(input);
    const { dataDir } = parseConfig({ 'data-dir': input.text('data-dir') }, terminal.environment);
    const own = readKubeconfig(join(dataDir, 'kubeconfig'));
    const user = input.text('user');
    const text = user === undefined ? own : await kubeconfigOfUser(own, dataDir, subjectOf(user, input));
    const context = input.text('context') ?? (user === undefined ? 'slipway' : `slipway-${user}`);
    terminal.out(input.has('merge') ? mergeInto(kubeconfigFile(terminal.environment), text, context) : text);
    return EXIT.success;
  },
};

const DAYS_DEFAULT = 365;
const DAYS_MAX = 3650;

/** Without --user it is the owner's: nobody shall hand that out for want of a word. */
function checkCompanions(input: CommandInput): void {
  const isForUser = input.texts('group').length > 0 || input.text('days') !== undefined;
  if (isForUser && input.text('user') === undefined) throw usageFailure(kubeconfigCommand, '--group and --days go with --user');
  if (input.text('context') !== undefined && !input.has('merge')) throw usageFailure(kubeconfigCommand, '--context goes with --merge');
}

function subjectOf(user: string, input: CommandInput) {
  const days = Number(input.text('days') ?? DAYS_DEFAULT);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) throw usageFailure(kubeconfigCommand, `--days must be a whole number from 1 to ${DAYS_MAX}`);
  if (user === '') throw usageFailure(kubeconfigCommand, '--user needs a name');
  return { user, groups: input.texts('group'), days };
}

/** Where kubectl would write. */
function kubeconfigFile(environment: Terminal['environment']): string {
  const first = (environment['KUBECONFIG'] ?? '').split(delimiter).find((part) => part !== '');
  return first ?? join(homedir(), '.kube', 'config');
}

/** What was done, in sentences. The file is replaced at once, by a link to it too; nobody else may read it. */
function mergeInto(link: string, own: string, name: string): string {
  const isThere = existsSync(link);
  const file = isThere ? realpathSync(link) : link;
  const existing = isThere ? readFileSync(file, 'utf8') : '';
  const { text, currentContext } = mergeKubeconfig(existing, own, name);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const copy = `${file}.before-${name}-${systemClock.now()}`;
  if (isThere) writeFileSync(copy, existing, { mode: 0o600 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const current = currentContext === name ? `It is the current context.` : `The current context is still "${currentContext}"; use it with: kubectl --context ${name} …, or kubectl config use-context ${name}`;
  return [`The context "${name}" is in ${file}.`, ...(isThere ? [`What was there before is in ${copy}.`] : []), current, ''].join('\n');
}

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
