// The kubectl session with the referee and with ours, one kubectl after the other. A difference that is not in
// known-differences.ts fails.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { normalise } from '../referee/normalise.ts';
import { holdSession, idOf, type SessionAnswer } from './command-session.ts';
import { KNOWN_SESSION_DIFFERENCES } from './known-differences.ts';
import { KUBECTL_COMMANDS } from './kubectl-commands.ts';

const PROGRAM_TIME_MS_MAX = 180_000;

/** Where the events of a cluster come from. */
const CONTROLLER_NAMES = /\b(persistentvolume-controller|job-controller|horizontal-pod-autoscaler|controllermanager)\b/g;
/** The end of a ReplicaSet's name: at least one digit among letters without vowels. */
const TEMPLATE_HASH = /-(?=[a-z]*\d)[bcdf-hj-np-tv-xz2456789]{8,10}\b/g;

export interface KubectlProgram {
  readonly name: string;
  readonly minor: number;
  readonly program: readonly string[];
}

export interface ClientDifference {
  readonly command: string;
  readonly theirs: string;
  readonly ours: string;
}

/** Prints what one kubectl shows differently; the number of differences that are not known. */
export async function compareKubectl({ name, minor, program }: KubectlProgram, theirKubeconfig: string, ourKubeconfig: string): Promise<number> {
  const hold = (kubeconfig: string) => holdSession({ program, minor, kubeconfig }, KUBECTL_COMMANDS);
  const theirs = await hold(theirKubeconfig);
  const ours = await hold(ourKubeconfig);
  const found = theirs.flatMap((answer, index) => differenceOf(answer, ours[index]!));
  const unknown = found.filter(({ command }) => !KNOWN_SESSION_DIFFERENCES.some((known) => known.commands.includes(command)));
  for (const { command, theirs: right, ours: wrong } of unknown) console.log(`${name} ${command}\n--- theirs: ${right}\n--- ours:   ${wrong}`);
  console.log(`${name}: ${theirs.length - found.length} of ${theirs.length} commands end and say the same, ${found.length - unknown.length} differ as known, ${unknown.length} differ`);
  return unknown.length;
}

/** A program that prints what holds, with the referee and with ours; 1 when it fails with either or says something else. */
export async function compareProgram(name: string, program: readonly string[], theirKubeconfig: string, ourKubeconfig: string): Promise<number> {
  const hold = (kubeconfig: string) => promisify(execFile)(program[0]!, [...program.slice(1), kubeconfig], { timeout: PROGRAM_TIME_MS_MAX });
  const theirs = (await hold(theirKubeconfig)).stdout;
  const ours = (await hold(ourKubeconfig)).stdout;
  console.log(theirs === ours ? `${name}: all ${ours.trimEnd().split('\n').length} things hold with both` : `${name}\n--- theirs: ${theirs}--- ours:   ${ours}`);
  return theirs === ours ? 0 : 1;
}

function differenceOf(right: SessionAnswer, wrong: SessionAnswer): readonly ClientDifference[] {
  const [theirs, ours] = [right, wrong].map(({ code, text }) => `ended ${code}, said\n${comparable(text)}`);
  return theirs === ours ? [] : [{ command: idOf(right.command), theirs: theirs!, ours: ours! }];
}

/** Without what differs from run to run. Columns of a table move with the width of their cells. */
function comparable(text: string): string {
  return String(normalise(text))
    .replaceAll(/\b(\d+[dhms]){1,2}\b/g, '<age>')
    .replaceAll(/https?:\/\/[\w.:[\]-]+/g, '<server>')
    .replaceAll(/\bey[\w-]+\.[\w-]+\.[\w-]+/g, '<token>')
    .replaceAll(/(resourceVersion|resource version|generation|restartedAt): .*/gi, '$1: <run>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000/g, '<time>')
    .replaceAll(/ \(x\d+ over <age>\)/g, '')
    .replaceAll(CONTROLLER_NAMES, 'slipway')
    .replaceAll(/^@@ .* @@$/gm, '@@')
    .replaceAll(/\/(tmp|var)\/\S+/g, '<file>')
    .replaceAll(/^(I|W|E)\d{4} .*$\n?/gm, '')
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<address>')
    .replaceAll(/^(Date|Start Time|Creation Timestamp|CreationTimestamp|Time): .*$/gm, '$1: <time>')
    .replaceAll(/\bpod-template-hash=\w+/g, 'pod-template-hash=<hash>')
    .replaceAll(TEMPLATE_HASH, '-<hash>')
    .replaceAll(/v1\.\d+\.\d+\S*/g, '<release>')
    .replaceAll(/[ \t]+/g, ' ');
}
