// Server-sent events (WHATWG HTML, section 9.2): the text of one event, and the response that carries them; through a WebSocket the same text.
import type { WebResponse } from '../../web/mod.ts';
import { refusal } from './refusal.ts';

/** A comment is sent after this silence, so that proxies keep the connection and a dead client is noticed. */
export const KEEPALIVE_MS = 15_000;
export const KEEPALIVE = ': keepalive\n\n';

/** Open event and log streams of all clients together. */
const STREAM_COUNT_MAX = 500;

/** Counts the streams of one installation. */
export class StreamCounter {
  #count = 0;

  /** Throws a refusal when there are too many. */
  check(): void {
    if (this.#count >= STREAM_COUNT_MAX) throw refusal('ResourceExhausted', `there are already ${STREAM_COUNT_MAX} open streams; close one and try again`);
  }

  /** The same chunks; the stream counts while it is read. */
  async *counted<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
    this.#count++;
    try {
      yield* chunks;
    } finally {
      this.#count--;
    }
  }
}

/** JSON text has no line breaks, so that one `data` line is enough. */
export function eventText(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function eventStreamResponse(body: AsyncIterable<string>): WebResponse {
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };
  return { status: 200, headers, body, isLive: true };
}
