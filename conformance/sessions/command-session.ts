// Holds the session of kubectl-commands.ts with one server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KUBECTL_COMMANDS, type KubectlCommand } from './kubectl-commands.ts';

export interface KubectlAnswer {
  readonly command: KubectlCommand;
  readonly code: number | null;
  /** Both streams, the complaints last. */
  readonly text: string;
}

export interface SessionPlace {
  /** The program and its first parameters: the referee has its kubectl inside. */
  readonly kubectl: readonly string[];
  readonly kubeconfig: string;
  readonly minor: number;
}

const COMMAND_TIME_MS_MAX = 30_000;
/** Time for the waiting command to start to wait; when it is too short the answer is the same. */
const MEANWHILE_AFTER_MS = 700;

export async function holdKubectlSession(place: SessionPlace, commands = KUBECTL_COMMANDS): Promise<readonly KubectlAnswer[]> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-kubectl-session-'));
  const answers: KubectlAnswer[] = [];
  try {
    for (const command of commands) {
      if ((command.sinceMinor ?? 0) > place.minor) continue;
      const running = runPiped(place, home, command);
      if (command.meanwhile !== undefined) {
        await sleep(MEANWHILE_AFTER_MS);
        await runCommand(place, home, { run: command.meanwhile });
      }
      answers.push(await running);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return answers;
}

/** `run`, or what `into` makes of its output. */
async function runPiped(place: SessionPlace, home: string, command: KubectlCommand): Promise<KubectlAnswer> {
  const first = await runCommand(place, home, command);
  if (command.into === undefined || first.code !== 0) return first;
  const second = await runCommand(place, home, { run: command.into, input: first.text });
  return { ...second, command };
}

function runCommand({ kubectl, kubeconfig }: SessionPlace, home: string, command: KubectlCommand): Promise<KubectlAnswer> {
  const [program, ...first] = kubectl;
  // A space that belongs to a parameter is written as a non-breaking one.
  const parameters = command.run.split(' ').map((word) => word.replaceAll('\u00a0', ' '));
  const child = spawn(program!, [...first, ...parameters], {
    env: { ...process.env, HOME: home, KUBECONFIG: kubeconfig, ...command.env },
    timeout: COMMAND_TIME_MS_MAX,
  });
  const texts = { out: '', complaints: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.complaints += text));
  child.stdin.on('error', () => undefined).end(command.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ command, code, text: texts.out + texts.complaints }));
  });
}
