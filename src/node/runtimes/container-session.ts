// One more command in a running container: the supervisor's program that enters it, as a child of this process, so that
// the command ends with whoever asked for it.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable, Writable, type Duplex } from 'node:stream';
import { isJsonObject, type ContainerSession, type ExecEnd, type ExecOptions } from '../../base/mod.ts';
import type { Entrance } from '../supervisor/protocol.ts';

type EntryProcess = ChildProcess & { readonly stdin: Writable; readonly stdout: Readable; readonly stderr: Readable };

export function startSession(entrance: Entrance, options: ExecOptions): ContainerSession {
  const { argv, ...container } = entrance;
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: '/', env: { LANG: 'C.UTF-8' }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] }) as EntryProcess;
  const control = child.stdio[3] as Duplex;
  const ended = endOf(child, control);
  for (const stream of [child.stdin, control, child.stdout, child.stderr]) stream.on('error', ignoreClosed);
  const env = options.tty ? terminalEnv(container.env) : container.env;
  control.write(`${JSON.stringify({ ...container, env, argv: options.command, tty: options.tty })}\n`);
  // A terminal without input would read the end of it as typed.
  if (!options.hasStdin && !options.tty) child.stdin.end();
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    resize: (rows, columns) => void (control.writable && control.write(`${JSON.stringify({ rows, columns })}\n`)),
    close() {
      for (const stream of [control, child.stdin, child.stdout, child.stderr]) stream.destroy();
    },
  };
}

/** Without a type programs take a terminal for one that can do nothing. */
export function terminalEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { TERM: 'xterm', ...env };
}

/** Of what a container prints, without a command of its own; it ends well however the container does, as upstream. */
export function outputSession(read: (signal: AbortSignal) => AsyncIterable<Uint8Array>): ContainerSession {
  const abort = new AbortController();
  const stdout = Readable.from(read(abort.signal), { objectMode: false });
  stdout.on('error', ignoreClosed);
  return {
    stdin: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stdout,
    stderr: Readable.from([]),
    ended: new Promise((resolve) => stdout.once('close', () => resolve({ kind: 'exited', code: 0 }))),
    resize: () => undefined,
    close() {
      abort.abort();
      stdout.destroy();
    },
  };
}

function endOf(child: EntryProcess, control: Duplex): Promise<ExecEnd> {
  return new Promise((resolve) => {
    createInterface({ input: control }).on('line', (line) => {
      const message: unknown = JSON.parse(line);
      if (!isJsonObject(message)) return;
      if (typeof message['failed'] === 'string') resolve({ kind: 'failed', message: message['failed'] });
      if (typeof message['code'] === 'number') resolve({ kind: 'exited', code: message['code'] });
    });
    child.once('error', (error) => resolve({ kind: 'failed', message: error.message }));
    // Later than what it said: both come by descriptors that are read to their end first.
    child.once('close', () => resolve({ kind: 'failed', message: 'the command was ended from outside' }));
  });
}

/** The command does not read any more, or was killed; its end says so. */
function ignoreClosed(): void {}
