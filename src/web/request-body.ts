// Reading a whole request body under a limit.
import type { IncomingMessage } from 'node:http';
import { Failure } from '../base/mod.ts';

/** Throws Failure `BodyTooLarge` as soon as the limit is passed, and `BodyIncomplete` when the client went away. */
export function readBody(stream: IncomingMessage, bytesMax: number): Promise<Buffer> {
  // By events: an async iterator costs as much as the rest of a small request.
  return new Promise((resolve, reject) => {
    if (Number(stream.headers['content-length'] ?? 0) > bytesMax) return reject(tooLarge(bytesMax));
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const settle = (then: () => void) => {
      stream.off('data', take).off('end', end).off('error', fail).off('close', fail);
      then();
    };
    const take = (chunk: Buffer) => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      // What is left is dropped by the HTTP server once the answer is out.
      if (sizeBytes > bytesMax) settle(() => reject(tooLarge(bytesMax)));
    };
    const end = () => settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    const fail = (cause?: Error) => settle(() => reject(new Failure('BodyIncomplete', 'the request ended before its body did', { cause })));
    stream.on('data', take).on('end', end).on('error', fail).on('close', fail);
    if (stream.destroyed) fail();
  });
}

function tooLarge(bytesMax: number): Failure {
  return new Failure('BodyTooLarge', `the request body is larger than ${bytesMax} bytes`);
}
