// A connection into the network of the Pods, through the process of the supervisor's that holds it (network.py).
import { connect, type Socket } from 'node:net';
import { Failure } from '../../base/mod.ts';

/** Longest answer before the bytes of the connection begin. */
const ANSWER_BYTES_MAX = 4096;

export interface DialOptions {
  readonly signal?: AbortSignal;
}

/** A port at an address, or inside a Pod: of its loopback interface, else of its address. */
export type DialTarget = { readonly address: string; readonly port: number } | { readonly pod: string; readonly port: number };

/**
 * Throws Failure `NotReachable` with the reason of whoever refused. The connection may be half-closed by either side. An abort
 * while it is being made rejects with the signal's reason and leaves nothing open; afterwards the signal means nothing.
 */
export function dialInto(socketPath: string, target: DialTarget, { signal }: DialOptions = {}): Promise<Socket> {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  socket.write(`${JSON.stringify({ dial: target })}\n`);
  return made(socket, signal, (settle) => {
    const onReadable = () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      const end = chunk.indexOf('\n');
      // One line, sent at once by a process of this machine.
      const problem = end < 0 || end > ANSWER_BYTES_MAX ? 'the network of the Pods gave no answer' : problemIn(chunk.subarray(0, end));
      socket.off('readable', onReadable);
      if (end >= 0 && end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1));
      settle(problem);
    };
    socket.on('readable', onReadable);
  });
}

/** The same for an address that programs of this machine reach themselves. */
export function dialDirectly(host: string, port: number, { signal }: DialOptions = {}): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  return made(socket, signal, (settle) => socket.once('connect', () => settle('')));
}

function made(socket: Socket, signal: AbortSignal | undefined, await_: (settle: (problem: string) => void) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void) => {
      socket.off('error', onError);
      socket.off('close', onClose);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (error: Error) =>
      finish(() => {
        socket.on('error', () => undefined).destroy();
        reject(error);
      });
    const onError = (error: Error) => fail(new Failure('NotReachable', error.message, { cause: error }));
    const onClose = () => fail(new Failure('NotReachable', 'the network of the Pods is not there'));
    const onAbort = () => fail(signal!.reason as Error);
    socket.once('error', onError).once('close', onClose);
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    // A turn later, so that whoever takes it over finds a socket that nobody reads.
    await_((problem) => (problem === '' ? setImmediate(() => finish(() => resolve(socket))) : fail(new Failure('NotReachable', problem))));
  });
}

function problemIn(line: Buffer): string {
  try {
    const answer = JSON.parse(line.toString()) as { readonly failed?: unknown };
    return typeof answer.failed === 'string' ? answer.failed : 'the network of the Pods gave no answer';
  } catch {
    return 'the network of the Pods gave no answer';
  }
}
