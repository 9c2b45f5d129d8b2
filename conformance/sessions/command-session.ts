// A session with one server: the commands of a table (kubectl-commands.ts, helm-commands.ts), each after the one before it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SessionCommand {
  /** Parameters, separated by single spaces. */
  readonly run: string;
  readonly input?: string;
  /** Another command, which reads what the first one prints. */
  readonly into?: string;
  /** Tells it from another command of the same words. */
  readonly note?: string;
  /** Of our server; 0 when left out. */
  readonly code?: number;
  /** What our server's answer must say, on either stream. */
  readonly says?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs while `run` waits. */
  readonly meanwhile?: string;
  /** Since which minor release the program has the command or the flag. */
  readonly sinceMinor?: number;
}

export interface SessionAnswer {
  readonly command: SessionCommand;
  readonly code: number | null;
  /** Both streams, the complaints last. */
  readonly text: string;
}

export interface SessionPlace {
  /** The program and its first parameters: the referee has its kubectl inside. */
  readonly program: readonly string[];
  readonly kubeconfig: string;
  /** Release of the program. */
  readonly minor: number;
  /** Where it runs; beside this file when left out. */
  readonly directory?: string;
}

const COMMAND_TIME_MS_MAX = 60_000;
/** Time for the waiting command to start to wait; when it is too short the answer is the same. */
const MEANWHILE_AFTER_MS = 700;

export async function holdSession(place: SessionPlace, commands: readonly SessionCommand[]): Promise<readonly SessionAnswer[]> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-session-'));
  const answers: SessionAnswer[] = [];
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

/** What did not end as the table says. */
export function failuresOf(answers: readonly SessionAnswer[]): readonly string[] {
  const wrong = answers.filter(({ command, code, text }) => code !== (command.code ?? 0) || command.says?.test(text) === false);
  return wrong.map(({ command, code, text }) => `${idOf(command)}: ended ${code}, said\n${text}`);
}

/** What lists of differences call it. */
export function idOf({ run, note }: SessionCommand): string {
  return note === undefined ? run : `${run} (${note})`;
}

/** `run`, or what `into` makes of its output. */
async function runPiped(place: SessionPlace, home: string, command: SessionCommand): Promise<SessionAnswer> {
  const first = await runCommand(place, home, command);
  if (command.into === undefined || first.code !== 0) return first;
  const second = await runCommand(place, home, { run: command.into, input: first.text });
  return { ...second, command };
}

function runCommand({ program: [program, ...first], kubeconfig, directory }: SessionPlace, home: string, command: SessionCommand): Promise<SessionAnswer> {
  // A space that belongs to a parameter is written as a non-breaking one.
  const parameters = command.run.split(' ').map((word) => word.replaceAll('\u00a0', ' '));
  const child = spawn(program!, [...first, ...parameters], {
    cwd: directory ?? import.meta.dirname,
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
