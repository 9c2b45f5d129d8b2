// The streams of a container's own command, for as long as somebody is attached.
import { PassThrough, Writable } from 'node:stream';
import type { ContainerSession } from '../../base/mod.ts';
import type { AttachedStreams } from '../supervisor/protocol.ts';
import type { AttachedInput } from './runtime.ts';

/** Whoever reads slower than the container prints is let go. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;

/** It ends well however the container does, as upstream. */
export function attachedSession(attached: AttachedStreams, { hasStdin, endsInput }: AttachedInput): ContainerSession {
  const outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  const letGo = Promise.withResolvers<void>();
  attached.onOutput = (stream, chunk) => {
    if (outputs[stream].writableEnded) return;
    outputs[stream].write(chunk);
    if (outputs[stream].writableLength > UNREAD_BYTES_MAX) letGo.resolve();
  };
  const ended = Promise.race([attached.ended, letGo.promise]).then(() => {
    outputs.stdout.end();
    outputs.stderr.end();
    attached.close();
    return { kind: 'exited', code: 0 } as const;
  });
  const endInput = () => (hasStdin && endsInput ? attached.endInput().catch(ignoreEnded) : Promise.resolve());
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => void settle(attached.write(chunk), done),
    final: (done) => void settle(endInput(), done),
  });
  return {
    stdin,
    ...outputs,
    ended,
    resize: (rows, columns) => void attached.resize(rows, columns).catch(ignoreEnded),
    close() {
      // Whoever goes away without a word has ended the input, too.
      void (stdin.writableFinished ? Promise.resolve() : endInput()).then(() => attached.close());
      for (const stream of [stdin, outputs.stdout, outputs.stderr]) stream.destroy();
    },
  };
}

/** A container that reads no more is no error. */
async function settle(work: Promise<unknown>, done: () => void): Promise<void> {
  await work.catch(ignoreEnded);
  done();
}

/** The container has ended, and with it what this was for. */
function ignoreEnded(): void {}
