// The text of an answer that goes on (events, a log), as it comes. It comes through a WebSocket: of other requests browsers allow six to one
// server, over all tabs and windows. Where none gets through, and for the sentence of a refusal, the same address is asked over HTTP.
import { ApiError, fetchOk, NO_ANSWER } from './client.ts';

interface TextStreamOptions {
  readonly onOpen?: () => void;
  readonly onText: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves at the end of the text, or with an abort. Throws ApiError: the server's refusal, or status 0 when the connection broke. */
export async function readTextStream(address: string, options: TextStreamOptions): Promise<void> {
  if ((await readMessages(address, options)) === 'not-opened') await readBody(address, options);
}

/** Code of a WebSocket that was closed in order (RFC 6455, section 7.4.1). */
const NORMAL_CLOSE = 1000;

function readMessages(address: string, { onOpen, onText, signal }: TextStreamOptions): Promise<'ended' | 'not-opened'> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve('ended');
    const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + address);
    const decoder = new TextDecoder();
    let isOpened = false;
    const stop = () => {
      // One that is closed before it was open is an error in the console of the browser.
      if (socket.readyState !== WebSocket.CONNECTING) socket.close();
      resolve('ended');
    };
    signal.addEventListener('abort', stop);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (signal.aborted) return socket.close();
      isOpened = true;
      onOpen?.();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => onText(typeof data === 'string' ? data : decoder.decode(data, { stream: true })));
    socket.addEventListener('close', ({ code }) => {
      signal.removeEventListener('abort', stop);
      if (!isOpened) resolve(signal.aborted ? 'ended' : 'not-opened');
      else if (code === NORMAL_CLOSE) resolve('ended');
      else reject(NO_ANSWER());
    });
  });
}

async function readBody(address: string, { onOpen, onText, signal }: TextStreamOptions): Promise<void> {
  try {
    const response = await fetchOk(address, { signal });
    onOpen?.();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onText(value);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof ApiError ? error : NO_ANSWER();
  }
}
