// Connections to ports of a Pod: pairs of SPDY streams (kubectl), or pairs of WebSocket channels (Python's client).
import { Duplex, Readable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Outcome } from '../../base/mod.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import { asBuffer, channelWriter, frame } from './web-socket-streams.ts';

/** SPDY streams, directly or within WebSocket messages. */
export const FORWARD_VERSION = 'portforward.k8s.io';
export const FORWARD_TUNNEL_PROTOCOL = `SPDY/3.1+${FORWARD_VERSION}`;
/** Pairs of channels of a WebSocket. */
export const FORWARD_CHANNEL_PROTOCOL = 'v4.channel.k8s.io';

export type ConnectPort = (port: number) => Promise<Outcome<Duplex>>;

const PORT_MAX = 65_535;

export function forwardOverSpdy(socket: Duplex, connect: ConnectPort): void {
  const errors = new Map<string, SpdyStream>(); // by request
  new SpdyConnection(socket, (stream) => {
    const { streamtype: type, port = '', requestid: requestId = '' } = stream.headers;
    const error = errors.get(requestId);
    if (type === 'error') {
      errors.set(requestId, stream);
      stream.resume().once('close', () => errors.delete(requestId));
    } else if (type === 'data' && error !== undefined) {
      errors.delete(requestId);
      void forward(stream, error, Number(port), connect);
    } else stream.destroy();
  });
}

async function forward(data: Duplex, error: Duplex, port: number, connect: ConnectPort): Promise<void> {
  const target = await connectChecked(port, connect);
  if (!target.ok) {
    error.end(target.status.message);
    data.end();
    data.resume();
    return;
  }
  error.end();
  join(data, target.value);
}

/** Each direction ends on its own; a break of one side breaks the other. */
export function join(client: Duplex, target: Duplex): void {
  client.pipe(target);
  target.pipe(client);
  client.on('error', () => target.destroy()).once('close', () => target.destroy());
  target.on('error', () => client.destroy()).once('close', () => client.readableEnded || client.destroy());
}

/** For each port a channel of data and one for errors; each begins with the port, from the server. Nothing says that one ends. */
export function forwardOverChannels(webSocket: WebSocket, ports: readonly number[], connect: ConnectPort): void {
  const inputs = ports.map((port, index) => {
    const [dataChannel, errorChannel] = [index * 2, index * 2 + 1];
    const head = Buffer.alloc(2);
    head.writeUInt16LE(port);
    for (const channel of [dataChannel, errorChannel]) webSocket.send(frame(channel, head));
    const input = new Readable({ read: () => webSocket.resume() });
    const output = channelWriter(webSocket, dataChannel);
    const client = Duplex.from({ readable: input, writable: output });
    client.on('error', () => undefined);
    webSocket.once('close', () => client.destroy());
    void connectChecked(port, connect).then((target) => {
      if (!target.ok) return webSocket.send(frame(errorChannel, Buffer.from(target.status.message)));
      target.value.once('close', () => ports.length === 1 && webSocket.close());
      return join(client, target.value);
    });
    return input;
  });
  webSocket.on('message', (message: RawData) => {
    const bytes = asBuffer(message);
    const input = bytes[0]! % 2 === 0 ? inputs[bytes[0]! / 2] : undefined;
    if (input !== undefined && bytes.length > 1 && !input.push(bytes.subarray(1))) webSocket.pause();
  });
}

async function connectChecked(port: number, connect: ConnectPort): Promise<Outcome<Duplex>> {
  return connect(isPort(port) ? port : 0);
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= PORT_MAX;
}
