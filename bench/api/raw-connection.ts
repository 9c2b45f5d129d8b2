// One TLS connection that speaks HTTP/1.1 by hand: what a client costs must not hide what the server costs.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

export interface Target {
  readonly port: number;
  /** PEM of the authority. */
  readonly authority: string;
  readonly token: string;
}

/** The machine's monotonic time, the same in all processes. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export async function openConnection({ port, authority }: Target): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: authority });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  return socket;
}

export function headOf({ token }: Target, method: string, path: string, body?: string): string {
  const length = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\n${length}\r\n${body ?? ''}`;
}

/** Calls back with each answer's text, head and body; answers need a content-length. */
export function onAnswers(socket: TLSSocket, answered: (text: string) => void): void {
  let rest = '';
  socket.on('data', (chunk: string) => {
    rest += chunk;
    for (;;) {
      const headEnd = rest.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const end = headEnd + 4 + Number(/content-length: (\d+)/i.exec(rest.slice(0, headEnd))?.[1] ?? 0);
      if (rest.length < end) return;
      const text = rest.slice(0, end);
      rest = rest.slice(end);
      answered(text);
    }
  });
}
