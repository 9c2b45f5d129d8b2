// Streams of containers of an engine, each by one connection: one more command in a container, whose exit code is asked for
// afterwards, or the container's own command.
import { PassThrough, Writable, type Duplex } from 'node:stream';
import { describeError, Failure, isJsonObject, type Clock, type ContainerSession, type ExecEnd, type ExecOptions } from '../../base/mod.ts';
import type { EngineApi } from './engine-api.ts';
import { FrameReader } from './stream-frames.ts';

export interface SessionTarget {
  readonly api: EngineApi;
  /** The engine's id of the container. */
  readonly container: string;
  /** Kills the command of this process id, if it is one of the container's. */
  readonly kill: (pid: number) => void;
  readonly clock: Clock;
}

/** The engine closes the streams a moment before it knows the exit code. */
const CODE_POLL_MS = 10;
const CODE_POLL_COUNT_MAX = 300;
/** They take the size of a terminal when its command runs, a moment after they have opened its streams. */
const RESIZE_POLL_MS = 50;
const RESIZE_COUNT_MAX = 40;

/** Throws Failure `NotFound` when the container does not run. */
export async function openEngineSession({ api, container, kill, clock }: SessionTarget, { command, tty, hasStdin }: ExecOptions): Promise<ContainerSession> {
  const made = await api.call('POST', `/containers/${container}/exec`, {
    body: { AttachStdin: hasStdin || tty, AttachStdout: true, AttachStderr: !tty, Tty: tty, Cmd: [...command] },
  });
  const exec = isJsonObject(made) ? String(made['Id']) : '';
  let socket: Duplex;
  try {
    socket = await api.open(`/exec/${exec}/start`, { body: { Detach: false, Tty: tty } });
  } catch (error) {
    if (!(error instanceof Failure) || error.reason === 'EngineUnavailable') throw error;
    return failedSession(describeError(error));
  }
  const { stdout, stderr } = outputsOf(socket, tty);
  const ended = new Promise<ExecEnd>((resolve) => socket.once('close', () => resolve(endOf(api, exec, clock))));
  let isOver = false;
  let wantedSize: Readonly<Record<string, string>> = {};
  void ended.then(() => (isOver = true));
  return {
    stdin: socket,
    stdout,
    stderr,
    ended,
    resize(rows, columns) {
      const size = { h: String(rows), w: String(columns) };
      wantedSize = size;
      void resizeOnce(async () => void (await api.call('POST', `/exec/${exec}/resize`, { query: size })), () => !isOver && wantedSize === size, clock);
    },
    close() {
      if (!isOver) {
        api
          .call('GET', `/exec/${exec}/json`)
          .then((state) => void (isJsonObject(state) && state['Running'] === true && kill(Number(state['Pid']))))
          .catch(ignoreClosed);
      }
      for (const stream of [socket, stdout, stderr]) stream.destroy();
    },
  };
}

/**
 * The streams of the container's own command from now on. It ends well however the container does, as upstream. `input` is
 * where input goes whose end is not the container's; without it the end of this input is.
 */
export async function attachToEngine({ api, container }: Pick<SessionTarget, 'api' | 'container'>, { hasStdin, tty, input }: { readonly hasStdin: boolean; readonly tty: boolean; readonly input: Duplex | undefined }): Promise<ContainerSession> {
  const query = { stream: 'true', stdin: String(hasStdin && input === undefined), stdout: 'true', stderr: 'true' };
  const socket = await api.open(`/containers/${container}/attach`, { query });
  const { stdout, stderr } = outputsOf(socket, tty);
  const stdin = input === undefined ? socket : new Writable({ write: (chunk: Buffer, _encoding, done) => void input.write(chunk, () => done()) });
  return {
    stdin,
    stdout,
    stderr,
    ended: new Promise((resolve) => socket.once('close', () => resolve({ kind: 'exited', code: 0 }))),
    resize(rows, columns) {
      api.call('POST', `/containers/${container}/resize`, { query: { h: String(rows), w: String(columns) } }).catch(ignoreClosed);
    },
    close() {
      for (const stream of [stdin, socket, stdout, stderr]) stream.destroy();
    },
  };
}

/** An input that stays open for those who come later: the engine ends a container's input with the first connection that ends. */
export async function holdInput({ api, container }: Pick<SessionTarget, 'api' | 'container'>): Promise<Duplex> {
  const socket = await api.open(`/containers/${container}/attach`, { query: { stream: 'true', stdin: 'true', stdout: 'false', stderr: 'false' } });
  socket.on('error', ignoreClosed);
  return socket.resume();
}

function outputsOf(socket: Duplex, tty: boolean): { readonly stdout: PassThrough; readonly stderr: PassThrough } {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  for (const stream of [socket, stdout, stderr]) stream.on('error', ignoreClosed);
  const endOutputs = () => {
    stdout.end();
    stderr.end();
  };
  socket.once('end', endOutputs);
  socket.once('close', endOutputs);
  if (tty) socket.pipe(stdout);
  else demultiplex(socket, stdout, stderr);
  return { stdout, stderr };
}

function demultiplex(socket: Duplex, stdout: PassThrough, stderr: PassThrough): void {
  const frames = new FrameReader();
  const outputs = { stdout, stderr };
  socket.on('data', (chunk: Buffer) => {
    for (const { stream, bytes } of frames.take(chunk)) {
      const output = outputs[stream];
      if (output.destroyed || output.write(bytes)) continue;
      socket.pause();
      output.once('drain', () => socket.resume());
      output.once('close', () => socket.resume());
    }
  });
}

/** Never rejects. */
async function resizeOnce(resize: () => Promise<void>, isWanted: () => boolean, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < RESIZE_COUNT_MAX && isWanted(); attempt++) {
    try {
      return await resize();
    } catch {
      await clock.sleep(RESIZE_POLL_MS); // it does not run yet, or has ended just now
    }
  }
}

async function endOf(api: EngineApi, exec: string, clock: Clock): Promise<ExecEnd> {
  try {
    for (let poll = 0; poll < CODE_POLL_COUNT_MAX; poll++) {
      const state = await api.call('GET', `/exec/${exec}/json`);
      if (isJsonObject(state) && state['Running'] !== true && typeof state['ExitCode'] === 'number') return { kind: 'exited', code: state['ExitCode'] };
      await clock.sleep(CODE_POLL_MS);
    }
    return { kind: 'failed', message: 'the connection to the command ended before the command did' };
  } catch (error) {
    return { kind: 'failed', message: `how the command ended is not known: ${describeError(error)}` };
  }
}

/** It never ran. */
function failedSession(message: string): ContainerSession {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.resume();
  stdout.end();
  stderr.end();
  return { stdin, stdout, stderr, ended: Promise.resolve({ kind: 'failed', message }), resize: () => undefined, close: () => undefined };
}

/** The command does not read any more, or its container ended; its end says so. */
function ignoreClosed(): void {}
