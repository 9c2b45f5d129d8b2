// Streams of a command over SPDY: each is a stream of the connection, named by its header `streamtype`.
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { parseTerminalSize, type RemoteStreams, type TerminalSize } from './remote-streams.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';

/** Status objects at the end, and sizes of the terminal: from version 4 on. */
export const SPDY_COMMAND_VERSIONS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const RESIZE_CHARS_MAX = 1024;

/** The client opens its streams one after the other; what the command writes before they are there waits. */
export function spdyStreams(socket: Duplex, { hasStdin }: { readonly hasStdin: boolean }): RemoteStreams {
  const [stdin, stdout, stderr, status] = [new PassThrough(), new PassThrough(), new PassThrough(), new PassThrough()];
  const open: Promise<void>[] = [];
  let onResize = (_size: TerminalSize): void => {};
  const join = (stream: SpdyStream, from: PassThrough) => {
    from.pipe(stream);
    stream.resume();
    open.push(new Promise((resolve) => stream.once('finish', resolve).once('close', resolve)));
  };
  const connection = new SpdyConnection(socket, (stream) => {
    switch (stream.headers['streamtype']) {
      case 'stdin':
        return void stream.pipe(stdin);
      case 'stdout':
        return join(stream, stdout);
      case 'stderr':
        return join(stream, stderr);
      case 'error':
        return join(stream, status);
      case 'resize':
        return readSizes(stream, (size) => onResize(size));
      default:
        stream.destroy();
    }
  });
  void connection.closed.then(() => {
    for (const stream of [stdin, stdout, stderr, status]) stream.destroy();
  });
  return {
    ...(hasStdin ? { stdin } : {}),
    stdout,
    stderr,
    onResize: (listener) => void (onResize = listener),
    finish(last) {
      stdout.end();
      stderr.end();
      status.end(JSON.stringify(last));
      void Promise.all(open).then(() => connection.close());
    },
    closed: connection.closed,
  };
}

/** One JSON object after the other, each as the client wrote it; they may arrive in pieces. */
function readSizes(stream: SpdyStream, listener: (size: TerminalSize) => void): void {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text = (text + piece).slice(-RESIZE_CHARS_MAX);
    const end = text.lastIndexOf('}');
    const size = parseTerminalSize(text.slice(text.lastIndexOf('{', end), end + 1));
    if (size === undefined) return;
    text = text.slice(end + 1);
    listener(size);
  });
}
