// Streams of a command over a WebSocket: the first byte of each message names the channel (`v5.channel.k8s.io`, and `v4`,
// which can't say that stdin has ended).
import { Readable, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { parseTerminalSize, type RemoteStreams, type TerminalSize } from './remote-streams.ts';

export const COMMAND_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

const [STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];
const CLOSE_NORMAL = 1000;

export function webSocketStreams(webSocket: WebSocket, { hasStdin }: { readonly hasStdin: boolean }): RemoteStreams {
  const stdin = new Readable({ read: () => webSocket.resume() });
  // Input after its end, or for a command that takes none: nobody else may hear of it.
  stdin.on('error', () => undefined);
  let onResize = (_size: TerminalSize): void => {};
  const receive = (channel: number | undefined, content: Buffer) => {
    if (channel === STDIN && content.length > 0 && !stdin.push(content)) webSocket.pause();
    else if (channel === CLOSE && content[0] === STDIN) stdin.push(null);
    else if (channel === RESIZE) {
      const size = parseTerminalSize(content.toString('utf8'));
      if (size !== undefined) onResize(size);
    }
  };
  webSocket.on('message', (message: RawData) => {
    const bytes = asBuffer(message);
    if (!stdin.readableEnded || bytes[0] !== STDIN) receive(bytes[0], bytes.subarray(1));
  });
  const closed = new Promise<void>((resolve) => webSocket.once('close', () => resolve()));
  void closed.then(() => stdin.destroy());
  return {
    ...(hasStdin ? { stdin } : {}),
    stdout: channelWriter(webSocket, STDOUT!),
    stderr: channelWriter(webSocket, STDERR!),
    onResize: (listener) => void (onResize = listener),
    finish(status) {
      webSocket.send(frame(STATUS!, Buffer.from(JSON.stringify(status))), () => webSocket.close(CLOSE_NORMAL));
      webSocket.resume();
    },
    closed,
  };
}

/** Written when the socket took it: a slow client slows the command. */
export function channelWriter(webSocket: WebSocket, channel: number): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      webSocket.send(frame(channel, chunk), done);
    },
  });
}

export function frame(channel: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(channel), content]);
}

/** A text message counts as its bytes: Python's client sends texts that way. */
export function asBuffer(message: RawData): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message);
  return Buffer.isBuffer(message) ? message : Buffer.from(message);
}
